//! What every command that changes something takes: who, why, whether, and what the member is told.

use std::path::PathBuf;

use chrono::TimeDelta;
use clap::Args;

use super::Consents;

/// Who acts, and whether to ask.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "The order")]
pub(crate) struct Signed {
    #[command(flatten)]
    pub(crate) consents: Consents,
    /// Who acts, for the log; without it the user of this machine
    #[arg(long, value_name = "NAME")]
    pub(crate) actor: Option<String>,
}

/// The same, and why.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "The order")]
pub(crate) struct Order {
    #[command(flatten)]
    pub(crate) signed: Signed,
    /// Why, for the log; no member reads it
    #[arg(long, value_name = "TEXT")]
    pub(crate) why: Option<String>,
}

/// What the member is told by mail.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "What the member is told")]
pub(crate) struct Told {
    /// Text for the member, in Korean
    #[arg(long, value_name = "TEXT", conflicts_with = "canned")]
    pub(crate) text: Option<String>,
    /// Text for the member from the file of canned reasons, by its key
    #[arg(long, value_name = "KEY")]
    pub(crate) canned: Option<String>,
    /// File with a `[reasons]` table: key = "text"; without it `reasons.toml` in the data directory
    #[arg(long, value_name = "FILE")]
    pub(crate) reasons: Option<PathBuf>,
}

/// How long something lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Span {
    /// So long.
    For(TimeDelta),
    /// Without end.
    Forever,
}

/// Reads `7d`, `12h`, `30m` or `forever`.
pub(crate) fn span(text: &str) -> Result<Span, String> {
    if text == "forever" {
        return Ok(Span::Forever);
    }
    age(text).map(Span::For)
}

/// Reads `7d`, `12h` or `30m`.
pub(crate) fn age(text: &str) -> Result<TimeDelta, String> {
    let wrong = || "give days, hours or minutes: 7d, 12h, 30m".to_owned();
    let unit = text.chars().last().ok_or_else(wrong)?;
    let count: i64 = text.strip_suffix(unit).and_then(|count| count.parse().ok()).ok_or_else(wrong)?;
    let span = match unit {
        'd' => TimeDelta::try_days(count),
        'h' => TimeDelta::try_hours(count),
        'm' => TimeDelta::try_minutes(count),
        _ => None,
    };
    span.filter(|span| *span > TimeDelta::zero()).ok_or_else(wrong)
}
