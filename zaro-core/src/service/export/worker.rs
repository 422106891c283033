//! The export worker: one at a time over all processes, by lease. An export whose worker died is begun again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::TimeDelta;

use super::archive;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::fault;
use crate::models::export::{self, Export};
use crate::models::user;
use crate::service::lease::{self, Held};
use crate::types::{Status, Time};

/// Who holds this makes exports.
const LEASE: &str = "worker:export";
/// After this long without a sign of life another process takes over.
const LEASE_TIME: TimeDelta = TimeDelta::seconds(60);
/// How often a sign of life is given.
const PULSE: TimeDelta = TimeDelta::seconds(10);
/// The longest sleep: an export that was asked for in another process is found after this at the latest.
const IDLE: Duration = Duration::from_secs(5);
/// The sleep after a failure of our own, a database that is away for instance.
const AFTER_ERROR: Duration = Duration::from_secs(1);

/// Makes exports until the context's export bell is stopped; `stop` ends one that is under way.
pub fn run_worker(ctx: &Context, stop: &AtomicBool) {
    loop {
        let pause = match work(ctx, stop) {
            Ok(true) => continue,
            Ok(false) => IDLE,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "exports could not be worked on");
                AFTER_ERROR
            }
        };
        if !ctx.export_bell.wait(pause) {
            return;
        }
    }
}

/// Makes the export that waits for longest; false when none waits, or another process makes them.
pub fn work(ctx: &Context, stop: &AtomicBool) -> Result<bool> {
    if stop.load(Ordering::SeqCst) || ctx.db.read(export::next)?.is_none() {
        return Ok(false);
    }
    let Ok(held) = lease::acquire(ctx, LEASE, LEASE_TIME)? else { return Ok(false) };
    let worked = make_next(ctx, &held, stop);
    held.release(ctx)?;
    worked
}

fn make_next(ctx: &Context, held: &Held, stop: &AtomicBool) -> Result<bool> {
    let Some(begun) = begin(ctx, held)? else { return Ok(false) };
    fault::point("export.begun");
    let made = make(ctx, held, &begun, stop);
    match made {
        Ok(()) => Ok(true),
        // It stays as it is, for whoever has the lease next.
        Err(Made::Stopped) => Ok(false),
        Err(Made::Failed(error @ (Error::LeaseLost(_) | Error::Pool(_)))) => Err(error),
        Err(Made::Failed(error)) => {
            tracing::error!(export.id = begun.id, error = &error as &dyn std::error::Error, "an export failed");
            give_up(ctx, held, &begun, &error.to_string())?;
            Ok(true)
        }
    }
}

/// Why an export was not made.
enum Made {
    Stopped,
    Failed(Error),
}

impl From<Error> for Made {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// Takes the next export; that of a member who has left meanwhile is closed.
fn begin(ctx: &Context, held: &Held) -> Result<Option<Export>> {
    let now = ctx.now();
    ctx.db.write_tx(|connection| {
        held.renew(connection, now)?;
        while let Some(next) = export::next(connection)? {
            let here = user::find(connection, next.user_id)?.is_some_and(|user| user.status != Status::Deleted);
            if here && export::start(connection, &next.id, now)? {
                return Ok(Some(next));
            }
            export::fail(connection, &next.id, "the member has left", now)?;
        }
        Ok(None)
    })
}

/// Writes the file beside its place, puts it there, and only then says so.
fn make(ctx: &Context, held: &Held, begun: &Export, stop: &AtomicBool) -> Result<(), Made> {
    let mut pulse = Pulse { ctx, held, stop, last: ctx.now() };
    let file = ctx.exports.begin(&begun.id)?;
    let written = archive::write(ctx, begun.user_id, &file, &mut || pulse.beat());
    match written {
        Err(_) if stop.load(Ordering::SeqCst) => return Err(Made::Stopped),
        written => written?,
    }
    fault::point("export.written");
    let bytes = ctx.exports.finish(&begun.id, &file)?;
    fault::point("export.published");
    let now = ctx.now();
    let expires_at = now.plus(TimeDelta::days(i64::from(ctx.policy.purge.export_days)));
    let noted = ctx.db.write_tx(|connection| {
        held.renew(connection, now)?;
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        export::finish(connection, &begun.id, bytes, now, expires_at)
    })?;
    if !noted {
        // The member was anonymised meanwhile.
        ctx.exports.remove(&begun.id)?;
    }
    Ok(())
}

fn give_up(ctx: &Context, held: &Held, begun: &Export, why: &str) -> Result<()> {
    let now = ctx.now();
    ctx.db.write_tx(|connection| {
        held.renew(connection, now)?;
        export::fail(connection, &begun.id, why, now)
    })?;
    ctx.exports.remove(&begun.id)
}

/// Signs of life while an export is made.
struct Pulse<'a> {
    ctx: &'a Context,
    held: &'a Held,
    stop: &'a AtomicBool,
    last: Time,
}

impl Pulse<'_> {
    /// Keeps the lease.
    ///
    /// # Errors
    /// When it is lost, or the process is ending.
    fn beat(&mut self) -> Result<()> {
        if self.stop.load(Ordering::SeqCst) {
            return Err(Error::Unavailable { what: "the process", why: "it is ending".to_owned() });
        }
        let now = self.ctx.now();
        if now.since(self.last) >= PULSE {
            self.ctx.db.write_tx(|connection| self.held.renew(connection, now))?;
            self.last = now;
        }
        Ok(())
    }
}
