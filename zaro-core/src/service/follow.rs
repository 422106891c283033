//! Following members, and who follows whom (FO1 to FO3).

use crate::context::Context;
use crate::db::{Connection, dialect};
use crate::error::{Code, Error, Result};
use crate::models::author::AuthorRow;
use crate::models::{follow, profile};
use crate::policy::account::WhileSuspended;
use crate::policy::follow::{check_follow, check_listed, check_unfollow, counts};
use crate::policy::notification::of_follow;
use crate::policy::page::Paging;
use crate::service::actor::require_active;
use crate::service::effects;
use crate::service::limit::take_if_counted;
use crate::service::notification::{raise, retract};
use crate::types::{Status, UserId};

/// A member in a list of follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowEntry {
    /// The member.
    pub id: UserId,
    /// Name.
    pub nickname: String,
    /// Image key, or an address at Kakao.
    pub profile_image: Option<String>,
    /// Whether the viewer follows this member.
    pub followed_by_viewer: bool,
}

/// Which end of the follows of a member is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Whom the member follows.
    Followings,
    /// Who follows the member.
    Followers,
}

/// RL: counts a try to follow or to let go, whatever becomes of it.
pub fn count_try(ctx: &Context, actor: UserId) -> Result<()> {
    take_if_counted(ctx, &format!("follows:{actor}"), &[ctx.policy.limits.follows])
}

/// FO1: follows a member, and tells them.
pub fn follow(ctx: &Context, actor: UserId, target: UserId) -> Result<()> {
    let now = ctx.now();
    let told = ctx.db.write_tx(|connection| {
        let status = hold_both(connection, actor, target)?;
        require_active(connection, actor, WhileSuspended::Refused, now)?;
        check_follow(actor, target, status)?;
        if !follow::insert(connection, actor, target, now)? {
            return Err(Error::from(Code::FollowAlreadyExists));
        }
        follow::move_following(connection, actor, 1)?;
        follow::move_followers(connection, target, 1)?;
        raise(connection, &of_follow(actor, target), now)
    })?;
    effects::run(ctx, told);
    Ok(())
}

/// FO2: lets a member go, whatever became of them, and takes back what they have not read.
pub fn unfollow(ctx: &Context, actor: UserId, target: UserId) -> Result<()> {
    let now = ctx.now();
    ctx.db.write_tx(|connection| {
        let status = hold_both(connection, actor, target)?;
        require_active(connection, actor, WhileSuspended::Allowed, now)?;
        check_unfollow(actor, target, status)?;
        if !follow::delete(connection, actor, target)? {
            return Err(Code::FollowNotExist.into());
        }
        // L10: of who has left, the follow was taken from the counter already.
        if status.is_some_and(counts) {
            follow::move_following(connection, actor, -1)?;
        }
        follow::move_followers(connection, target, -1)?;
        retract(connection, &of_follow(actor, target))
    })
}

/// Holds both members, in one order for everybody, and tells where the other one stands.
fn hold_both(connection: &mut Connection, actor: UserId, target: UserId) -> Result<Option<Status>> {
    dialect::lock_rows(connection, "users", &[actor.0, target.0])?;
    profile::status(connection, target)
}

/// FO3: one side of a member's follows, newest first.
pub fn list(ctx: &Context, viewer: UserId, owner: UserId, side: Side, part: Paging) -> Result<Vec<FollowEntry>> {
    ctx.db.read(|connection| {
        check_listed(profile::status(connection, owner)?)?;
        let rows = match side {
            Side::Followings => follow::followings(connection, owner, part.offset(), part.limit())?,
            Side::Followers => follow::followers(connection, owner, part.offset(), part.limit())?,
        };
        let ids: Vec<UserId> = rows.iter().map(|row| row.id).collect();
        let followed = follow::followed_among(connection, viewer, &ids)?;
        let entry = |row: AuthorRow| FollowEntry {
            followed_by_viewer: followed.contains(&row.id),
            id: row.id,
            nickname: row.nickname,
            profile_image: row.profile_image,
        };
        Ok(rows.into_iter().map(entry).collect())
    })
}
