//! Which of the pictures that were sent a post can show (P4, I4).

use crate::context::Context;
use crate::db::Connection;
use crate::error::Result;
use crate::models::image::Image;
use crate::models::post_image;
use crate::policy::upload::MAX_BYTES;
use crate::types::ImageState;

/// P4: those that were granted and lie in the store, in order. The store is asked here, before any transaction.
pub(super) fn usable(ctx: &Context, wanted: &[String]) -> Result<Vec<String>> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let granted = ctx.db.read(|connection| post_image::granted(connection, wanted))?;
    let mut store_answers = true;
    let mut usable = Vec::with_capacity(wanted.len());
    for key in wanted {
        let good = match state_of(&granted, key) {
            Some(ImageState::Issued) if store_answers => match ctx.objects.head(key) {
                Ok(found) => {
                    found.is_some_and(|object| usize::try_from(object.bytes).is_ok_and(|bytes| bytes <= MAX_BYTES))
                }
                Err(error) => {
                    // I4: accepted, and looked at later. The other keys are not asked for: each would wait in vain.
                    tracing::warn!(error = %error, "pictures were accepted unseen");
                    store_answers = false;
                    true
                }
            },
            Some(ImageState::Stored | ImageState::Issued) => true,
            Some(ImageState::Rejected) | None => false,
        };
        if good {
            usable.push(key.clone());
        }
    }
    Ok(usable)
}

/// Holds a post's old and new pictures and tells which of the new ones are still there, in order.
pub(super) fn hold(connection: &mut Connection, old: &[String], new: &[String]) -> Result<Vec<String>> {
    let mut all = old.to_vec();
    all.extend(new.iter().filter(|key| !old.contains(key)).cloned());
    let granted = post_image::hold(connection, &all)?;
    let there = |key: &&String| matches!(state_of(&granted, key), Some(ImageState::Issued | ImageState::Stored));
    Ok(new.iter().filter(there).cloned().collect())
}

fn state_of(granted: &[Image], key: &str) -> Option<ImageState> {
    granted.iter().find(|image| image.image_key == key).map(|image| image.state)
}
