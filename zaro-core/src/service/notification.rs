//! Telling members what others did (N1 to N10).

use chrono::TimeDelta;

use crate::context::Context;
use crate::db::Connection;
use crate::error::{Code, Result};
use crate::models::notification::{self, NewNotification, NotificationRow};
use crate::models::session;
use crate::policy::account::WhileSuspended;
use crate::policy::author::Author;
use crate::policy::notification::{CUT_SECONDS, LIST_MAX, Notice};
use crate::ports::Event;
use crate::service::actor::require_active;
use crate::service::author;
use crate::service::effects::Effect;
use crate::types::{Category, NotificationId, NotificationKind, PostId, Time, UserId};

/// N1, N3: writes a notification in the transaction of the act; what to do after the commit, unless the receiver has the
/// same one unread.
pub(crate) fn raise(connection: &mut Connection, notice: &Notice, now: Time) -> Result<Option<Effect>> {
    let row = NewNotification {
        user_id: notice.receiver,
        actor_id: notice.actor,
        kind: notice.kind,
        target_id: notice.target,
        post_id: notice.post,
        comment_id: notice.comment,
        unread_key: notice.unread_key(),
        created_at: now,
    };
    let made = notification::insert(connection, &row)?;
    Ok(made.map(|id| Effect::Publish(Event::Notified { receiver: notice.receiver, id })))
}

/// N3: takes an unread notification back when its cause is undone.
pub(crate) fn retract(connection: &mut Connection, notice: &Notice) -> Result<()> {
    notification::remove_unread(connection, &notice.unread_key())
}

/// A notification as its receiver sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotificationView {
    /// Id.
    pub id: NotificationId,
    /// Who is told.
    pub receiver: UserId,
    /// What was done.
    pub kind: NotificationKind,
    /// LIKE: the post; COMMENT: the comment; FOLLOW: the follower.
    pub target: i64,
    /// When.
    pub created_at: Time,
    /// Who did it.
    pub actor: Author,
    /// The post it is about, if any.
    pub post: Option<AboutPost>,
    /// Text of the comment it is about, if any.
    pub comment: Option<String>,
    /// Whether the receiver has read it.
    pub read: bool,
}

/// The post that a notification is about, as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AboutPost {
    /// Id.
    pub id: PostId,
    /// Board.
    pub category: Category,
    /// Image key.
    pub thumbnail: Option<String>,
}

/// N4: the newest of the last 30 days, newest first.
pub fn list(ctx: &Context, user: UserId) -> Result<Vec<NotificationView>> {
    let now = ctx.now();
    ctx.db.read(|connection| newest(ctx, connection, user, NotificationId(i64::MIN), now))
}

/// N5: marks one's own as read; one that is read already stays as it is.
pub fn mark_read(ctx: &Context, user: UserId, id: NotificationId) -> Result<()> {
    let now = ctx.now();
    ctx.db.write_tx(|connection| {
        require_active(connection, user, WhileSuspended::Allowed, now)?;
        if notification::mark_read(connection, user, id, now)? || notification::exists(connection, user, id)? {
            return Ok(());
        }
        Err(Code::NotificationNotFound.into())
    })
}

/// N5: marks all of one's own as read.
pub fn mark_all_read(ctx: &Context, user: UserId) -> Result<()> {
    let now = ctx.now();
    ctx.db.write_tx(|connection| {
        require_active(connection, user, WhileSuspended::Allowed, now)?;
        notification::mark_all_read(connection, user, now)
    })
}

/// N7: what a stream that was just opened has missed since `last`, oldest first; nothing for one that has seen nothing.
///
/// Asked once the stream is told what happens from now on, so that nothing falls between the two; what is told twice is
/// for the stream to pass over.
///
/// # Errors
/// `AUTH_REQUIRED` when the session ended while the stream was being opened (N9).
pub fn catch_up(
    ctx: &Context,
    user: UserId,
    session_id: &str,
    last: Option<NotificationId>,
) -> Result<Vec<NotificationView>> {
    let now = ctx.now();
    ctx.db.read(|connection| {
        if session::live_among(connection, &[session_id], now)?.is_empty() {
            return Err(Code::AuthRequired.into());
        }
        let Some(last) = last else { return Ok(Vec::new()) };
        let mut missed = newest(ctx, connection, user, last, now)?;
        missed.reverse();
        Ok(missed)
    })
}

/// Those of these that their receivers would see; what was taken back meanwhile is not among them.
pub fn shown(ctx: &Context, ids: &[NotificationId]) -> Result<Vec<NotificationView>> {
    let rows = ctx.db.read(|connection| notification::shown(connection, ids))?;
    Ok(rows.into_iter().map(view).collect())
}

/// N10: from now on these tokens list no notifications for a minute, because we cut their streams short.
pub fn note_cut(ctx: &Context, tokens: &[&str]) -> Result<()> {
    let keys: Vec<String> = tokens.iter().map(|token| cut_key(token)).collect();
    ctx.limits.mark(&keys, CUT_SECONDS, ctx.now())
}

/// N10: refuses a token whose stream we cut short, so that the client asks for another one and comes back.
///
/// # Errors
/// `AUTH_REQUIRED` for such a token.
pub fn refuse_cut(ctx: &Context, token: &str) -> Result<()> {
    match ctx.limits.is_marked(&cut_key(token), ctx.now()) {
        Ok(false) => Ok(()),
        Ok(true) => Err(Code::AuthRequired.into()),
        // H17: without the store reading goes on.
        Err(error) => {
            tracing::warn!(error = %error, "it is not known whether a stream was cut short");
            Ok(())
        }
    }
}

fn cut_key(token: &str) -> String {
    format!("cut:{token}")
}

fn newest(
    ctx: &Context,
    connection: &mut Connection,
    user: UserId,
    after: NotificationId,
    now: Time,
) -> Result<Vec<NotificationView>> {
    let since = now.minus(TimeDelta::days(ctx.policy.purge.notification_days.into()));
    let rows = notification::list(connection, user, since, after, LIST_MAX)?;
    Ok(rows.into_iter().map(view).collect())
}

fn view(row: NotificationRow) -> NotificationView {
    NotificationView {
        id: row.id,
        receiver: row.receiver,
        kind: row.kind,
        target: row.target_id,
        created_at: row.created_at,
        actor: author::shown(row.actor),
        post: row.post.map(|post| AboutPost { id: post.id, category: post.category, thumbnail: post.thumbnail_key }),
        comment: row.comment,
        read: row.read_at.is_some(),
    }
}
