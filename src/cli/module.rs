//! The program as a module of Ansible, which copies it to a host, writes the options of a task beside it, and runs
//! `rampcheck FILE`.
//!
//! The options are those of `check`, with underscores: they become its command line, so that there is one way to judge. The answer
//! is the result of a task, on standard output.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::{Arg, ArgAction, CommandFactory as _, Parser as _};
use serde_json::{Map, Value, json};

use super::arguments::{Arguments, Command, When};
use super::exit::{Exit, Failure};
use super::{check, input, output, style, usage};
use crate::plan::did_you_mean;
use crate::render;

/// How the names of Ansible's own keys begin.
const OWN: &str = "_ansible_";
/// Options of `check` that have no meaning here: the result is one JSON document, and nobody looks at it.
const LEFT_OUT: [&str; 5] = ["format", "verbose", "quiet", "preview", "changed_since"];
/// Options with which something is written. In check mode they are passed over.
const WRITING: [&str; 3] = ["output", "sign", "redact_map"];

/// A task: its options, and Ansible's own keys among them.
pub struct Task(Map<String, Value>);

/// The task, if the arguments of this process are those that Ansible gives to a module: one absolute path to a regular file that
/// holds a JSON object with a key of Ansible. Anything else is for people.
pub fn task(mut arguments: impl ExactSizeIterator<Item = OsString>) -> Option<Task> {
    let file = arguments.nth(1).filter(|_| arguments.len() == 0)?;
    let file = Path::new(&file);
    if !file.is_absolute() || !file.symlink_metadata().ok()?.is_file() {
        return None;
    }
    let task: Map<String, Value> = serde_json::from_slice(&input::task(file).ok()?).ok()?;
    task.keys().any(|key| key.starts_with(OWN)).then_some(Task(task))
}

impl Task {
    /// Judges what the task asks for, and prints the result. For Ansible, `failed` tells how it went, and not the exit code.
    pub fn run(&self) -> ExitCode {
        let result = self.result().unwrap_or_else(|failure| {
            let error = json!(failure.document());
            json!({ "changed": false, "failed": true, "msg": error["error"]["message"], "error": error["error"] })
        });
        let said = render::json::json(&result).map_err(Failure::tool).and_then(|text| output::say(&text));
        said.map_or_else(|failure| failure.exit(), |()| Exit::Success).into()
    }

    fn result(&self) -> Result<Value, Failure> {
        let words = self.words()?;
        let arguments = Arguments::try_parse_from(&words).map_err(|error| {
            let message = usage::explained(error, &words).to_string();
            Failure::usage(message.strip_prefix("error: ").unwrap_or(&message))
        })?;
        let Command::Check(arguments) = arguments.command else {
            return Err(Failure::usage("only check is a task"));
        };
        let (text, _) = check::delivered(&arguments, style(When::Never))?;
        let report: Value = serde_json::from_str(&text).map_err(Failure::tool)?;
        let mut result = json!({ "changed": false, "msg": report["sentence"] });
        for member in ["verdict", "findings", "summary"] {
            result[member] = report[member].clone();
        }
        result["report"] = report;
        Ok(result)
    }

    /// The command line of `check` that says the same.
    fn words(&self) -> Result<Vec<String>, Failure> {
        let rampcheck = Arguments::command();
        let known: Vec<_> =
            rampcheck.find_subcommand("check").into_iter().flat_map(clap::Command::get_arguments).collect();
        let is_check_mode = self.0.get("_ansible_check_mode").is_some_and(|mode| *mode == true);
        let mut words: Vec<_> = ["rampcheck", "check", "--format=json"].map(str::to_owned).into();
        let (mut product, mut problems) = (None, Vec::new());
        for (key, value) in self.0.iter().filter(|(key, _)| !key.starts_with(OWN)) {
            if is_check_mode && WRITING.contains(&&**key) {
                continue;
            }
            let found = known.iter().find(|option| name(option) == *key && !LEFT_OUT.contains(&&**key));
            let spelled = match found {
                None => {
                    let names: Vec<_> = known.iter().map(|option| name(option)).collect();
                    let names = names.iter().map(String::as_str).filter(|name| !LEFT_OUT.contains(name));
                    Err(format!("`{key}` is not an option of this task{}", did_you_mean(key, names)))
                }
                Some(option) => spelled(option, value).map_err(|wanted| format!("{key}: must be {wanted}")),
            };
            match spelled {
                Ok(values) if key == "product" => product = values.into_iter().next(),
                Ok(values) => words.extend(values),
                Err(problem) => problems.push(problem),
            }
        }
        if !problems.is_empty() {
            return Err(Failure::usage(problems.join("\n")));
        }
        words.extend(product.into_iter().flat_map(|product| ["--".to_owned(), product]));
        Ok(words)
    }
}

/// The name of an option of `check` as an option of a task.
fn name(option: &Arg) -> String {
    option.get_long().unwrap_or(option.get_id().as_str()).replace('-', "_")
}

/// The words for a value on the command line. What was not said, which is null for Ansible, needs none. Otherwise, what the value
/// must be.
fn spelled(option: &Arg, value: &Value) -> Result<Vec<String>, &'static str> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let word = |text: String| match option.get_long() {
        Some(long) => format!("--{long}={text}"),
        None => text,
    };
    match (option.get_action(), value) {
        (_, Value::Null) => Ok(Vec::new()),
        (ArgAction::SetTrue, value) => {
            let is_set = truth(value).ok_or("true or false")?;
            Ok(option.get_long().filter(|_| is_set).map(|long| format!("--{long}")).into_iter().collect())
        }
        (ArgAction::Append, Value::Array(items)) => {
            let words = items.iter().map(|item| text(item).map(word));
            words.collect::<Option<_>>().ok_or("a list of texts")
        }
        (ArgAction::Append, Value::Object(pairs)) => {
            let words = pairs.iter().map(|(key, value)| Some(word(format!("{key}={}", text(value)?))));
            words.collect::<Option<_>>().ok_or("a dictionary of texts")
        }
        (ArgAction::Append, value) => Ok(vec![word(text(value).ok_or("a list, a dictionary or a text")?)]),
        (_, value) => Ok(vec![word(text(value).ok_or("a text or a number")?)]),
    }
}

/// What Ansible takes for true and false.
fn truth(value: &Value) -> Option<bool> {
    let text = match value {
        Value::Bool(truth) => return Some(*truth),
        Value::String(text) => text.to_ascii_lowercase(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    match &*text {
        "y" | "yes" | "on" | "1" | "true" | "t" => Some(true),
        "n" | "no" | "off" | "0" | "false" | "f" => Some(false),
        _ => None,
    }
}
