//! Table `leases`: who may do a thing now, with a fencing number.

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::db::{Connection, dialect};
use crate::error::Result;
use crate::schema::leases;
use crate::types::{Time, cut};

/// A lease as stored.
#[derive(Clone, Debug, Queryable, Selectable, serde::Serialize)]
#[diesel(table_name = leases)]
pub struct Lease {
    /// What it is for.
    pub name: String,
    /// Who has it: host, process id and a random part.
    pub holder: String,
    /// Grows by one with each change of holder.
    pub fencing: i64,
    /// Since when.
    pub acquired_at: Time,
    /// Last sign of life.
    pub renewed_at: Time,
    /// When it is free without another sign of life.
    pub expires_at: Time,
}

/// The lease of this name, whoever holds it.
pub fn find(connection: &mut Connection, name: &str) -> Result<Option<Lease>> {
    Ok(leases::table.find(name).select(Lease::as_select()).first(connection).optional()?)
}

/// Leases that somebody holds now, by name.
pub fn live(connection: &mut Connection, now: Time) -> Result<Vec<Lease>> {
    let held = leases::table.filter(leases::expires_at.gt(now)).order(leases::name.asc());
    Ok(held.select(Lease::as_select()).load(connection)?)
}

/// Takes the lease if it is free and returns the fencing number, or the present holder's lease.
pub fn acquire(
    connection: &mut Connection,
    name: &str,
    holder: &str,
    now: Time,
    ttl: TimeDelta,
) -> Result<std::result::Result<i64, Lease>> {
    // The row is made expired, so that taking it is the same step for the first and for every later holder.
    dialect::insert_ignore!(
        connection,
        leases::table,
        (
            leases::name.eq(name),
            leases::holder.eq("-"),
            leases::fencing.eq(1_i64),
            leases::acquired_at.eq(now),
            leases::renewed_at.eq(now),
            leases::expires_at.eq(Time::from_micros(0)),
        )
    )?;
    let taken = diesel::update(leases::table.find(name).filter(leases::expires_at.le(now)))
        .set((
            leases::holder.eq(cut(holder, 100)),
            leases::fencing.eq(leases::fencing + 1),
            leases::acquired_at.eq(now),
            leases::renewed_at.eq(now),
            leases::expires_at.eq(now.plus(ttl)),
        ))
        .execute(connection)?;
    let lease: Lease = leases::table.find(name).select(Lease::as_select()).first(connection)?;
    Ok(if taken == 1 { Ok(lease.fencing) } else { Err(lease) })
}

/// Renews the lease inside the transaction of the work; false when it is lost.
pub fn renew(connection: &mut Connection, name: &str, fencing: i64, now: Time, ttl: TimeDelta) -> Result<bool> {
    let renewed = diesel::update(leases::table.find(name).filter(leases::fencing.eq(fencing)))
        .set((leases::renewed_at.eq(now), leases::expires_at.eq(now.plus(ttl))))
        .execute(connection)?;
    Ok(renewed == 1)
}

/// Gives the lease back.
pub fn release(connection: &mut Connection, name: &str, fencing: i64, now: Time) -> Result<()> {
    diesel::update(leases::table.find(name).filter(leases::fencing.eq(fencing)))
        .set((leases::renewed_at.eq(now), leases::expires_at.eq(now)))
        .execute(connection)?;
    Ok(())
}
