//! The operator's desk of the ZARO community server: every command and the screens.
//!
//! A library only so that tests and benchmarks reach [`tui`]; the binary calls [`main`].

mod chart;
mod cli;
mod commands;
mod confirm;
mod exit;
mod output;
mod session;
pub mod tui;

use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::Cli;
use crate::output::Printer;

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let cli = Cli::parse_from(arguments());
    let printer = Printer::new(cli.global.json, cli.global.quiet);
    match commands::run(&cli, printer) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            printer.failure(&failure);
            failure.exit().into()
        }
    }
}

/// As typed; on a terminal, nothing typed at all means the screens.
fn arguments() -> Vec<std::ffi::OsString> {
    let mut typed: Vec<_> = std::env::args_os().collect();
    if typed.len() == 1 && std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
        typed.push("tui".into());
    }
    typed
}
