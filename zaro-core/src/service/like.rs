//! Liking posts (LK1 to LK3).

use crate::context::Context;
use crate::db::{Connection, dialect};
use crate::error::{Code, Error, Result};
use crate::models::post::{self, PostState};
use crate::models::post_like;
use crate::policy::account::WhileSuspended;
use crate::policy::notification::of_like;
use crate::service::actor::require_active;
use crate::service::effects;
use crate::service::limit::take_if_counted;
use crate::service::notification::{raise, retract};
use crate::types::{PostId, UserId};

/// RL: counts a try to like or unlike, whatever becomes of it.
pub fn count_try(ctx: &Context, user: UserId) -> Result<()> {
    take_if_counted(ctx, &format!("likes:{user}"), &[ctx.policy.limits.likes])
}

/// LK1 to LK3: likes a post, once, and tells its author.
pub fn like(ctx: &Context, user: UserId, post_id: PostId) -> Result<()> {
    let now = ctx.now();
    let told = ctx.db.write_tx(|connection| {
        // The author's row, too, which the notification refers to: two who like each other's posts would else wait in
        // a circle.
        let author = post::state(connection, post_id)?.map(|post| post.user_id);
        let members: Vec<i64> = [Some(user), author].into_iter().flatten().map(|id| id.0).collect();
        dialect::lock_rows(connection, "users", &members)?;
        require_active(connection, user, WhileSuspended::Refused, now)?;
        let post = hold_visible(connection, post_id)?;
        if !post_like::insert(connection, user, post_id, now)? {
            return Err(Code::AlreadyLiked.into());
        }
        post::move_like_count(connection, post_id, 1)?;
        match of_like(post_id, post.user_id, user) {
            Some(notice) => raise(connection, &notice, now),
            None => Ok(None),
        }
    })?;
    effects::run(ctx, told);
    Ok(())
}

/// LK1 to LK3: takes a like back, and the notification while it is unread.
pub fn unlike(ctx: &Context, user: UserId, post_id: PostId) -> Result<()> {
    let now = ctx.now();
    ctx.db.write_tx(|connection| {
        require_active(connection, user, WhileSuspended::Allowed, now)?;
        let post = hold_visible(connection, post_id)?;
        if !post_like::remove(connection, user, post_id)? {
            return Err(Code::LikeNotPost.into());
        }
        post::move_like_count(connection, post_id, -1)?;
        match of_like(post_id, post.user_id, user) {
            Some(notice) => retract(connection, &notice),
            None => Ok(()),
        }
    })
}

/// LK1: whether this member likes the post.
pub fn status(ctx: &Context, user: UserId, post_id: PostId) -> Result<bool> {
    ctx.db.read(|connection| {
        visible(post::state(connection, post_id)?)?;
        post_like::exists(connection, user, post_id)
    })
}

fn hold_visible(connection: &mut Connection, post_id: PostId) -> Result<PostState> {
    visible(post::state_for_update(connection, post_id)?)
}

fn visible(post: Option<PostState>) -> Result<PostState> {
    post.filter(|post| post.visible).ok_or_else(|| Error::from(Code::PostNotFound))
}
