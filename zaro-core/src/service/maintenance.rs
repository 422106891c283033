//! The operator's switch that keeps everybody from writing, while reading goes on (H18).
//!
//! It is a lease, taken until it is given back: a row that every process and every host sees.

use chrono::TimeDelta;

use crate::context::Context;
use crate::error::{Error, Result};
use crate::models::lease::{self, Lease};

/// Name of the lease.
const NAME: &str = "maintenance";
/// For as long as it takes: a switch that went off by itself would let writes into the middle of the work.
const UNTIL_GIVEN_BACK: TimeDelta = TimeDelta::days(36_500);

/// Who has switched maintenance on and since when, if it is on.
pub fn find(ctx: &Context) -> Result<Option<Lease>> {
    let now = ctx.now();
    let lease = ctx.db.read(|connection| lease::find(connection, NAME))?;
    Ok(lease.filter(|lease| lease.expires_at > now))
}

/// Switches it on; whoever had it on already keeps it.
pub fn begin(ctx: &Context) -> Result<Lease> {
    let now = ctx.now();
    ctx.db.write_tx(|connection| match lease::acquire(connection, NAME, &ctx.instance, now, UNTIL_GIVEN_BACK)? {
        Err(held) => Ok(held),
        Ok(_) => lease::find(connection, NAME)?.ok_or_else(|| Error::Internal("a lease just taken is gone".to_owned())),
    })
}

/// Switches it off, whoever switched it on; tells whether it was on.
pub fn end(ctx: &Context) -> Result<bool> {
    let now = ctx.now();
    ctx.db.write_tx(|connection| {
        let Some(held) = lease::find(connection, NAME)?.filter(|lease| lease.expires_at > now) else {
            return Ok(false);
        };
        lease::release(connection, NAME, held.fencing, now)?;
        Ok(true)
    })
}
