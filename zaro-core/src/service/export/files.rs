//! Files that nobody may fetch any more: removed after the commit that says so, and again until it worked.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::context::Context;
use crate::error::Result;
use crate::models::export;
use crate::service::lease::Held;

/// Files between two renewals of the lease.
const AT_ONCE: u16 = 100;

/// Removes the files of expired exports, and files that no row knows; tells how many could not be removed.
pub(crate) fn remove_dead(ctx: &Context, held: &Held, stop: &AtomicBool) -> Result<i64> {
    let (mut failed, mut after) = (0, String::new());
    while !stop.load(Ordering::SeqCst) {
        let dead = ctx.db.read(|connection| export::with_dead_files(connection, &after, AT_ONCE.into()))?;
        let Some(last) = dead.last() else { break };
        after.clone_from(last);
        let gone: Vec<String> = dead.into_iter().filter(|id| remove(ctx, id, &mut failed)).collect();
        ctx.db.write_tx(|connection| {
            held.renew(connection, ctx.now())?;
            export::forget_files(connection, &gone)
        })?;
    }
    for ids in ctx.exports.ids()?.chunks(AT_ONCE.into()) {
        let known: HashSet<String> =
            ctx.db.read(|connection| export::with_files(connection, ids))?.into_iter().collect();
        for id in ids.iter().filter(|id| !known.contains(*id)) {
            remove(ctx, id, &mut failed);
        }
    }
    Ok(failed)
}

fn remove(ctx: &Context, id: &str, failed: &mut i64) -> bool {
    let removed = ctx.exports.remove(id);
    if let Err(error) = &removed {
        *failed += 1;
        tracing::error!(export.id = id, error = error as &dyn std::error::Error, "an export was not removed");
    }
    removed.is_ok()
}
