//! Writing the moderation log, and finding out whether it is whole.

use serde::Serialize;
use serde_json::Value;

use crate::context::{Context, host};
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::models::moderation_log::{self, LogEntry, LogFilter};
use crate::policy::moderation_log::{Entry, GENESIS, row_hash};
use crate::types::{Target, Time, Via, cut};

/// Who the program is where nobody ordered an act.
const SYSTEM: &str = "system";
/// Two who find the log empty try to begin it; one of them tries again.
const TRIES: usize = 3;
/// Entries that are checked between two reads.
const PAGE: i64 = 1_000;

/// Who acts, and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// An operator, or `system`.
    pub actor: String,
    /// By which way.
    pub via: Via,
    /// On which machine.
    pub host: String,
}

impl By {
    /// An operator on this machine.
    pub fn operator(name: &str, via: Via) -> Self {
        Self { actor: cut(name, 64), via, host: cut(&host(), 100) }
    }

    /// The program by itself.
    pub fn system(via: Via) -> Self {
        Self::operator(SYSTEM, via)
    }
}

/// What was done to a target. States name columns and ids, never what members wrote.
#[derive(Clone, Debug)]
pub(crate) struct Act<'a> {
    /// The verb; the target's kind is put before it.
    pub(crate) action: &'a str,
    /// What changed, before.
    pub(crate) before: Value,
    /// The same, after.
    pub(crate) after: Value,
    /// Why, in the operator's words.
    pub(crate) reason: Option<&'a str>,
    /// JSON of the act that undoes this one.
    pub(crate) inverse: Option<String>,
    /// The entry that this one undoes.
    pub(crate) undoes: Option<i64>,
}

/// Appends an entry in the transaction of the act; the last thing it locks, in every transaction.
pub(crate) fn append(connection: &mut Connection, by: &By, target: Target, act: &Act<'_>, now: Time) -> Result<()> {
    let (kind, id) = (target.kind(), target.id());
    append_to(connection, by, (kind, id), &format!("{kind}_{}", act.action), act, now).map(drop)
}

/// The same for whatever it is; tells the entry's number.
pub(crate) fn append_to(
    connection: &mut Connection,
    by: &By,
    (target_kind, target_id): (&str, i64),
    action: &str,
    act: &Act<'_>,
    now: Time,
) -> Result<i64> {
    let mut entry = LogEntry {
        id: 0,
        actor: by.actor.clone(),
        via: by.via,
        host: by.host.clone(),
        action: action.to_owned(),
        target_kind: target_kind.to_owned(),
        target_id: Some(target_id),
        reason: act.reason.map(|text| cut(text, 500)),
        before_state: Some(act.before.to_string()),
        after_state: Some(act.after.to_string()),
        inverse: act.inverse.clone(),
        undoes_id: act.undoes,
        prev_hash: Vec::new(),
        row_hash: Vec::new(),
        created_at: now,
    };
    for _ in 0..TRIES {
        let end = moderation_log::hold_end(connection)?;
        let (last, prev) = end.unwrap_or_else(|| (0, GENESIS.to_vec()));
        entry.id = last + 1;
        entry.row_hash = row_hash(&prev, &columns(&entry)).to_vec();
        entry.prev_hash = prev;
        if moderation_log::append(connection, &entry)? {
            return Ok(entry.id);
        }
    }
    Err(Error::Internal("an entry of the moderation log was refused".to_owned()))
}

/// What a look through the whole log found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// How many entries were whole, from the first one on.
    pub whole: i64,
    /// The first entry that was changed, or before which one is missing.
    pub broken: Option<i64>,
    /// The end of what is whole, to be kept elsewhere: an end that was cut off shows by nothing else.
    pub anchor: Option<Anchor>,
    /// Whether the anchor that was given is in the log; nothing when none was.
    pub expected: Option<bool>,
}

/// An entry's number and hash, written `41:9f86…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// Number.
    pub id: i64,
    /// Hash.
    pub hash: Vec<u8>,
}

impl Anchor {
    /// Reads what [`Anchor`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let (id, hex) = text.split_once(':')?;
        let nibbles: Option<Vec<u32>> = hex.chars().map(|digit| digit.to_digit(16)).collect();
        let nibbles = nibbles.filter(|nibbles| nibbles.len() == 64)?;
        let hash = nibbles.chunks(2).filter_map(|pair| u8::try_from(pair.iter().fold(0, |sum, n| sum * 16 + n)).ok());
        Some(Self { id: id.parse().ok()?, hash: hash.collect() })
    }
}

impl std::fmt::Display for Anchor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:", self.id)?;
        self.hash.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Serialize for Anchor {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Goes through the whole log. What was cut off its end shows only against an anchor that was kept elsewhere.
pub fn verify(ctx: &Context, expect: Option<&Anchor>) -> Result<Verified> {
    let (mut last, mut prev) = (0, GENESIS.to_vec());
    let mut found = Verified { whole: 0, broken: None, anchor: None, expected: expect.map(|_| false) };
    'log: loop {
        let entries = ctx.db.read(|connection| moderation_log::after(connection, last, PAGE))?;
        if entries.is_empty() {
            break;
        }
        for entry in entries {
            let whole = entry.id == last + 1
                && entry.prev_hash == prev
                && entry.row_hash.as_slice() == row_hash(&prev, &columns(&entry)).as_slice();
            if !whole {
                found.broken = Some(entry.id);
                break 'log;
            }
            if expect.is_some_and(|anchor| anchor.id == entry.id && anchor.hash == entry.row_hash) {
                found.expected = Some(true);
            }
            (last, prev) = (entry.id, entry.row_hash);
            found.whole += 1;
        }
    }
    found.anchor = (last > 0).then_some(Anchor { id: last, hash: prev });
    Ok(found)
}

/// The number of the first entry that was changed, or before which one is missing; nothing when the log is whole.
pub fn first_broken(ctx: &Context) -> Result<Option<i64>> {
    Ok(verify(ctx, None)?.broken)
}

/// Entries, latest first.
pub fn list(ctx: &Context, filter: &LogFilter) -> Result<Vec<LogEntry>> {
    ctx.db.read(|connection| moderation_log::latest(connection, filter))
}

fn columns(entry: &LogEntry) -> Entry<'_> {
    Entry {
        id: entry.id,
        actor: &entry.actor,
        via: entry.via,
        host: &entry.host,
        action: &entry.action,
        target_kind: &entry.target_kind,
        target_id: entry.target_id,
        reason: entry.reason.as_deref(),
        before_state: entry.before_state.as_deref(),
        after_state: entry.after_state.as_deref(),
        inverse: entry.inverse.as_deref(),
        undoes_id: entry.undoes_id,
        created_at: entry.created_at,
    }
}
