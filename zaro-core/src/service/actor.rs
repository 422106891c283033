//! Who acts: the state of a member, read inside the transaction of the write (H12).

use crate::context::Context;
use crate::db::Connection;
use crate::error::{Code, Error, Result};
use crate::models::user::{self, User};
use crate::policy::account::{WhileSuspended, may_write};
use crate::types::{Time, UserId};

/// The member, if their state lets them write now; held until the transaction ends.
///
/// # Errors
/// 403 by state; `AUTH_REQUIRED` for a member who is gone.
pub fn require_active(connection: &mut Connection, id: UserId, rule: WhileSuspended, now: Time) -> Result<User> {
    let user = user::find_for_update(connection, id)?.ok_or_else(|| Error::from(Code::AuthRequired))?;
    may_write(user.status, user.suspended_until, rule, now)?;
    Ok(user)
}

/// The same as a first look outside the transaction, so that a limit or a field at fault is told after it (H6).
///
/// The write asks again, because the state may change in between.
pub fn check_active(ctx: &Context, id: UserId, rule: WhileSuspended, now: Time) -> Result<()> {
    let user = ctx.db.read(|connection| user::find(connection, id))?.ok_or_else(|| Error::from(Code::AuthRequired))?;
    may_write(user.status, user.suspended_until, rule, now)?;
    Ok(())
}
