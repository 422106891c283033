//! Table `moderation_log`: append-only, each entry chained to the one before.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::db::{Connection, dialect};
use crate::error::Result;
use crate::schema::moderation_log;
use crate::types::{Time, Via};

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = moderation_log, treat_none_as_default_value = false)]
pub struct LogEntry {
    /// Number, without gaps.
    pub id: i64,
    /// An operator, or `system`.
    pub actor: String,
    /// By which way it came.
    pub via: Via,
    /// On which machine.
    pub host: String,
    /// What was done.
    pub action: String,
    /// What it was done to.
    pub target_kind: String,
    /// Which of them.
    pub target_id: Option<i64>,
    /// Why.
    pub reason: Option<String>,
    /// JSON of what changed, before.
    pub before_state: Option<String>,
    /// The same, after.
    pub after_state: Option<String>,
    /// JSON of the act that undoes it.
    pub inverse: Option<String>,
    /// The entry that it undoes.
    pub undoes_id: Option<i64>,
    /// Hash of the entry before.
    pub prev_hash: Vec<u8>,
    /// Hash of this one.
    pub row_hash: Vec<u8>,
    /// When.
    pub created_at: Time,
}

/// Number and hash of the last entry, with the end of the log held until the transaction ends; nothing in an empty log.
pub fn hold_end(connection: &mut Connection) -> Result<Option<(i64, Vec<u8>)>> {
    // The first entry stands for the whole log: unlike the last one it is the same for everybody who waits.
    let first: Option<i64> = moderation_log::table.select(diesel::dsl::min(moderation_log::id)).first(connection)?;
    dialect::lock_rows(connection, "moderation_log", first.as_slice())?;
    let end = moderation_log::table.order(moderation_log::id.desc());
    Ok(end.select((moderation_log::id, moderation_log::row_hash)).first(connection).optional()?)
}

/// Appends an entry; false when another one has taken its place, which happens in an empty log only.
pub fn append(connection: &mut Connection, entry: &LogEntry) -> Result<bool> {
    Ok(dialect::insert_ignore!(connection, moderation_log::table, entry)? == 1)
}

/// Entries after this number, in order.
pub fn after(connection: &mut Connection, id: i64, limit: i64) -> Result<Vec<LogEntry>> {
    let entries = moderation_log::table.filter(moderation_log::id.gt(id)).order(moderation_log::id.asc()).limit(limit);
    Ok(entries.select(LogEntry::as_select()).load(connection)?)
}

/// Entries before this number, newest first; the latest ones where none is given.
pub fn before(connection: &mut Connection, id: Option<i64>, limit: i64) -> Result<Vec<LogEntry>> {
    let entries = moderation_log::table
        .filter(moderation_log::id.lt(id.unwrap_or(i64::MAX)))
        .order(moderation_log::id.desc())
        .limit(limit);
    Ok(entries.select(LogEntry::as_select()).load(connection)?)
}

/// What was done to one thing, in order.
pub fn of_target(connection: &mut Connection, kind: &str, id: i64) -> Result<Vec<LogEntry>> {
    let entries = moderation_log::table
        .filter(moderation_log::target_kind.eq(kind))
        .filter(moderation_log::target_id.eq(id))
        .order((moderation_log::created_at.asc(), moderation_log::id.asc()));
    Ok(entries.select(LogEntry::as_select()).load(connection)?)
}

/// The entry with this number.
pub fn find(connection: &mut Connection, id: i64) -> Result<Option<LogEntry>> {
    Ok(moderation_log::table.find(id).select(LogEntry::as_select()).first(connection).optional()?)
}

/// The entry that undoes this one, and is not undone itself.
pub fn undone_by(connection: &mut Connection, entry: &LogEntry) -> Result<Option<i64>> {
    // By its target, which has few entries: `undoes_id` has no index.
    let later = moderation_log::table
        .filter(moderation_log::target_kind.eq(&entry.target_kind))
        .filter(moderation_log::target_id.eq(entry.target_id))
        .filter(moderation_log::id.gt(entry.id))
        .filter(moderation_log::undoes_id.is_not_null())
        .order(moderation_log::id.desc())
        .select((moderation_log::id, moderation_log::undoes_id));
    let undoings: Vec<(i64, Option<i64>)> = later.load(connection)?;
    // From the latest back: an undoing counts unless a later one that counts undoes it in turn.
    let mut undone: HashMap<i64, i64> = HashMap::new();
    for (id, of) in undoings {
        if let (Some(of), false) = (of, undone.contains_key(&id)) {
            undone.insert(of, id);
        }
    }
    Ok(undone.get(&entry.id).copied())
}

/// The latest entry after this one that changed this row, in this column where one is named.
pub fn latest_of_row(connection: &mut Connection, after: i64, row: &str, column: Option<&str>) -> Result<Option<i64>> {
    let column = column.map(|column| format!("{{%\"{column}\":%")).unwrap_or_default();
    let changed = moderation_log::table
        .filter(moderation_log::id.gt(after))
        .filter(moderation_log::after_state.like(format!("%\"{row}\":{column}%")));
    Ok(changed.select(diesel::dsl::max(moderation_log::id)).first(connection)?)
}

/// Which entries an operator wants to see.
#[derive(Clone, Debug, Default)]
pub struct LogFilter {
    /// Only those of this actor.
    pub actor: Option<String>,
    /// Only what was done to this.
    pub target: Option<(String, i64)>,
    /// Only those since then.
    pub since: Option<Time>,
    /// Only those before this number: the next page.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: i64,
}

/// Entries, latest first.
pub fn latest(connection: &mut Connection, filter: &LogFilter) -> Result<Vec<LogEntry>> {
    let mut query = moderation_log::table.order(moderation_log::id.desc()).limit(filter.limit).into_boxed();
    if let Some(actor) = &filter.actor {
        query = query.filter(moderation_log::actor.eq(actor.clone()));
    }
    if let Some((kind, id)) = &filter.target {
        query = query.filter(moderation_log::target_kind.eq(kind.clone())).filter(moderation_log::target_id.eq(*id));
    }
    if let Some(since) = filter.since {
        query = query.filter(moderation_log::created_at.ge(since));
    }
    if let Some(before) = filter.before {
        query = query.filter(moderation_log::id.lt(before));
    }
    Ok(query.select(LogEntry::as_select()).load(connection)?)
}
