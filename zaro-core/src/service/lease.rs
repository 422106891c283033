//! Leases: who may do a thing now. A holder that slept past its end writes nothing more (J2).

use chrono::TimeDelta;

use crate::context::Context;
use crate::db::Connection;
use crate::error::{Error, Result};
use crate::models::lease::{self, Lease};
use crate::types::Time;

/// A lease of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    name: String,
    fencing: i64,
    ttl: TimeDelta,
}

impl Held {
    /// Number that grows with each change of holder.
    pub const fn fencing(&self) -> i64 {
        self.fencing
    }

    /// Renews the lease inside the transaction of the work it allows.
    ///
    /// # Errors
    /// [`Error::LeaseLost`], which undoes that transaction.
    pub fn renew(&self, connection: &mut Connection, now: Time) -> Result<()> {
        if lease::renew(connection, &self.name, self.fencing, now, self.ttl)? {
            Ok(())
        } else {
            Err(Error::LeaseLost(self.name.clone()))
        }
    }

    /// Gives the lease back, so that nobody has to wait for its end.
    pub fn release(&self, ctx: &Context) -> Result<()> {
        let now = ctx.now();
        ctx.db.write_tx(|connection| lease::release(connection, &self.name, self.fencing, now))
    }
}

/// Takes a lease for so long, or says who has it.
pub fn acquire(ctx: &Context, name: &str, ttl: TimeDelta) -> Result<std::result::Result<Held, Lease>> {
    let now = ctx.now();
    let taken = ctx.db.write_tx(|connection| lease::acquire(connection, name, &ctx.instance, now, ttl))?;
    Ok(taken.map(|fencing| Held { name: name.to_owned(), fencing, ttl }))
}
