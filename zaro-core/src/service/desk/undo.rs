//! Taking acts back: the columns of an entry are written back while they are what the entry left.

use chrono::TimeDelta;
use serde::Serialize;
use serde_json::{Map, Value};

use super::entry::{Inverse, Picture, difference, picture};
use super::perform::rolled_back;
use crate::context::Context;
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::models::moderation_log::{self, LogEntry};
use crate::models::row_state::{self, RowKey, RowState};
use crate::models::{appeal, follow, mail, sanction, user};
use crate::service::effects::{self, Effect};
use crate::service::moderation_log::{Act, By, append_to};
use crate::service::report::reindex;
use crate::service::sanction::{is_settled, settle};
use crate::types::{MailState, SanctionId, Status, Target, Time, UserId};

/// Columns that are moved back by what the act moved them, whatever else has moved them since.
const COUNTERS: [&str; 3] = ["comment_count", "report_count", "report_weight"];

/// What an undo would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UndoPlan {
    /// The entry to be undone.
    pub entry: i64,
    /// Its action.
    pub action: String,
    /// The entries that go with it, latest first.
    pub entries: Vec<i64>,
    /// Why it cannot be done, if it cannot.
    pub refused: Option<String>,
    /// What does not come back with it.
    pub warnings: Vec<String>,
}

/// What an undo did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Undone {
    /// The entries that were undone, latest first.
    pub entries: Vec<i64>,
    /// The entries that say so, in the same order.
    pub by: Vec<i64>,
    /// What did not come back.
    pub warnings: Vec<String>,
}

/// What undoing this entry would do, or why it cannot be done; changes nothing.
///
/// # Errors
/// [`Error::Precondition`] when there is no such entry.
pub fn undo_plan(ctx: &Context, id: i64) -> Result<UndoPlan> {
    let now = ctx.now();
    let entry = ctx.db.read(|connection| find(connection, id))?;
    let mut plan =
        UndoPlan { entry: id, action: entry.action, entries: Vec::new(), refused: None, warnings: Vec::new() };
    match rolled_back(ctx, |connection| take_back(ctx, connection, id, now)) {
        Ok(work) => {
            plan.entries = work.taken.iter().map(|taken| taken.entry.id).collect();
            plan.warnings = work.warnings;
        }
        Err(Error::Precondition(why)) => plan.refused = Some(why),
        Err(other) => return Err(other),
    }
    Ok(plan)
}

/// Undoes an entry, and with it those that belong to the same act, in one transaction.
///
/// # Errors
/// [`Error::Precondition`] that says why it cannot be: undone already and by which entry, contradicted and by which
/// one, or the data is gone.
pub fn undo(ctx: &Context, by: &By, id: i64, reason: Option<&str>) -> Result<Undone> {
    let now = ctx.now();
    let (done, effects) = ctx.db.write_tx(|connection| {
        let work = take_back(ctx, connection, id, now)?;
        let mut done = Undone { entries: Vec::new(), by: Vec::new(), warnings: work.warnings };
        for taken in &work.taken {
            done.by.push(write(connection, by, taken, reason, now)?);
            done.entries.push(taken.entry.id);
        }
        Ok((done, work.effects))
    })?;
    effects::run(ctx, effects);
    Ok(done)
}

/// An entry that was taken back, and what that changed.
struct Taken {
    entry: LogEntry,
    before: Map<String, Value>,
    after: Map<String, Value>,
    inverse: Option<Inverse>,
}

#[derive(Default)]
struct Work {
    taken: Vec<Taken>,
    warnings: Vec<String>,
    effects: Vec<Effect>,
}

fn write(connection: &mut Connection, by: &By, taken: &Taken, reason: Option<&str>, now: Time) -> Result<i64> {
    let entry = &taken.entry;
    let action = action_of_undoing(&entry.action);
    let act = Act {
        action: &action,
        before: Value::Object(taken.before.clone()),
        after: Value::Object(taken.after.clone()),
        reason,
        inverse: taken.inverse.as_ref().map(Inverse::write).transpose()?,
        undoes: Some(entry.id),
    };
    append_to(connection, by, (&entry.target_kind, entry.target_id.unwrap_or(0)), &action, &act, now)
}

/// An undo that is undone is done again.
fn action_of_undoing(action: &str) -> String {
    match (action.strip_prefix("UNDO_"), action.strip_prefix("REDO_")) {
        (Some(done), _) => format!("REDO_{done}"),
        (None, Some(done)) => format!("UNDO_{done}"),
        (None, None) => format!("UNDO_{action}"),
    }
}

fn find(connection: &mut Connection, id: i64) -> Result<LogEntry> {
    let found = moderation_log::find(connection, id)?;
    found.ok_or_else(|| Error::Precondition(format!("there is no entry #{id} in the log")))
}

/// Takes back the entry and what followed it as part of the same act, latest first.
fn take_back(ctx: &Context, connection: &mut Connection, id: i64, now: Time) -> Result<Work> {
    let first = find(connection, id)?;
    if let Some(by) = moderation_log::undone_by(connection, &first)? {
        return Err(Error::Precondition(format!("#{id} is already undone by #{by}")));
    }
    let inverse = inverse_of(&first)?;
    let Inverse::PutBack { following, .. } = &inverse;
    let mut work = Work::default();
    for with in (id + 1..=id + following).rev() {
        let entry = find(connection, with)?;
        if moderation_log::undone_by(connection, &entry)?.is_none() {
            let inverse = inverse_of(&entry)?;
            take_back_one(ctx, connection, entry, inverse, now, &mut work)?;
        }
    }
    take_back_one(ctx, connection, first, inverse, now, &mut work)?;
    Ok(work)
}

fn inverse_of(entry: &LogEntry) -> Result<Inverse> {
    match &entry.inverse {
        Some(text) => Inverse::read(text),
        None => Err(Error::Precondition(format!("#{} ({}) cannot be undone: {}", entry.id, entry.action, why(entry)))),
    }
}

/// Why an entry has no inverse.
fn why(entry: &LogEntry) -> &'static str {
    match entry.action.as_str() {
        "MEMBER_VERIFY" => "a membership that has begun is ended by withdrawal",
        "MEMBER_RENAME" => "names are not kept in the log; rename the member again",
        "MEMBER_SIGN_OUT" => "sessions that were ended stay ended",
        "MEMBER_RESTORE" | "UNDO_MEMBER_WITHDRAW" => {
            "the thirty days would count from the first withdrawal; withdraw the member again"
        }
        "PLACE_MERGE" => "its favourites were moved, and doubles dropped",
        action if action.starts_with("UNDO_") => "the text for the member went with it; order it again",
        _ => "nobody ordered it; order the opposite",
    }
}

fn take_back_one(
    ctx: &Context,
    connection: &mut Connection,
    entry: LogEntry,
    inverse: Inverse,
    now: Time,
    work: &mut Work,
) -> Result<()> {
    let Inverse::PutBack { mails, .. } = inverse;
    let rows = rows(&entry)?;
    let mut held: Vec<RowKey> = rows.iter().map(|row| row.key).collect();
    held.extend(members_of(connection, &rows)?);
    row_state::hold(connection, &held)?;
    let before = picture(connection, held.iter().copied())?;
    let keeps_text = texts(connection, &rows)?;
    for row in &rows {
        put_back(connection, &entry, row, &before, now)?;
    }
    for row in &rows {
        follow_up(connection, row, now, &mut work.effects)?;
    }
    warn(ctx, connection, &entry, &mails, now, &mut work.warnings)?;
    let after = picture(connection, held)?;
    let (was, is) = difference(&before, &after);
    // A withdrawal that is done again must begin its thirty days anew, which putting columns back cannot.
    let again = !keeps_text && entry.action != "MEMBER_WITHDRAW";
    let inverse = again.then_some(Inverse::PutBack { following: 0, mails: Vec::new() });
    work.taken.push(Taken { entry, before: was, after: is, inverse });
    Ok(())
}

/// A row as an entry shows it: the columns before and after, none where it was not there.
struct Row {
    key: RowKey,
    before: Option<RowState>,
    after: Option<RowState>,
}

fn rows(entry: &LogEntry) -> Result<Vec<Row>> {
    let read = |text: &Option<String>| -> Map<String, Value> {
        text.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    };
    let (before, after) = (read(&entry.before_state), read(&entry.after_state));
    let mut rows = Vec::new();
    for (name, before) in before {
        let unreadable = || Error::Internal(format!("entry {} names a row `{name}`", entry.id));
        let key = RowKey::parse(&name).ok_or_else(unreadable)?;
        let state = |value: Option<&Value>| match value {
            Some(Value::Object(columns)) => Some(columns.clone()),
            _ => None,
        };
        rows.push(Row { key, before: state(Some(&before)), after: state(after.get(&name)) });
    }
    rows.sort_by_key(|row| row.key);
    Ok(rows)
}

/// Whose measures these are: what a member may do follows from them.
fn members_of(connection: &mut Connection, rows: &[Row]) -> Result<Vec<RowKey>> {
    let mut members = Vec::new();
    for row in rows {
        let RowKey::Sanction(id) = row.key else { continue };
        let state = row.after.as_ref().or(row.before.as_ref());
        let named = state.and_then(|state| state.get("user_id")).and_then(Value::as_i64).map(UserId);
        let member = match named {
            Some(member) => Some(member),
            None => sanction::find(connection, id)?.map(|found| found.user_id),
        };
        members.extend(member.map(RowKey::User));
    }
    Ok(members)
}

/// Whether a text to a member goes with what is taken back, so that it could not be done again as it was.
fn texts(connection: &mut Connection, rows: &[Row]) -> Result<bool> {
    for row in rows {
        let kept = match row.key {
            RowKey::Sanction(id) if row.before.is_none() => {
                sanction::find(connection, id)?.is_some_and(|found| found.message.is_some())
            }
            RowKey::Appeal(id) => {
                appeal::find(connection, id)?.is_some_and(|found| found.answer.is_some_and(|text| !text.is_empty()))
            }
            _ => false,
        };
        if kept {
            return Ok(true);
        }
    }
    Ok(false)
}

fn put_back(connection: &mut Connection, entry: &LogEntry, row: &Row, present: &Picture, now: Time) -> Result<()> {
    if let RowKey::User(id) = row.key
        && user::find(connection, id)?.is_none_or(|member| member.anonymized_at.is_some())
    {
        return Err(Error::Precondition(format!("#{} cannot be undone: the data was erased", entry.id)));
    }
    let present = present.get(&row.key).and_then(Option::as_ref);
    match (&row.before, &row.after, present, row.key) {
        (None, Some(after), Some(present), RowKey::Sanction(id)) => {
            if after.iter().any(|(column, value)| present.get(column) != Some(value)) {
                return Err(contradicted(connection, entry, row.key, None)?);
            }
            if let Some(appeal) = appeal::of_sanction(connection, id)? {
                let appeal = appeal.id;
                return Err(Error::Precondition(format!(
                    "#{} cannot be undone: appeal {appeal} is about it\nhint: accept the appeal, or lift measure {id}",
                    entry.id
                )));
            }
            row_state::delete_sanction(connection, id)
        }
        (Some(before), None, None, RowKey::Sanction(id)) => row_state::insert_sanction(connection, id, before.clone()),
        (Some(before), Some(after), Some(present), _) => match merged(before, after, present, now) {
            Ok(columns) => row_state::store(connection, row.key, columns),
            Err(column) => Err(contradicted(connection, entry, row.key, Some(&column))?),
        },
        _ => Err(contradicted(connection, entry, row.key, None)?),
    }
}

/// The columns as they were, where they are as the entry left them; else the column that is not.
fn merged(before: &RowState, after: &RowState, present: &RowState, now: Time) -> Result<RowState, String> {
    let mut columns = present.clone();
    for (column, was) in before {
        let (Some(left), Some(is)) = (after.get(column), present.get(column)) else { return Err(column.clone()) };
        let value = if COUNTERS.contains(&column.as_str()) {
            let by = was.as_i64().zip(left.as_i64()).map(|(was, left)| was - left);
            let back = is.as_i64().zip(by).map(|(is, by)| is + by).filter(|back| *back >= 0);
            back.map(Value::from).ok_or_else(|| column.clone())?
        } else if is == left {
            was.clone()
        } else {
            match column.as_str() {
                // It follows from the measures, and is reckoned anew.
                "suspended_until" => is.clone(),
                // No rule reads it.
                "updated_at" => now.micros().into(),
                _ => return Err(column.clone()),
            }
        };
        columns.insert(column.clone(), value);
    }
    Ok(columns)
}

fn contradicted(connection: &mut Connection, entry: &LogEntry, key: RowKey, column: Option<&str>) -> Result<Error> {
    let id = entry.id;
    let what = match moderation_log::latest_of_row(connection, id, &key.to_string(), column)? {
        Some(later) => {
            format!("#{id} is contradicted by #{later}: {key} is not as #{id} left it\nhint: undo #{later} first")
        }
        None => format!("#{id} is contradicted: {key} has been changed since by its member or a sweep"),
    };
    Ok(Error::Precondition(what))
}

/// What follows from a row that was put back.
fn follow_up(connection: &mut Connection, row: &Row, now: Time, effects: &mut Vec<Effect>) -> Result<()> {
    match row.key {
        RowKey::Post(id) => {
            reindex(connection, Target::Post(id), now)?;
            effects.push(Effect::Index);
        }
        RowKey::Appeal(id) => appeal::forget_answer(connection, id)?,
        RowKey::User(id) => {
            let status = |state: &Option<RowState>| -> Option<Value> { state.as_ref()?.get("status").cloned() };
            let gone = Some(Value::from(Status::Deleted.as_str()));
            let (was, is) = (status(&row.before), status(&row.after));
            // L10, L16: everybody at the other end of a follow counts the member again, or not any more.
            if is == gone && was != gone {
                follow::restore_counters(connection, &[id])?;
            } else if was == gone && is != gone {
                follow::lower_counters(connection, &[id])?;
            }
        }
        RowKey::Sanction(id) => settle_again(connection, row, id, now)?,
        RowKey::Comment(_) | RowKey::Report(_) | RowKey::Place(_) => {}
    }
    Ok(())
}

/// Z2: where the member's end of suspension is not what the measures say, it is reckoned anew.
fn settle_again(connection: &mut Connection, row: &Row, id: SanctionId, now: Time) -> Result<()> {
    let named =
        row.after.as_ref().or(row.before.as_ref()).and_then(|state| state.get("user_id")).and_then(Value::as_i64);
    let member = match named {
        Some(member) => Some(UserId(member)),
        None => sanction::find(connection, id)?.map(|found| found.user_id),
    };
    let Some(member) = member else { return Ok(()) };
    if is_settled(connection, member, now)? { Ok(()) } else { settle(connection, member, now) }
}

/// Drops what waits to be sent, and says what does not come back.
fn warn(
    ctx: &Context,
    connection: &mut Connection,
    entry: &LogEntry,
    mails: &[i64],
    now: Time,
    warnings: &mut Vec<String>,
) -> Result<()> {
    let dropped = mail::close_unsent(connection, mails, MailState::Dropped, now)?;
    for id in mails.iter().filter(|id| !dropped.contains(id)) {
        let sent = mail::find_for_update(connection, *id)?;
        warnings.push(match sent {
            Some((mail, _)) if mail.state == MailState::Bounced => format!("mail {id} had bounced"),
            _ => format!("mail {id} was sent and stays sent"),
        });
    }
    if !dropped.is_empty() {
        warnings.push(format!("{} mail(s) that wait to be sent are dropped", dropped.len()));
    }
    match entry.action.as_str() {
        "MEMBER_WITHDRAW" => warnings.push(
            "sessions and links that ended stay ended, and the nameless line in the history of withdrawals stays"
                .to_owned(),
        ),
        "POST_DELETE" if entry.created_at.plus(TimeDelta::days(i64::from(ctx.policy.purge.post_image_days))) <= now => {
            warnings.push("pictures of the post may have been removed meanwhile".to_owned());
        }
        _ => {}
    }
    Ok(())
}
