//! Completions of the shells and manual pages, out of the declaration of the arguments; `RAMPCHECK_BLESS=1 cargo test`
//! rewrites them.
//!
//! Compiled for tests only: the program carries the completions, and packages install both.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, Command, CommandFactory as _};
use clap_complete::Shell;
use clap_mangen::Man;

use super::arguments::Arguments;
use crate::pack::{Pack, Packs, group_id};

/// Each word once, in order.
fn values<'w>(words: impl Iterator<Item = &'w str>) -> PossibleValuesParser {
    let words: std::collections::BTreeSet<_> = words.collect();
    PossibleValuesParser::new(words.into_iter().map(|word| PossibleValue::new(word.to_owned().leak() as &str)))
}

/// The declaration, with the words of the built-in packs where the program takes those of any pack.
fn completed() -> Command {
    let packs = Packs::built_in().read_all().unwrap();
    let of = |name: &str| -> Option<PossibleValuesParser> {
        let each = |words: fn(&Arc<Pack>) -> Vec<String>| packs.iter().flat_map(words).collect::<Vec<_>>();
        let ids = |pack: &Arc<Pack>| pack.checks.iter().map(|check| check.id.clone()).collect::<Vec<_>>();
        let words = match name {
            "product" => each(|pack| vec![pack.product.clone()]),
            "tier" => each(|pack| pack.tiers.iter().map(|tier| tier.id.clone()).collect()),
            "only" => {
                let groups = packs.iter().flat_map(|pack| &pack.groups).map(|group| group_id(group));
                groups.chain(packs.iter().flat_map(ids)).collect()
            }
            _ => return None,
        };
        Some(values(words.iter().map(String::as_str)))
    };
    let ids = || values(packs.iter().flat_map(|pack| &pack.checks).map(|check| check.id.as_str()));
    let argument = |argument: Arg| match of(argument.get_id().as_str()) {
        Some(values) => argument.value_parser(values),
        None => argument,
    };
    Arguments::command()
        .mut_subcommands(|command| command.mut_args(argument))
        .mut_subcommand("explain", |command| command.mut_arg("id", |id| id.value_parser(ids())))
}

/// The completions, by the names that the shells look for.
fn completions() -> BTreeMap<String, String> {
    [(Shell::Bash, "rampcheck.bash"), (Shell::Zsh, "_rampcheck"), (Shell::Fish, "rampcheck.fish")]
        .map(|(shell, name)| {
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut completed(), "rampcheck", &mut text);
            (name.to_owned(), String::from_utf8(text).unwrap())
        })
        .into()
}

/// The pages of a command and of those below it.
fn pages(command: &Command, name: &str, pages: &mut BTreeMap<String, String>) {
    let mut text = Vec::new();
    // What `--version` says beyond the version is that of a build.
    let page =
        command.clone().name(name.to_owned().leak() as &str).version(env!("CARGO_PKG_VERSION")).long_version(None);
    Man::new(page).render(&mut text).unwrap();
    pages.insert(format!("{name}.1"), String::from_utf8(text).unwrap());
    for below in command.get_subcommands().filter(|below| !below.is_hide_set() && below.get_name() != "help") {
        self::pages(below, &format!("{name}-{}", below.get_name()), pages);
    }
}

/// Compares files with those of a folder of `packaging/`, or rewrites them.
#[track_caller]
fn current(folder: &str, files: &BTreeMap<String, String>) {
    let folder = format!("{}/packaging/{folder}", env!("CARGO_MANIFEST_DIR"));
    let there = || fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    if std::env::var_os("RAMPCHECK_BLESS").is_some() {
        fs::create_dir_all(&folder).unwrap();
        for old in there().filter(|name| !files.contains_key(name)) {
            fs::remove_file(format!("{folder}/{old}")).unwrap();
        }
        files.iter().for_each(|(name, text)| fs::write(format!("{folder}/{name}"), text).unwrap());
    }
    let mut names: Vec<_> = there().collect();
    names.sort();
    let wrong =
        |(name, text): &(&String, &String)| fs::read_to_string(format!("{folder}/{name}")).ok().as_ref() != Some(text);
    let wrong: Vec<_> = files.iter().filter(wrong).map(|(name, _)| name).collect();
    let hint = "RAMPCHECK_BLESS=1 cargo test --lib manual rewrites them";
    assert!(wrong.is_empty() && names.iter().eq(files.keys()), "not current in {folder}: {wrong:?}; {hint}");
}

#[test]
fn the_completions_are_current() {
    current("completions", &completions());
}

#[test]
fn the_manual_pages_are_current() {
    let mut all = BTreeMap::new();
    let mut command = Arguments::command();
    command.build();
    pages(&command, "rampcheck", &mut all);
    current("man", &all);
}
