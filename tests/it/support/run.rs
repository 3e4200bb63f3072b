//! Starting the built binary: a scrubbed environment, no terminal, no network, no input.

use std::process::{Command, Stdio};

use serde_json::Value;

/// The binary with these arguments and a scrubbed environment, in the source tree.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rampcheck"));
    scrubbed(&mut command).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

/// Takes the environment of whoever runs the tests away from a command.
pub fn scrubbed(command: &mut Command) -> &mut Command {
    command.env_clear().env("LANG", "C.UTF-8").env("COLUMNS", "100").stdin(Stdio::null())
}

/// Runs the binary to its end.
pub fn rampcheck(arguments: &[&str]) -> Run {
    Run::of(&mut command(arguments))
}

/// What a finished run left.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub stdout: String,
    /// Without the announcement below.
    pub stderr: String,
    /// What it said that it will ask over the network.
    pub asks: String,
}

impl Run {
    /// Runs a command to its end. One that a signal ended fails the test.
    pub fn of(command: &mut Command) -> Self {
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let (stdout, mut stderr) = (text(output.stdout), text(output.stderr));
        let code = output.status.code().unwrap_or_else(|| panic!("{command:?}: {}: {stderr}", output.status));
        assert!(!stderr.contains("panicked"), "{command:?}: {stderr}");
        let mut asks = String::new();
        if let Some(after) = stderr.strip_prefix("rampcheck: asks over the network: ") {
            let (announced, rest) = after.split_once('\n').unwrap();
            (asks, stderr) = (announced.to_owned(), rest.to_owned());
        }
        Self { code, stdout, stderr, asks }
    }

    /// It said nothing on standard error.
    #[track_caller]
    pub fn quiet(self) -> Self {
        assert_eq!(self.stderr, "");
        self
    }

    /// It ended with this code and said nothing on standard error.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!((self.code, self.stderr.as_str()), (code, ""), "{}", self.stdout);
        self
    }

    /// It refused its input: usage error, these words on standard error, and nothing on standard output but the same for
    /// programs, if JSON was asked for.
    #[track_caller]
    pub fn refused(self, words: &str) -> Self {
        assert_eq!(self.code, 2, "{}{}", self.stdout, self.stderr);
        if !self.stdout.is_empty() {
            let error = self.json();
            assert_eq!(error["schema"], "urn:rampcheck:error:1", "{error}");
            assert!(error["error"]["message"].as_str().unwrap().contains(words), "missing: {words}\n{error}");
        }
        assert!(self.stderr.contains(words), "missing: {words}\n{}", self.stderr);
        self
    }

    /// Standard output has each of these.
    #[track_caller]
    pub fn says(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(self.stdout.contains(part), "missing: {part}\n{}", self.stdout);
        }
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}{}", self.stdout, self.stderr))
    }
}
