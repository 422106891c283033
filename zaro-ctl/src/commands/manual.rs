//! `zaro-ctl completions` and `zaro-ctl man`: made from the commands themselves.

use clap::CommandFactory as _;
use serde_json::json;

use crate::cli::Cli;
use crate::cli::manual::{Completions, Man, Shell};
use crate::exit::{Exit, Failure};
use crate::output::Printer;

const NAME: &str = "zaro-ctl";

pub(super) fn completions(wanted: Completions) -> Result<Exit, Failure> {
    let shell = match wanted.shell {
        Shell::Bash => clap_complete::Shell::Bash,
        Shell::Zsh => clap_complete::Shell::Zsh,
        Shell::Fish => clap_complete::Shell::Fish,
    };
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), NAME, &mut script);
    Printer::raw(&script)?;
    Ok(Exit::Done)
}

pub(super) fn pages(wanted: &Man, printer: Printer) -> Result<Exit, Failure> {
    let Some(folder) = &wanted.dir else {
        let mut page = Vec::new();
        clap_mangen::Man::new(Cli::command()).render(&mut page)?;
        Printer::raw(&page)?;
        return Ok(Exit::Done);
    };
    std::fs::create_dir_all(folder)?;
    clap_mangen::generate_to(Cli::command(), folder)?;
    printer.data(&json!({ "folder": folder }), || format!("manual pages are in {}", folder.display()));
    Ok(Exit::Done)
}
