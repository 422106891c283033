//! I8: images that nothing uses. Taken out of use in the batches, removed from the store after them.

use std::sync::atomic::{AtomicBool, Ordering};

use chrono::TimeDelta;

use crate::context::Context;
use crate::db::Connection;
use crate::error::Result;
use crate::models::{image, post_image};
use crate::policy::retention::Policy;
use crate::service::lease::Held;
use crate::types::Time;

/// Images between two renewals of the lease: a slow store must not lose it.
const AT_ONCE: i64 = 100;
/// How old a half-written file must be before it is waste: far longer than any upload takes.
const LEFTOVER: TimeDelta = TimeDelta::hours(24);

/// Until when an upload must have been unused, and a post deleted.
fn edges(policy: &Policy, now: Time) -> (Time, Time) {
    let unused = now.minus(TimeDelta::hours(i64::from(policy.purge.upload_hours)));
    (unused, now.minus(TimeDelta::days(i64::from(policy.purge.post_image_days))))
}

/// How many uploads are unused for too long, and how many pictures posts show that were deleted long ago.
pub(super) fn count(connection: &mut Connection, policy: &Policy, now: Time) -> Result<i64> {
    let (unused, deleted) = edges(policy, now);
    Ok(image::count_unused(connection, unused)? + post_image::count_of_deleted(connection, deleted)?)
}

/// Takes at most `limit` of them out of use; tells how many.
pub(super) fn reject(connection: &mut Connection, policy: &Policy, limit: i64, now: Time) -> Result<usize> {
    let (unused, deleted) = edges(policy, now);
    let released = post_image::release_of_deleted(connection, deleted, limit, now)?;
    let left = limit - i64::try_from(released).unwrap_or(limit);
    let rejected = if left > 0 { image::reject_unused(connection, unused, left)? } else { 0 };
    Ok(released + rejected)
}

/// Removes objects, then rows, of what is out of use; also what a run that died in between left behind.
///
/// An object that cannot be removed stops nothing: it is counted, its row stays as it is, and the next run tries again.
pub(super) fn remove_rejected(ctx: &Context, held: &Held, stop: &AtomicBool) -> Result<i64> {
    let (mut failed, mut after) = (0, 0);
    while !stop.load(Ordering::SeqCst) {
        let marked = ctx.db.read(|connection| image::rejected(connection, after, AT_ONCE))?;
        let Some((last, _)) = marked.last() else { break };
        after = *last;
        let mut gone = Vec::with_capacity(marked.len());
        for (id, key) in &marked {
            match ctx.objects.remove(key) {
                Ok(()) => gone.push(*id),
                Err(error) => {
                    failed += 1;
                    tracing::error!(
                        image.id = id,
                        error = &error as &dyn std::error::Error,
                        "an image was not removed"
                    );
                }
            }
        }
        crate::fault::point("sweep.objects_removed");
        ctx.db.write_tx(|connection| {
            held.renew(connection, ctx.now())?;
            image::forget_rejected(connection, &gone)
        })?;
    }
    Ok(failed)
}

/// Removes what interrupted uploads left in a local store.
pub(super) fn remove_leftovers(ctx: &Context, now: Time) -> Result<()> {
    let Some(media) = &ctx.media else { return Ok(()) };
    let removed = media.remove_leftovers(now.minus(LEFTOVER))?;
    if removed > 0 {
        tracing::info!(images.leftovers = removed, "half-written images were removed");
    }
    Ok(())
}
