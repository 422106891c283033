//! Table `search_outbox`: posts whose search document must be looked at again (Q8).

use diesel::prelude::*;

use crate::db::{Connection, dialect};
use crate::error::Result;
use crate::schema::search_outbox;
use crate::types::{PostId, Time, cut};

/// A change, and the post that changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = search_outbox)]
pub struct Change {
    /// Its number.
    pub id: i64,
    /// The post.
    pub post_id: PostId,
    /// When it was noted.
    pub created_at: Time,
    /// How often it was tried in vain.
    pub attempts: i32,
}

/// Q8: notes that a post changed, in the transaction of the change.
pub fn insert(connection: &mut Connection, post: PostId, now: Time) -> Result<()> {
    diesel::insert_into(search_outbox::table)
        .values((
            search_outbox::post_id.eq(post),
            search_outbox::created_at.eq(now),
            search_outbox::next_attempt_at.eq(now),
        ))
        .execute(connection)?;
    Ok(())
}

/// How many changes the index does not know yet, and when the oldest of them was noted.
pub fn waiting(connection: &mut Connection) -> Result<(i64, Option<Time>)> {
    let open = search_outbox::table.filter(search_outbox::done_at.is_null());
    let found: (i64, Option<i64>) =
        open.select((diesel::dsl::count_star(), diesel::dsl::min(search_outbox::created_at))).first(connection)?;
    Ok((found.0, found.1.map(Time::from_micros)))
}

/// Changes that are due, longest due first.
pub fn due(connection: &mut Connection, now: Time, limit: i64) -> Result<Vec<Change>> {
    let query = search_outbox::table
        .filter(search_outbox::done_at.is_null())
        .filter(search_outbox::next_attempt_at.le(now))
        .order((search_outbox::next_attempt_at.asc(), search_outbox::id.asc()))
        .limit(limit)
        .select(Change::as_select());
    Ok(query.load(connection)?)
}

/// Takes those of these changes that are still due for a worker, until `until`: as if they were due only then, so that
/// another worker finds them if this one dies.
pub fn claim(
    connection: &mut Connection,
    changes: &[Change],
    worker: &str,
    now: Time,
    until: Time,
) -> Result<Vec<Change>> {
    let ids: Vec<i64> = changes.iter().map(|change| change.id).collect();
    dialect::lock_rows(connection, "search_outbox", &ids)?;
    // By id alone, and looked at here: a condition on what is due would lead SQLite through the whole backlog.
    let rows: Vec<(Change, Option<i64>, Time)> = search_outbox::table
        .filter(search_outbox::id.eq_any(&ids))
        .order(search_outbox::id.asc())
        .select((Change::as_select(), search_outbox::done_at, search_outbox::next_attempt_at))
        .load(connection)?;
    let still_due = rows.into_iter().filter(|(_, done_at, next)| done_at.is_none() && *next <= now);
    let ours: Vec<Change> = still_due.map(|(change, ..)| change).collect();
    diesel::update(search_outbox::table.filter(search_outbox::id.eq_any(ours.iter().map(|change| change.id))))
        .set((
            search_outbox::claimed_by.eq(cut(worker, 100)),
            search_outbox::claimed_until.eq(until),
            search_outbox::next_attempt_at.eq(until),
        ))
        .execute(connection)?;
    Ok(ours)
}

/// The index has them. True of whoever put them there, so nobody is asked whose claim it is.
pub fn done(connection: &mut Connection, ids: &[i64], now: Time) -> Result<()> {
    diesel::update(search_outbox::table.filter(search_outbox::id.eq_any(ids)))
        .set((
            search_outbox::done_at.eq(now),
            search_outbox::claimed_by.eq(None::<String>),
            search_outbox::claimed_until.eq(None::<Time>),
            search_outbox::last_error.eq(None::<String>),
        ))
        .execute(connection)?;
    Ok(())
}

/// Gives claimed changes back, to be tried again at `next`.
pub fn postpone(connection: &mut Connection, ids: &[i64], worker: &str, next: Time, error: &str) -> Result<()> {
    let ours = search_outbox::table
        .filter(search_outbox::id.eq_any(ids))
        .filter(search_outbox::done_at.is_null())
        .filter(search_outbox::claimed_by.eq(cut(worker, 100)));
    diesel::update(ours)
        .set((
            search_outbox::attempts.eq(search_outbox::attempts + 1),
            search_outbox::next_attempt_at.eq(next),
            search_outbox::claimed_by.eq(None::<String>),
            search_outbox::claimed_until.eq(None::<Time>),
            search_outbox::last_error.eq(cut(error, 500)),
        ))
        .execute(connection)?;
    Ok(())
}

/// When the next change is due; nothing when none waits.
pub fn next_due(connection: &mut Connection) -> Result<Option<Time>> {
    let open = search_outbox::table.filter(search_outbox::done_at.is_null());
    let next: Option<i64> = open.select(diesel::dsl::min(search_outbox::next_attempt_at)).first(connection)?;
    Ok(next.map(Time::from_micros))
}

/// All changes after this one, done or not, in the order in which they were noted.
pub fn after(connection: &mut Connection, (at, id): (Time, i64), limit: i64) -> Result<Vec<Change>> {
    let query = search_outbox::table
        // The first bound says nothing new; it is what the index is entered by.
        .filter(search_outbox::created_at.ge(at))
        .filter(search_outbox::created_at.gt(at).or(search_outbox::id.gt(id)))
        .order((search_outbox::created_at.asc(), search_outbox::id.asc()))
        .limit(limit)
        .select(Change::as_select());
    Ok(query.load(connection)?)
}
