//! The operator's switch that keeps mail in the outbox, in all processes, until it is switched on again.
//!
//! A restore leaves it off: what is queued in the backup may have reached its reader since. Like maintenance it is a
//! lease that nobody has to renew; the worker looks at it before each mail.

use chrono::TimeDelta;
use serde_json::json;

use crate::context::Context;
use crate::db::Connection;
use crate::error::Result;
use crate::models::lease::{self, Lease};
use crate::service::moderation_log::{self, Act, By};
use crate::types::Time;

/// Name of the lease.
const NAME: &str = "mail:off";
/// For as long as it takes.
const UNTIL_GIVEN_BACK: TimeDelta = TimeDelta::days(36_500);

/// Who has switched mail off and since when, if it is off.
pub fn find(ctx: &Context) -> Result<Option<Lease>> {
    let now = ctx.now();
    let lease = ctx.db.read(|connection| lease::find(connection, NAME))?;
    Ok(lease.filter(|lease| lease.expires_at > now))
}

/// Whether mail is off.
pub(crate) fn is_off(connection: &mut Connection, now: Time) -> Result<bool> {
    Ok(lease::find(connection, NAME)?.is_some_and(|lease| lease.expires_at > now))
}

/// Switches mail off in the caller's transaction; whoever had it off already keeps it. Whether this did it.
pub(crate) fn hold(connection: &mut Connection, who: &str, now: Time) -> Result<bool> {
    Ok(lease::acquire(connection, NAME, who, now, UNTIL_GIVEN_BACK)?.is_ok())
}

/// Switches mail off; whether it was on.
pub fn off(ctx: &Context, by: &By) -> Result<bool> {
    let now = ctx.now();
    ctx.db.write_tx(|connection| {
        let done = hold(connection, &by.actor, now)?;
        if done {
            note(connection, by, "on", "off", now)?;
        }
        Ok(done)
    })
}

/// Switches mail on, whoever switched it off; whether it was off.
pub fn on(ctx: &Context, by: &By) -> Result<bool> {
    let now = ctx.now();
    ctx.db.write_tx(|connection| {
        let Some(held) = lease::find(connection, NAME)?.filter(|lease| lease.expires_at > now) else {
            return Ok(false);
        };
        lease::release(connection, NAME, held.fencing, now)?;
        note(connection, by, "off", "on", now)?;
        Ok(true)
    })
}

fn note(connection: &mut Connection, by: &By, before: &str, after: &str, now: Time) -> Result<()> {
    let action = format!("MAIL_{}", after.to_uppercase());
    let act = Act {
        action: after,
        before: json!({ "mail": before }),
        after: json!({ "mail": after }),
        reason: None,
        inverse: None,
        undoes: None,
    };
    moderation_log::append_to(connection, by, ("MAIL", 0), &action, &act, now)?;
    Ok(())
}
