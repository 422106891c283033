//! `zaro-ctl doctor`: every part looked at; what is broken comes with its fix. Changes nothing.

mod machine;
mod parts;

use serde::Serialize;
use zaro_core::config::Config;

use crate::exit::{Exit, Failure};
use crate::output::{Printer, table};

/// How a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Health {
    Ok,
    /// Works, but somebody should look at it.
    Warning,
    Broken,
}

/// What was found of a part.
#[derive(Clone, Debug, Serialize)]
struct Finding {
    part: &'static str,
    health: Health,
    found: String,
    fix: Option<String>,
}

impl Finding {
    fn ok(part: &'static str, found: impl Into<String>) -> Self {
        Self { part, health: Health::Ok, found: found.into(), fix: None }
    }

    fn warning(part: &'static str, found: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { part, health: Health::Warning, found: found.into(), fix: Some(fix.into()) }
    }

    fn broken(part: &'static str, found: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { part, health: Health::Broken, found: found.into(), fix: Some(fix.into()) }
    }

    /// A part that could not even be asked.
    fn failed(part: &'static str, failure: &Failure) -> Self {
        Self::broken(part, failure.text(), failure.hint().unwrap_or("see `zaro-ctl config show --origin`"))
    }
}

pub(super) fn run(config: &Config, printer: Printer) -> Exit {
    let mut findings = parts::look(config);
    findings.extend(machine::look(config));
    printer.data(&findings, || describe(&findings));
    let broken = findings.iter().filter(|finding| finding.health == Health::Broken).count();
    if broken > 0 {
        Printer::alarm(&format!("{broken} part(s) are broken"));
        return Exit::Refused;
    }
    Exit::Done
}

fn describe(findings: &[Finding]) -> String {
    let rows = findings.iter().map(|finding| {
        let health = match finding.health {
            Health::Ok => "ok",
            Health::Warning => "warning",
            Health::Broken => "BROKEN",
        };
        [finding.part.to_owned(), health.to_owned(), finding.found.clone()]
    });
    let mut text = table(["part", "", "found"], rows);
    for finding in findings {
        if let Some(fix) = &finding.fix {
            text = format!("{text}\n\n{}: {}\n  fix: {fix}", finding.part, finding.found);
        }
    }
    text
}
