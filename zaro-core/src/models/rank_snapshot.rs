//! Table `rank_snapshots`: rankings that were computed once for everybody.

use std::ops::Range;

use diesel::prelude::*;

use crate::db::{Connection, dialect};
use crate::error::Result;
use crate::schema::rank_snapshots;
use crate::types::{RankKind, Time};

/// The slot of the one CURRENT snapshot.
const NO_SLOT: Time = Time::from_micros(0);

/// A ranking.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = rank_snapshots)]
pub struct Snapshot {
    /// The full hour of an hourly one.
    pub slot_at: Time,
    /// The instant it was computed for.
    pub computed_at: Time,
    /// JSON, best first.
    pub entries: String,
}

/// The one everybody reads.
pub fn current(connection: &mut Connection) -> Result<Option<Snapshot>> {
    let current = rank_snapshots::table
        .filter(rank_snapshots::kind.eq(RankKind::Current))
        .filter(rank_snapshots::slot_at.eq(NO_SLOT));
    Ok(current.select(Snapshot::as_select()).first(connection).optional()?)
}

/// The one of the latest full hour.
pub fn latest_hour(connection: &mut Connection) -> Result<Option<Snapshot>> {
    let hourly =
        rank_snapshots::table.filter(rank_snapshots::kind.eq(RankKind::Hourly)).order(rank_snapshots::slot_at.desc());
    Ok(hourly.select(Snapshot::as_select()).first(connection).optional()?)
}

/// Writes a snapshot whose place is free; false when it is not.
pub fn insert(
    connection: &mut Connection,
    kind: RankKind,
    slot: Option<Time>,
    at: Time,
    entries: &str,
) -> Result<bool> {
    let row = (
        rank_snapshots::kind.eq(kind),
        rank_snapshots::slot_at.eq(slot.unwrap_or(NO_SLOT)),
        rank_snapshots::computed_at.eq(at),
        rank_snapshots::entries.eq(entries),
    );
    Ok(dialect::insert_ignore!(connection, rank_snapshots::table, row)? == 1)
}

/// RK4: wins the right to compute the current one, unless it was computed within these instants.
pub fn claim(connection: &mut Connection, now: Time, serves: &Range<Time>) -> Result<bool> {
    let too_old = rank_snapshots::computed_at.lt(serves.start).or(rank_snapshots::computed_at.ge(serves.end));
    let due = rank_snapshots::table
        .filter(rank_snapshots::kind.eq(RankKind::Current))
        .filter(rank_snapshots::slot_at.eq(NO_SLOT))
        .filter(too_old);
    Ok(diesel::update(due).set(rank_snapshots::computed_at.eq(now)).execute(connection)? == 1)
}

/// RK4: writes what the claim of this instant was for; false once somebody else has claimed.
pub fn write(connection: &mut Connection, claimed_at: Time, entries: &str) -> Result<bool> {
    let ours = rank_snapshots::table
        .filter(rank_snapshots::kind.eq(RankKind::Current))
        .filter(rank_snapshots::slot_at.eq(NO_SLOT))
        .filter(rank_snapshots::computed_at.eq(claimed_at));
    Ok(diesel::update(ours).set(rank_snapshots::entries.eq(entries)).execute(connection)? == 1)
}
