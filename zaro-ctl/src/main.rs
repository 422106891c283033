//! `zaro-ctl`: the operator's desk of the ZARO community server.

mod chart;
mod cli;
mod commands;
mod confirm;
mod exit;
mod output;
mod session;

use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::Cli;
use crate::output::Printer;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let printer = Printer::new(cli.global.json, cli.global.quiet);
    match commands::run(&cli, printer) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            printer.failure(&failure);
            failure.exit().into()
        }
    }
}
