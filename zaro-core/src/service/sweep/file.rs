//! Plan files: exactly the members that a plan named, and on what they were decided, to be looked at, passed on, and
//! applied later.
//!
//! A file is lines of JSON, so that neither writing nor applying one of a million rows holds more than a few thousand of
//! them: a head, a line for each row, and an end that tells how many there were and what they hash to. Applying decides
//! each row again inside its batch, and does nothing to one that is not as it was.
//!
//! Only rules about members write rows: what the others remove is too old whoever looks at it, and has no name that
//! would tell an operator anything.

mod read;
mod seen;
mod write;

use std::path::Path;

use serde::{Deserialize, Serialize};

pub use read::{BadPlanFile, OpenError, PlanFile};
pub(super) use seen::{Fate, Seen, fate};
pub use seen::{Moved, Why};
pub use write::{Written, write};

use super::plan::Shard;
use super::rule::Rule;
use crate::context::Context;
use crate::db::migrate;
use crate::error::Result;
use crate::policy::retention::{Lifecycle, POLICY_VERSION};
use crate::types::{Status, Time, UserId};

/// What every such file calls itself.
const FORMAT: &str = "zaro sweep plan";
/// The version that this build writes and reads.
const VERSION: u32 = 1;

/// The rules whose rows a plan file can name.
pub fn rules() -> impl Iterator<Item = Rule> {
    Rule::ALL.into_iter().filter(|rule| rule.decision().is_some())
}

/// The first line.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    format: String,
    version: u32,
    /// The instant it was made for.
    at: String,
    shard: String,
    /// Which database it is about.
    database: String,
    policy: PolicyLine,
}

/// What the rows were decided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyLine {
    version: u32,
    lifecycle: Lifecycle,
}

/// A row.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    rule: String,
    id: i64,
    status: String,
    /// The instant that the rule counts from, to the microsecond.
    since: String,
    /// When the notice for it was handed over, where the rule asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    notice_handed_over_at: Option<String>,
}

/// The last line.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tail {
    end: bool,
    rows: u64,
    /// SHA-256 of everything before this line.
    sha256: String,
}

/// A row as it is worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) rule: Rule,
    pub(super) id: UserId,
    pub(super) seen: Seen,
}

impl Line {
    fn of(record: &Record) -> Self {
        let Record { rule, id, seen } = record;
        Self {
            rule: rule.name().to_owned(),
            id: id.0,
            status: seen.status.to_string(),
            since: seen.since.exact(),
            notice_handed_over_at: seen.handed_over_at.map(Time::exact),
        }
    }

    fn record(&self) -> Option<Record> {
        let rule = rules().find(|rule| rule.name() == self.rule)?;
        let handed_over_at = match &self.notice_handed_over_at {
            Some(text) => Some(Time::parse(text)?),
            None => None,
        };
        let seen = Seen { status: Status::parse(&self.status)?, since: Time::parse(&self.since)?, handed_over_at };
        Some(Record { rule, id: UserId(self.id), seen })
    }
}

/// The head of a file that is made now.
fn head(ctx: &Context, shard: Shard, at: Time) -> Result<Head> {
    Ok(Head {
        format: FORMAT.to_owned(),
        version: VERSION,
        at: at.exact(),
        shard: shard.to_string(),
        database: migrate::identity(&ctx.db)?,
        policy: policy(ctx),
    })
}

fn policy(ctx: &Context) -> PolicyLine {
    PolicyLine { version: POLICY_VERSION, lifecycle: ctx.policy.lifecycle }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// A path and what went wrong with it, in one line.
fn trouble(path: &Path, error: &std::io::Error) -> String {
    format!("`{}`: {error}", path.display())
}
