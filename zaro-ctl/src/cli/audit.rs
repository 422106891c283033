//! `audit …`

use clap::{Args, Subcommand};
use zaro_core::service::moderation_log::Anchor;
use zaro_core::types::Time;

use super::order::Order;

pub(super) const EXAMPLES: &str = "\
Examples:
  zaro-ctl audit log --of post:3
  zaro-ctl audit verify --expect 41:9f86...
  zaro-ctl audit undo 41
  zaro-ctl audit undo 41-58 --dry-run";

const VERIFY: &str = "\
Every entry carries the hash of the one before: one that was changed, or one that
is missing before another, is found and named. Nothing in the log itself tells
that its last entries were cut off. So keep the anchor that this prints outside
this machine, and give it with --expect the next time: an entry that is not there
any more, or not the same, is then told.";

/// `audit VERB`
#[derive(Debug, Subcommand)]
pub(crate) enum AuditVerb {
    /// Acts, latest first
    Log(Log),
    /// Prove that no entry was changed or removed
    #[command(after_help = VERIFY)]
    Verify {
        /// An anchor that was printed before and kept elsewhere
        #[arg(long, value_name = "ID:HASH", value_parser = anchor)]
        expect: Option<Anchor>,
    },
    /// Take acts back, latest first, unless something in between contradicts it
    Undo(Undo),
}

/// `audit log`
#[derive(Args, Debug)]
pub(crate) struct Log {
    /// Only those of this operator
    #[arg(long, value_name = "NAME")]
    pub(crate) actor: Option<String>,
    /// Only what was done to this, e.g. post:3 or member:12
    #[arg(long, value_name = "KIND:ID", value_parser = target)]
    pub(crate) of: Option<(String, i64)>,
    /// Only those since then
    #[arg(long, value_name = "TIME", value_parser = super::time)]
    pub(crate) since: Option<Time>,
    /// Only those before this entry: the next page
    #[arg(long, value_name = "ENTRY")]
    pub(crate) before: Option<i64>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=100_000))]
    pub(crate) limit: i64,
}

/// `audit undo`
#[derive(Args, Debug)]
pub(crate) struct Undo {
    /// Entries, or a range of them: 41 44 50-58
    #[arg(value_name = "ENTRY", required = true, value_parser = range)]
    pub(crate) entries: Vec<(i64, i64)>,
    #[command(flatten)]
    pub(crate) order: Order,
}

fn anchor(text: &str) -> Result<Anchor, String> {
    Anchor::parse(text).ok_or_else(|| "give what `audit verify` printed: a number, a colon, 64 digits".to_owned())
}

fn target(text: &str) -> Result<(String, i64), String> {
    let parsed = text.split_once(':').and_then(|(kind, id)| Some((kind.to_uppercase(), id.parse().ok()?)));
    parsed.ok_or_else(|| "give a kind and an id, e.g. post:3, report:7, member:12".to_owned())
}

fn range(text: &str) -> Result<(i64, i64), String> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    match (from.parse(), to.parse()) {
        (Ok(from), Ok(to)) if 0 < from && from <= to => Ok((from, to)),
        _ => Err("give a number of an entry, or two as 41-58".to_owned()),
    }
}
