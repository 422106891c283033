//! Runs the binary and takes its answer apart.

use std::process::{Command, Output, Stdio};

use zaro_core::testing::{TestDb, process};

/// What a run of the binary left behind.
pub(crate) struct Answer {
    /// Exit code; none when a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Answer {
    /// stdout as the one JSON object that `--json` promises.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}\nstderr: {}", self.stdout, self.stderr))
    }
}

impl From<Output> for Answer {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// The binary without a terminal and without any setting of ours in its environment.
pub(crate) fn bare(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zaro-ctl"));
    // Help texts are wrapped to the terminal; tests have one of 80 columns.
    command.args(arguments).stdin(Stdio::null()).env("COLUMNS", "80");
    for setting in zaro_core::config::SETTINGS {
        command.env_remove(setting.env);
    }
    command
}

/// The binary on a test's database.
pub(crate) fn on(test_db: &TestDb, arguments: &[&str]) -> Command {
    let mut command = bare(arguments);
    command.envs(process::environment(test_db));
    command
}

/// Runs it to its end.
pub(crate) fn run(mut command: Command) -> Answer {
    command.output().expect("the binary starts").into()
}
