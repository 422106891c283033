//! Table `notifications`.

use diesel::prelude::*;

use crate::db::{Connection, dialect};
use crate::error::Result;
use crate::schema::notifications;
use crate::types::{CommentId, NotificationId, NotificationKind, PostId, Time, UserId};

/// A notification to be.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = notifications, treat_none_as_default_value = false)]
pub struct NewNotification {
    /// Who is told.
    pub user_id: UserId,
    /// Who did it.
    pub actor_id: UserId,
    /// What was done.
    pub kind: NotificationKind,
    /// What it was done to.
    pub target_id: i64,
    /// The post it is about.
    pub post_id: Option<PostId>,
    /// The comment it is about.
    pub comment_id: Option<CommentId>,
    /// What no other unread one has.
    pub unread_key: String,
    /// Now.
    pub created_at: Time,
}

/// N3: writes a notification unless the same one is there and unread; its id when it came into being.
pub fn insert(connection: &mut Connection, row: &NewNotification) -> Result<Option<NotificationId>> {
    if dialect::insert_ignore!(connection, notifications::table, row)? == 0 {
        return Ok(None);
    }
    let made = notifications::table.filter(notifications::unread_key.eq(&row.unread_key));
    Ok(Some(made.select(notifications::id).first(connection)?))
}

/// N3: removes the unread notification that bears this key.
pub fn remove_unread(connection: &mut Connection, unread_key: &str) -> Result<()> {
    diesel::delete(notifications::table.filter(notifications::unread_key.eq(unread_key))).execute(connection)?;
    Ok(())
}

/// N3: removes the notification of a comment, read or not.
pub fn remove_of_comment(connection: &mut Connection, comment: CommentId) -> Result<()> {
    diesel::delete(notifications::table.filter(notifications::comment_id.eq(comment))).execute(connection)?;
    Ok(())
}
