//! Table `exports`: data exports that members asked for.

use diesel::prelude::*;

use crate::db::{Connection, dialect};
use crate::error::Result;
use crate::schema::{exports, users};
use crate::types::{ExportState, Time, UserId, cut};

/// Longest text about a failure, in characters.
const ERROR_MAX: usize = 500;

/// An export.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = exports)]
pub struct Export {
    /// 128 random bits, base64url.
    pub id: String,
    /// Whose data it holds.
    pub user_id: UserId,
    /// Where it stands.
    pub state: ExportState,
    /// Where its file lies, while there is one.
    pub object_key: Option<String>,
    /// Length of the file.
    pub bytes: Option<i64>,
    /// Why it failed.
    pub error: Option<String>,
    /// When it was asked for.
    pub requested_at: Time,
    /// When it was begun last.
    pub started_at: Option<Time>,
    /// When it was ready, or had failed.
    pub finished_at: Option<Time>,
    /// Until when it can be fetched.
    pub expires_at: Option<Time>,
}

/// Queues an export; false when the member has one under way.
pub fn queue(connection: &mut Connection, id: &str, user: UserId, now: Time) -> Result<bool> {
    let row = (
        exports::id.eq(id),
        exports::user_id.eq(user),
        exports::state.eq(ExportState::Queued),
        exports::live_key.eq(user.to_string()),
        exports::requested_at.eq(now),
    );
    Ok(dialect::insert_ignore!(connection, exports::table, row)? == 1)
}

/// The export with this id.
pub fn find(connection: &mut Connection, id: &str) -> Result<Option<Export>> {
    Ok(exports::table.find(id).select(Export::as_select()).first(connection).optional()?)
}

/// The export that a member asked for last.
pub fn latest(connection: &mut Connection, user: UserId) -> Result<Option<Export>> {
    let query = exports::table
        .filter(exports::user_id.eq(user))
        .order((exports::requested_at.desc(), exports::id.desc()))
        .select(Export::as_select());
    Ok(query.first(connection).optional()?)
}

/// The member's export that is queued or running.
pub fn under_way(connection: &mut Connection, user: UserId) -> Result<Option<Export>> {
    let query = exports::table.filter(exports::live_key.eq(user.to_string())).select(Export::as_select());
    Ok(query.first(connection).optional()?)
}

/// Ends of the member's finished exports since then, newest first.
pub fn finished_since(connection: &mut Connection, user: UserId, since: Time, limit: i64) -> Result<Vec<Time>> {
    let ends: Vec<Option<Time>> = exports::table
        .filter(exports::user_id.eq(user))
        .filter(dialect::unindexed(exports::state).eq_any([ExportState::Ready, ExportState::Expired]))
        .filter(exports::finished_at.gt(since))
        .order(exports::finished_at.desc())
        .limit(limit)
        .select(exports::finished_at)
        .load(connection)?;
    Ok(ends.into_iter().flatten().collect())
}

/// The export that waits for longest; one whose worker died waits, too.
pub fn next(connection: &mut Connection) -> Result<Option<Export>> {
    let open = exports::state.eq_any([ExportState::Queued, ExportState::Running]);
    let query = exports::table.filter(open).order((exports::requested_at.asc(), exports::id.asc()));
    Ok(query.select(Export::as_select()).first(connection).optional()?)
}

/// Notes that an open export is being made now.
pub fn start(connection: &mut Connection, id: &str, now: Time) -> Result<bool> {
    let open = exports::table.find(id).filter(exports::live_key.is_not_null());
    let started = diesel::update(open)
        .set((exports::state.eq(ExportState::Running), exports::started_at.eq(now)))
        .execute(connection)?;
    Ok(started == 1)
}

/// RUNNING → READY; false when the row is closed or gone.
pub fn finish(connection: &mut Connection, id: &str, bytes: i64, now: Time, expires_at: Time) -> Result<bool> {
    let open = exports::table.find(id).filter(exports::live_key.is_not_null());
    let finished = diesel::update(open)
        .set((
            exports::state.eq(ExportState::Ready),
            exports::live_key.eq(None::<String>),
            exports::object_key.eq(id),
            exports::bytes.eq(bytes),
            exports::finished_at.eq(now),
            exports::expires_at.eq(expires_at),
        ))
        .execute(connection)?;
    Ok(finished == 1)
}

/// Notes that an open export could not be made.
pub fn fail(connection: &mut Connection, id: &str, why: &str, now: Time) -> Result<()> {
    diesel::update(exports::table.find(id).filter(exports::live_key.is_not_null()))
        .set((
            exports::state.eq(ExportState::Failed),
            exports::live_key.eq(None::<String>),
            exports::error.eq(cut(why, ERROR_MAX)),
            exports::finished_at.eq(now),
        ))
        .execute(connection)?;
    Ok(())
}

/// How many ready exports are too old at `now`.
pub fn count_due(connection: &mut Connection, now: Time) -> Result<i64> {
    let due = exports::state.eq(ExportState::Ready).and(exports::expires_at.le(now));
    Ok(exports::table.filter(due).count().get_result(connection)?)
}

/// READY → EXPIRED for at most so many that are too old; their files go after the commit.
pub fn expire_due(connection: &mut Connection, now: Time, limit: i64) -> Result<usize> {
    let due = exports::state.eq(ExportState::Ready).and(exports::expires_at.le(now));
    let ids: Vec<String> = exports::table.filter(due).limit(limit).select(exports::id).load(connection)?;
    Ok(diesel::update(exports::table.filter(exports::id.eq_any(&ids)))
        .set(exports::state.eq(ExportState::Expired))
        .execute(connection)?)
}

/// L9: removes the exports of these members; those with a file are marked, and go with it ([`forget_files`]).
pub fn remove_of(connection: &mut Connection, users: &[UserId]) -> Result<()> {
    let without_file = exports::user_id.eq_any(users).and(exports::object_key.is_null());
    diesel::delete(exports::table.filter(without_file)).execute(connection)?;
    diesel::update(exports::table.filter(exports::user_id.eq_any(users)))
        .set((exports::state.eq(ExportState::Expired), exports::live_key.eq(None::<String>)))
        .execute(connection)?;
    Ok(())
}

/// Exports that expired while their files are still there.
pub fn with_dead_files(connection: &mut Connection, after: &str, limit: i64) -> Result<Vec<String>> {
    let query = exports::table
        .filter(exports::state.eq(ExportState::Expired))
        .filter(exports::object_key.is_not_null())
        .filter(exports::id.gt(after))
        .order(exports::id.asc())
        .limit(limit)
        .select(exports::id);
    Ok(query.load(connection)?)
}

/// Notes that the files of these are gone; nothing stays of those whose members are anonymised.
pub fn forget_files(connection: &mut Connection, ids: &[String]) -> Result<()> {
    diesel::update(exports::table.filter(exports::id.eq_any(ids)))
        .set(exports::object_key.eq(None::<String>))
        .execute(connection)?;
    let of_nobody: Vec<String> = exports::table
        .inner_join(users::table)
        .filter(exports::id.eq_any(ids))
        .filter(users::anonymized_at.is_not_null())
        .select(exports::id)
        .load(connection)?;
    diesel::delete(exports::table.filter(exports::id.eq_any(&of_nobody))).execute(connection)?;
    Ok(())
}

/// Which of these have, or are about to have, a file.
pub fn with_files(connection: &mut Connection, ids: &[String]) -> Result<Vec<String>> {
    let kept = exports::object_key.is_not_null().or(exports::live_key.is_not_null());
    Ok(exports::table.filter(exports::id.eq_any(ids)).filter(kept).select(exports::id).load(connection)?)
}
