//! Table `notifications`.

use diesel::prelude::*;

use super::author::AuthorRow;
use crate::db::{Connection, dialect};
use crate::error::Result;
use crate::schema::{comments, notifications, posts, users};
use crate::types::{Category, CommentId, NotificationId, NotificationKind, PostId, Time, UserId};

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

/// A notification, with what it is about as that is now.
#[derive(Clone, Debug, Queryable)]
pub struct NotificationRow {
    /// Id.
    pub id: NotificationId,
    /// Who is told.
    pub receiver: UserId,
    /// What was done.
    pub kind: NotificationKind,
    /// What it was done to.
    pub target_id: i64,
    /// When.
    pub created_at: Time,
    /// When it was read.
    pub read_at: Option<Time>,
    /// Who did it.
    pub actor: AuthorRow,
    /// The post it is about, if any.
    pub post: Option<AboutPost>,
    /// Text of the comment it is about, if any.
    pub comment: Option<String>,
}

/// The post that a notification is about.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct AboutPost {
    /// Id.
    pub id: PostId,
    /// Board.
    pub category: Category,
    /// Thumbnail.
    pub thumbnail_key: Option<String>,
}

/// N4: what the list of a member shows, newest first: of those made after `since` with an id above `after`.
pub fn list(
    connection: &mut Connection,
    user: UserId,
    since: Time,
    after: NotificationId,
    limit: i64,
) -> Result<Vec<NotificationRow>> {
    load(connection, Wanted::List { user, since, after, limit })
}

/// Those of these that a list would show, in no particular order.
pub fn shown(connection: &mut Connection, ids: &[NotificationId]) -> Result<Vec<NotificationRow>> {
    load(connection, Wanted::These(ids))
}

/// N5: marks one of this member's as read; false when it is read already, or not there.
pub fn mark_read(connection: &mut Connection, user: UserId, id: NotificationId, now: Time) -> Result<bool> {
    let unread = notifications::table
        .filter(notifications::id.eq(id))
        .filter(notifications::user_id.eq(user))
        .filter(notifications::read_at.is_null());
    let marked = diesel::update(unread)
        .set((notifications::read_at.eq(now), notifications::unread_key.eq(None::<String>)))
        .execute(connection)?;
    Ok(marked == 1)
}

/// N5: marks all of this member's as read.
pub fn mark_all_read(connection: &mut Connection, user: UserId, now: Time) -> Result<()> {
    let unread = notifications::table.filter(notifications::user_id.eq(user)).filter(notifications::read_at.is_null());
    diesel::update(unread)
        .set((notifications::read_at.eq(now), notifications::unread_key.eq(None::<String>)))
        .execute(connection)?;
    Ok(())
}

/// Whether this member has this notification, read or not.
pub fn exists(connection: &mut Connection, user: UserId, id: NotificationId) -> Result<bool> {
    let own = notifications::table.filter(notifications::id.eq(id)).filter(notifications::user_id.eq(user));
    Ok(diesel::select(diesel::dsl::exists(own)).get_result(connection)?)
}

/// Which notifications are wanted.
#[derive(Clone, Copy)]
enum Wanted<'a> {
    List { user: UserId, since: Time, after: NotificationId, limit: i64 },
    These(&'a [NotificationId]),
}

/// Notifications with all that is shown of them, in one query: those whose post and comment, where they have one, are
/// visible.
fn load(connection: &mut Connection, wanted: Wanted<'_>) -> Result<Vec<NotificationRow>> {
    let post_visible = notifications::post_id.is_null().or(posts::visible.nullable().eq(true));
    let comment_visible = notifications::comment_id.is_null().or(comments::id
        .nullable()
        .is_not_null()
        .and(comments::deleted_at.is_null())
        .and(comments::hidden_at.is_null()));
    let rows = notifications::table
        .inner_join(users::table.on(users::id.eq(notifications::actor_id)))
        .left_join(posts::table.on(posts::id.nullable().eq(notifications::post_id)))
        .left_join(comments::table.on(comments::id.nullable().eq(notifications::comment_id)))
        .filter(post_visible)
        .filter(comment_visible)
        .select((
            notifications::id,
            notifications::user_id,
            notifications::kind,
            notifications::target_id,
            notifications::created_at,
            notifications::read_at,
            AuthorRow::as_select(),
            (posts::id, posts::category, posts::thumbnail_key).nullable(),
            comments::content.nullable(),
        ))
        .into_boxed();
    let rows = match wanted {
        Wanted::List { user, since, after, limit } => rows
            .filter(notifications::user_id.eq(user))
            .filter(notifications::id.gt(after))
            .filter(notifications::created_at.gt(since))
            .order(notifications::id.desc())
            .limit(limit),
        Wanted::These(ids) => rows.filter(notifications::id.eq_any(ids)),
    };
    Ok(rows.load(connection)?)
}
