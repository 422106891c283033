//! What each command does: one file a noun.

mod appeals;
mod audit;
mod backup;
mod config;
mod db;
mod demo;
mod doctor;
mod jobs;
mod mail;
mod maintenance;
mod manual;
mod members;
mod order;
mod places;
mod reports;
mod search;
mod stats;
mod sweep;
mod tui;

use std::io::IsTerminal as _;

use crate::cli::{Cli, Noun};
use crate::exit::{Exit, Failure};
use crate::output::Printer;
use crate::session;

/// Runs the command that was typed.
pub(crate) fn run(cli: &Cli, printer: Printer) -> Result<Exit, Failure> {
    // These need no configuration, and the first one is there to find out what is wrong with it.
    match &cli.noun {
        Noun::Config(verb) => return config::run(&session::sources(&cli.global)?, verb, printer),
        Noun::Completions(wanted) => return manual::completions(*wanted),
        Noun::Man(wanted) => return manual::pages(wanted, printer),
        _ => {}
    }
    let config = session::config(&cli.global)?;
    // Lines on the terminal would tear the screens; in a file they are welcome.
    if !matches!(cli.noun, Noun::Tui(_)) || !std::io::stderr().is_terminal() {
        session::start_log(&cli.global);
    }
    match &cli.noun {
        Noun::Tui(args) => tui::run(&config, args, printer),
        Noun::Db(verb) => db::run(&config, verb, printer),
        Noun::Sweep(sweep) => sweep::run(&config, sweep, printer),
        Noun::Jobs(verb) => jobs::run(&config, verb, printer),
        Noun::Stats(wanted) => stats::run(&config, *wanted, printer),
        Noun::Demo(verb) => demo::run(&config, verb, printer),
        Noun::Maintenance(verb) => maintenance::run(&config, verb, printer),
        Noun::Members(verb) => members::run(&config, verb, printer),
        Noun::Reports(verb) => reports::run(&config, verb, printer),
        Noun::Appeals(verb) => appeals::run(&config, verb, printer),
        Noun::Places(verb) => places::run(&config, verb, printer),
        Noun::Audit(verb) => audit::run(&config, verb, printer),
        Noun::Mail(verb) => mail::run(&config, verb, printer),
        Noun::Search(verb) => search::run(&config, verb, printer),
        Noun::Backup(verb) => backup::run(&config, verb, printer),
        Noun::Doctor => Ok(doctor::run(&config, printer)),
        Noun::Config(_) | Noun::Completions(_) | Noun::Man(_) => Ok(Exit::Done),
    }
}
