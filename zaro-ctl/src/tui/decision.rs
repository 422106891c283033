//! What an operator can decide about something reported, with one key each.

use std::fmt::Write as _;

use chrono::TimeDelta;
use zaro_core::service::desk::{Case, Item, Verdict};
use zaro_core::service::sanction::Measure;
use zaro_core::types::{ReportState, Time};

/// Days of a suspension where none are named.
pub const DAYS: u16 = 7;

/// What is said about the reports, and done to what was reported: a verb of `zaro-ctl reports`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// They are wrong.
    Dismiss,
    /// They are right; what they have hidden stays hidden.
    Accept,
    /// They are right, and it is hidden.
    Hide,
    /// They are right, and its author is warned.
    Warn,
    /// They are right, and its author cannot write for a while.
    Suspend,
    /// They are right, and it is deleted.
    Delete,
    /// Everybody shall see it again; they are wrong.
    Restore,
    /// Look after them.
    Claim,
    /// Leave them to others again.
    Release,
}

impl Verb {
    const ALL: [(Self, &'static str, &'static str); 9] = [
        (Self::Dismiss, "dismiss", "dismissed"),
        (Self::Accept, "accept", "accepted"),
        (Self::Hide, "hide", "hidden"),
        (Self::Warn, "warn", "accepted and warned"),
        (Self::Suspend, "suspend", "accepted and suspended"),
        (Self::Delete, "delete", "deleted"),
        (Self::Restore, "restore", "restored"),
        (Self::Claim, "claim", "claimed"),
        (Self::Release, "release", "released"),
    ];

    /// The verb of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, other, _)| *other == name).map(|(verb, ..)| verb)
    }

    fn names(self) -> (&'static str, &'static str) {
        let found = Self::ALL.into_iter().find(|(verb, ..)| *verb == self);
        found.map_or(("", ""), |(_, name, past)| (name, past))
    }
}

/// A decision, with what is done to the author besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The verb.
    pub verb: Verb,
    /// Whether the author is warned, too.
    pub warn: bool,
    /// For how many days the author cannot write, if for any.
    pub days: Option<u16>,
}

impl Decision {
    /// A verb and nothing else.
    pub const fn only(verb: Verb) -> Self {
        Self { verb, warn: false, days: if matches!(verb, Verb::Suspend) { Some(DAYS) } else { None } }
    }

    /// Hide, and warn the author.
    pub const HIDE_AND_WARN: Self = Self { verb: Verb::Hide, warn: true, days: None };
    /// Hide, and suspend the author.
    pub const HIDE_AND_SUSPEND: Self = Self { verb: Verb::Hide, warn: false, days: Some(DAYS) };

    /// What has to be confirmed: what takes something from a member for long.
    pub const fn is_destructive(self) -> bool {
        matches!(self.verb, Verb::Delete) || self.days.is_some()
    }

    /// Whether nothing is left to decide afterwards.
    pub const fn settles(self) -> bool {
        !matches!(self.verb, Verb::Claim | Verb::Release)
    }

    /// What was done, in a few words.
    pub fn past(self) -> String {
        let mut text = self.verb.names().1.to_owned();
        if self.warn {
            text.push_str(", author warned");
        }
        if let Some(days) = self.days {
            // Writing to a string cannot fail.
            let _ = write!(text, ", author suspended for {days} days");
        }
        text
    }

    /// The same as a question.
    pub fn question(self) -> String {
        let mut text = self.verb.names().0.to_owned();
        if self.warn {
            text.push_str(", and warn the author");
        }
        if let Some(days) = self.days {
            let _ = write!(text, ", and suspend the author for {days} days");
        }
        format!("{text}?")
    }

    /// The command that decides the same about these reports.
    pub fn command(self, reports: &[String], message: Option<&str>) -> String {
        let mut line = format!("zaro-ctl reports {} {}", self.verb.names().0, reports.join(" "));
        match (self.verb, self.days) {
            (Verb::Suspend, Some(days)) => {
                let _ = write!(line, " --for {days}d");
            }
            (_, Some(days)) => {
                let _ = write!(line, " --suspend {days}d");
            }
            (_, None) => {}
        }
        if self.warn {
            line.push_str(" --warn");
        }
        if let Some(text) = message {
            let _ = write!(line, " --text {}", quoted(text));
        }
        line
    }

    /// As the desk takes it.
    pub fn verdict(self, message: Option<&str>, now: Time) -> Verdict {
        let mut verdict = Verdict { message: message.map(str::to_owned), ..Verdict::default() };
        match self.verb {
            Verb::Dismiss => verdict.accept = Some(false),
            Verb::Restore => verdict.restore = true,
            Verb::Claim => verdict.claim = Some(true),
            Verb::Release => verdict.claim = Some(false),
            Verb::Accept | Verb::Hide | Verb::Warn | Verb::Suspend | Verb::Delete => verdict.accept = Some(true),
        }
        verdict.hide = self.verb == Verb::Hide;
        verdict.delete = self.verb == Verb::Delete;
        if self.warn || self.verb == Verb::Warn {
            verdict.measures.push(Measure::Warning);
        }
        if let Some(days) = self.days {
            verdict.measures.push(Measure::Suspension { until: Some(now.plus(TimeDelta::days(days.into()))) });
        }
        verdict
    }
}

/// A text as a shell takes it.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The case as the operator saw it in the queue.
///
/// Reports that came since wait for a decision of their own; those that somebody has decided since are decided as they
/// were seen, which the desk refuses and says who it was.
#[must_use]
pub fn as_seen(mut case: Case, item: &Item) -> Case {
    case.reports.retain_mut(|report| {
        let seen = item.reports.iter().find(|seen| seen.id == report.id);
        if let Some(seen) = seen {
            report.version = seen.version;
            report.state = ReportState::Open;
        }
        seen.is_some()
    });
    case
}
