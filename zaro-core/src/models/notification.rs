//! Table `notifications`.

use diesel::prelude::*;

use crate::db::{Connection, dialect};
use crate::error::Result;
use crate::policy::notification::Notice;
use crate::schema::notifications;
use crate::types::{CommentId, Time};

/// N3: writes a notification unless the same one is there and unread; tells whether it came into being.
pub fn insert(connection: &mut Connection, notice: &Notice, now: Time) -> Result<bool> {
    let row = (
        notifications::user_id.eq(notice.receiver),
        notifications::actor_id.eq(notice.actor),
        notifications::kind.eq(notice.kind),
        notifications::target_id.eq(notice.target),
        notifications::post_id.eq(notice.post),
        notifications::comment_id.eq(notice.comment),
        notifications::unread_key.eq(notice.unread_key()),
        notifications::created_at.eq(now),
    );
    Ok(dialect::insert_ignore!(connection, notifications::table, &row)? == 1)
}

/// N3: removes the notification of a comment, read or not.
pub fn remove_of_comment(connection: &mut Connection, comment: CommentId) -> Result<()> {
    diesel::delete(notifications::table.filter(notifications::comment_id.eq(comment))).execute(connection)?;
    Ok(())
}
