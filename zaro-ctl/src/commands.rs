//! What each command does: one file a noun.

mod backup;
mod config;
mod db;
mod demo;
mod doctor;
mod mail;
mod maintenance;
mod manual;
mod members;
mod search;
mod sweep;

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
    session::start_log(&cli.global);
    match &cli.noun {
        Noun::Db(verb) => db::run(&config, verb, printer),
        Noun::Sweep(sweep) => sweep::run(&config, sweep, printer),
        Noun::Demo(verb) => demo::run(&config, verb, printer),
        Noun::Maintenance(verb) => maintenance::run(&config, verb, printer),
        Noun::Members(verb) => members::run(&config, verb, printer),
        Noun::Mail(verb) => mail::run(&config, verb, printer),
        Noun::Search(verb) => search::run(&config, verb, printer),
        Noun::Backup(verb) => backup::run(&config, verb, printer),
        Noun::Doctor => Ok(doctor::run(&config, printer)),
        Noun::Config(_) | Noun::Completions(_) | Noun::Man(_) => Ok(Exit::Done),
    }
}
