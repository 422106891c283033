//! The table.

use std::fmt;
use std::time::Duration;

use crate::machine;

/// What a figure is held against.
pub(crate) struct Target {
    text: String,
    met: bool,
}

impl Target {
    /// Met up to `most`.
    pub(crate) fn at_most(value: f64, most: f64, unit: &str) -> Self {
        Self { text: format!("≤ {most} {unit}"), met: value <= most }
    }

    /// Met from `least` on.
    pub(crate) fn at_least(value: f64, least: f64, unit: &str) -> Self {
        Self { text: format!("≥ {least} {unit}"), met: value >= least }
    }
}

/// All figures.
pub(crate) struct Report {
    members: u64,
    rows: Vec<[String; 4]>,
}

impl Report {
    /// Nothing measured yet.
    pub(crate) const fn new(members: u64) -> Self {
        Self { members, rows: Vec::new() }
    }

    /// A figure with its target.
    pub(crate) fn add(&mut self, what: &str, measured: String, target: Target) {
        let word = if target.met { "met" } else { "missed" };
        self.rows.push([what.to_owned(), measured, target.text, word.to_owned()]);
    }

    /// Our time against that of plain SQL.
    pub(crate) fn add_ratio(&mut self, what: &str, ours: Duration, plain: Duration, most: f64) {
        let ratio = ours.as_secs_f64() / plain.as_secs_f64();
        let measured = format!("{ratio:.2} × ({:.2} s / {:.2} s)", ours.as_secs_f64(), plain.as_secs_f64());
        self.add(what, measured, Target::at_most(ratio, most, "×"));
    }

    /// Something without a target.
    pub(crate) fn note(&mut self, what: &str, measured: &str) {
        self.rows.push([what.to_owned(), measured.to_owned(), String::new(), String::new()]);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} members on {}; wall times: best of {}\n", self.members, machine::describe(), crate::TRIES)?;
        writeln!(f, "| what | measured | target | |\n|---|---|---|---|")?;
        for [what, measured, target, word] in &self.rows {
            writeln!(f, "| {what} | {measured} | {target} | {word} |")?;
        }
        Ok(())
    }
}
