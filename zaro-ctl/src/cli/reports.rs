//! `reports …`

use chrono::TimeDelta;
use clap::{Args, Subcommand};
use zaro_core::types::{ReportReason, ReportState};

use super::order::{Order, Span, Told, age, span};

pub(super) const EXAMPLES: &str = "\
Examples:
  zaro-ctl reports list --limit 20
  zaro-ctl reports show 7
  zaro-ctl reports hide 7 --warn --suspend 7d --canned insult
  zaro-ctl reports dismiss --reason-kind SPAM --weight-below 100

A verdict on a report is one on everything open about the same post or comment.
Most urgent: points, then number of reports, then gravity of the reason
(ILLEGAL VIOLENCE SEXUAL FRAUD INSULT INAPPROPRIATE SPAM ETC), then age.";

/// `reports VERB`
#[derive(Debug, Subcommand)]
pub(crate) enum ReportsVerb {
    /// What waits, most urgent first; reports on one thing are one line
    List(List),
    /// One case: the content then and now, its author, and who reported
    Show {
        /// Report
        #[arg(value_name = "ID")]
        report: i64,
    },
    /// Look after them, so that others see it
    Claim(Decide),
    /// Leave them to others again
    Release(Decide),
    /// They are wrong: their points are taken back
    Dismiss(Decide),
    /// They are right; nothing else happens but what the options say
    Accept(Decide),
    /// They are right: hide what was reported
    Hide(Decide),
    /// They are wrong: show it again, and take a deletion back
    Restore(Decide),
    /// They are right: delete what was reported
    Delete(Decide),
    /// They are right: warn the author, who gets a mail
    Warn(Decide),
    /// They are right: suspend the author, who gets a mail
    Suspend(Suspend),
}

/// Which reports.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Which reports")]
pub(crate) struct Filter {
    /// Only of posts, or only of comments
    #[arg(long, value_name = "post|comment", value_parser = kind)]
    pub(crate) kind: Option<&'static str>,
    /// Only for this reason, e.g. SPAM
    #[arg(long, value_name = "REASON", value_parser = reason)]
    pub(crate) reason_kind: Option<ReportReason>,
    /// Only older than this: 30d, 12h
    #[arg(long, value_name = "AGE", value_parser = age)]
    pub(crate) older_than: Option<TimeDelta>,
    /// Only newer than this
    #[arg(long, value_name = "AGE", value_parser = age)]
    pub(crate) newer_than: Option<TimeDelta>,
    /// Only where they weigh at least so many points together
    #[arg(long, value_name = "POINTS")]
    pub(crate) weight_at_least: Option<i64>,
    /// Only where they weigh less together
    #[arg(long, value_name = "POINTS")]
    pub(crate) weight_below: Option<i64>,
    /// Only of what this member wrote
    #[arg(long, value_name = "MEMBER")]
    pub(crate) author: Option<i64>,
    /// Only by this member
    #[arg(long, value_name = "MEMBER")]
    pub(crate) reporter: Option<i64>,
}

impl Filter {
    /// Whether it leaves nothing out.
    pub(crate) const fn is_empty(&self) -> bool {
        self.kind.is_none()
            && self.reason_kind.is_none()
            && self.older_than.is_none()
            && self.newer_than.is_none()
            && self.weight_at_least.is_none()
            && self.weight_below.is_none()
            && self.author.is_none()
            && self.reporter.is_none()
    }
}

/// `reports list`
#[derive(Args, Debug)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) filter: Filter,
    /// Those that stand here: OPEN, ACCEPTED or REJECTED
    #[arg(long, value_parser = state, default_value = "OPEN")]
    pub(crate) state: ReportState,
    /// At most so many lines
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=100_000))]
    pub(crate) limit: i64,
}

/// A verdict: on reports by id, or on all that a filter names.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Decide {
    /// Reports
    #[arg(value_name = "ID")]
    pub(crate) reports: Vec<i64>,
    #[command(flatten)]
    pub(crate) filter: Filter,
    /// At most so many posts and comments
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(i64).range(1..=100_000))]
    pub(crate) limit: i64,
    /// Hide it, too
    #[arg(long, help_heading = "Also")]
    pub(crate) hide: bool,
    /// Delete it, too
    #[arg(long, help_heading = "Also")]
    pub(crate) delete: bool,
    /// Warn its author, too
    #[arg(long, help_heading = "Also")]
    pub(crate) warn: bool,
    /// Suspend its author, too: 7d, 12h, forever
    #[arg(long, value_name = "SPAN", value_parser = span, help_heading = "Also")]
    pub(crate) suspend: Option<Span>,
    #[command(flatten)]
    pub(crate) told: Told,
    #[command(flatten)]
    pub(crate) order: Order,
}

/// `reports suspend`
#[derive(Args, Debug)]
pub(crate) struct Suspend {
    /// How long: 7d, 12h, forever
    #[arg(long = "for", value_name = "SPAN", value_parser = span)]
    pub(crate) span: Span,
    #[command(flatten)]
    pub(crate) decide: Decide,
}

fn kind(text: &str) -> Result<&'static str, String> {
    match text {
        "post" => Ok("POST"),
        "comment" => Ok("COMMENT"),
        _ => Err("give post or comment".to_owned()),
    }
}

pub(super) fn reason(text: &str) -> Result<ReportReason, String> {
    let words = || ReportReason::ALL.iter().map(|reason| reason.as_str()).collect::<Vec<_>>().join(", ");
    ReportReason::parse(&text.to_uppercase()).ok_or_else(|| format!("reasons are {}", words()))
}

fn state(text: &str) -> Result<ReportState, String> {
    ReportState::parse(&text.to_uppercase()).ok_or_else(|| "give OPEN, ACCEPTED or REJECTED".to_owned())
}
