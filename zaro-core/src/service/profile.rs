//! Profiles: what others see of a member, and of what the member wrote and liked (PF1 to PF3).

use crate::context::Context;
use crate::db::Connection;
use crate::error::{Code, Error, Result};
use crate::models::follow;
use crate::models::post::{self, Preview};
use crate::models::profile::{self, ProfileRow};
use crate::policy::comment::HIDDEN_COMMENT;
use crate::policy::page::Paging;
use crate::policy::profile::check_shown;
use crate::types::{Category, Direction, PostId, Tag, Time, UserId};

/// A profile as one viewer sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The member.
    pub member: ProfileRow,
    /// Visible posts of the member.
    pub posts: i64,
    /// Whether it is the viewer's own.
    pub mine: bool,
    /// Whether the viewer follows the member.
    pub followed_by_viewer: bool,
}

/// A comment in the list of a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserComment {
    /// The post it stands under.
    pub post_id: PostId,
    /// Title of the post.
    pub title: String,
    /// Board of the post.
    pub category: Category,
    /// Tag of the post.
    pub tag: Tag,
    /// Likes of the post.
    pub like_count: i32,
    /// Live comments of the post.
    pub comment_count: i32,
    /// Text of the comment, or the placeholder of a hidden one.
    pub content: String,
    /// When the comment was written.
    pub created_at: Time,
}

/// A page of a profile's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageOf<T> {
    /// Its entries.
    pub entries: Vec<T>,
    /// Entries of the whole list.
    pub total: i64,
}

/// PF1, PF2: the profile of an ACTIVE member.
pub fn find(ctx: &Context, viewer: Option<UserId>, id: UserId) -> Result<Profile> {
    ctx.db.read(|connection| {
        let found = profile::find(connection, id)?;
        check_shown(found.as_ref().map(|member| member.status))?;
        let member = found.ok_or_else(|| Error::from(Code::UserNotFound))?;
        let mine = viewer == Some(id);
        let followed_by_viewer = match viewer.filter(|_| !mine) {
            Some(viewer) => follow::exists(connection, viewer, id)?,
            None => false,
        };
        Ok(Profile { posts: profile::post_count(connection, id)?, member, mine, followed_by_viewer })
    })
}

/// PF3: visible posts of a member.
pub fn posts(ctx: &Context, id: UserId, paging: Paging, direction: Direction) -> Result<PageOf<Preview>> {
    page(ctx, id, paging, profile::post_count, |connection| {
        let ids = profile::post_ids(connection, id, direction, paging.offset(), paging.limit())?;
        previews(connection, &ids)
    })
}

/// PF3: visible posts that a member likes, by the time of the like.
pub fn likes(ctx: &Context, id: UserId, paging: Paging, direction: Direction) -> Result<PageOf<Preview>> {
    page(ctx, id, paging, profile::like_count, |connection| {
        let ids = profile::liked_ids(connection, id, direction, paging.offset(), paging.limit())?;
        previews(connection, &ids)
    })
}

/// PF3: live comments of a member on visible posts.
pub fn comments(ctx: &Context, id: UserId, paging: Paging, direction: Direction) -> Result<PageOf<UserComment>> {
    page(ctx, id, paging, profile::comment_count, |connection| {
        let rows = profile::comments(connection, id, direction, paging.offset(), paging.limit())?;
        Ok(rows.into_iter().map(user_comment).collect())
    })
}

/// A page of one of the lists; one past the end asks for nothing.
fn page<T>(
    ctx: &Context,
    id: UserId,
    paging: Paging,
    count: impl FnOnce(&mut Connection, UserId) -> Result<i64>,
    load: impl FnOnce(&mut Connection) -> Result<Vec<T>>,
) -> Result<PageOf<T>> {
    ctx.db.read(|connection| {
        check_shown(profile::status(connection, id)?)?;
        let total = count(connection, id)?;
        let entries = if paging.offset() < total { load(connection)? } else { Vec::new() };
        Ok(PageOf { entries, total })
    })
}

fn previews(connection: &mut Connection, ids: &[PostId]) -> Result<Vec<Preview>> {
    Ok(post::previews(connection, ids)?.into_iter().map(|(post, _)| post).collect())
}

fn user_comment(row: profile::CommentLine) -> UserComment {
    UserComment {
        post_id: row.post_id,
        title: row.title,
        category: row.category,
        tag: row.tag,
        like_count: row.like_count,
        comment_count: row.comment_count,
        content: if row.hidden_at.is_some() { HIDDEN_COMMENT.to_owned() } else { row.content },
        created_at: row.created_at,
    }
}
