//! Writing the moderation log, and finding out whether it is whole.

use serde_json::Value;

use crate::context::{Context, host};
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::models::moderation_log::{self, LogEntry};
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
}

/// Appends an entry in the transaction of the act; the last thing it locks, in every transaction.
pub(crate) fn append(connection: &mut Connection, by: &By, target: Target, act: &Act<'_>, now: Time) -> Result<()> {
    let (kind, id) = (target.kind(), target.id());
    append_to(connection, by, (kind, id), &format!("{kind}_{}", act.action), act, now)
}

/// The same for what is neither post nor comment.
pub(crate) fn append_to(
    connection: &mut Connection,
    by: &By,
    (target_kind, target_id): (&str, i64),
    action: &str,
    act: &Act<'_>,
    now: Time,
) -> Result<()> {
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
        inverse: None,
        undoes_id: None,
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
            return Ok(());
        }
    }
    Err(Error::Internal("an entry of the moderation log was refused".to_owned()))
}

/// The number of the first entry that was changed, or before which one is missing; nothing when the log is whole.
pub fn first_broken(ctx: &Context) -> Result<Option<i64>> {
    let (mut last, mut prev) = (0, GENESIS.to_vec());
    loop {
        let entries = ctx.db.read(|connection| moderation_log::after(connection, last, PAGE))?;
        if entries.is_empty() {
            return Ok(None);
        }
        for entry in entries {
            let whole = entry.id == last + 1
                && entry.prev_hash == prev
                && entry.row_hash.as_slice() == row_hash(&prev, &columns(&entry)).as_slice();
            if !whole {
                return Ok(Some(entry.id));
            }
            (last, prev) = (entry.id, entry.row_hash);
        }
    }
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
