//! Consent: destructive commands take a [`Confirmed`], which only this module makes.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use crate::exit::{Exit, Failure};

/// Somebody who may said yes.
#[derive(Debug)]
pub(crate) struct Confirmed(());

/// Who said yes beforehand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Consent {
    /// Ask at the terminal.
    Ask,
    /// `--yes`.
    Yes,
    /// Cron's own call, bare `zaro-ctl sweep` off a terminal: the policy file is its consent.
    Cron,
}

/// Whether a person can be asked: both what we write and what we read is a terminal.
pub(crate) fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks, unless somebody said yes beforehand; nothing when the answer is no.
///
/// # Errors
/// Exit 2 when nobody can be asked.
pub(crate) fn confirm(consent: Consent, question: &str) -> Result<Option<Confirmed>, Failure> {
    match consent {
        Consent::Yes | Consent::Cron => Ok(Some(Confirmed(()))),
        Consent::Ask if !can_ask() => Err(Failure::new(
            Exit::Usage,
            "this changes data, and there is no terminal to ask at",
            "look at it with `--dry-run`, then give `--yes`",
        )),
        Consent::Ask => {
            let mut stderr = std::io::stderr().lock();
            write!(stderr, "{question} [y/N] ")?;
            stderr.flush()?;
            let mut answer = String::new();
            std::io::stdin().lock().read_line(&mut answer)?;
            Ok(matches!(answer.trim(), "y" | "Y" | "yes").then_some(Confirmed(())))
        }
    }
}
