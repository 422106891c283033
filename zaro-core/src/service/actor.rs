//! Who acts: the state of a member, read inside the transaction of the write (H12).

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
