//! Rate limits on what may go on while nobody can count (H17).

use crate::context::Context;
use crate::error::{Error, Result};
use crate::policy::retention::Limit;

/// Forgets what was taken under this key, once what it guards has been done; a store that is away undoes nothing.
pub(crate) fn forget(ctx: &Context, key: &str) {
    if let Err(error) = ctx.limits.clear(key) {
        tracing::warn!(error = %error, "a limit was not reset");
    }
}

/// Takes from limits, or refuses; while the token store is away nothing is refused.
///
/// For plain writing. What is costly to abuse takes by [`super::account::take`], which fails with the store.
pub(crate) fn take_if_counted(ctx: &Context, key: &str, limits: &[Limit]) -> Result<()> {
    match ctx.limits.take(key, limits, ctx.now()) {
        Ok(None) => Ok(()),
        Ok(Some(seconds)) => Err(Error::rate_limited(seconds)),
        Err(error) => {
            tracing::warn!(error = %error, "a limit was not counted");
            Ok(())
        }
    }
}
