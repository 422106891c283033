//! Writing, listing, editing and deleting comments (C1 to C8).

use serde::Deserialize;

use crate::context::Context;
use crate::db::{Connection, dialect};
use crate::error::{Code, Error, Result};
use crate::models::comment::{self, CommentRow, CommentState, NewComment};
use crate::models::{notification, post, user};
use crate::policy::account::WhileSuspended;
use crate::policy::author::Author;
use crate::policy::comment::{CommentFacts, HIDDEN_COMMENT, check_content, may_delete, may_edit, mention_key, page_of};
use crate::policy::field::{Form, Input};
use crate::policy::notification::of_comment;
use crate::policy::page::Paging;
use crate::service::actor::require_active;
use crate::service::limit::take_if_counted;
use crate::service::{author, effects, notification::raise};
use crate::types::{CommentId, Direction, PostId, Status, Time, UserId};

/// Body of a comment, new or edited.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CommentDraft {
    /// Text.
    pub content: Input,
    /// Whom it mentions.
    pub mentioned_nickname: Input,
}

/// A comment as one member sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommentView {
    /// Id.
    pub id: CommentId,
    /// Text, or the placeholder of a hidden comment.
    pub content: String,
    /// Who wrote it.
    pub author: Author,
    /// When it was written.
    pub created_at: Time,
    /// Last edit by the author, if any.
    pub edited_at: Option<Time>,
    /// Whether the viewer wrote it.
    pub mine: bool,
    /// Id and name of the member it mentions.
    pub mentioned: Option<(UserId, String)>,
}

/// A page of comments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommentList {
    /// The comments.
    pub comments: Vec<CommentView>,
    /// Live comments of the post.
    pub total: i64,
}

/// RL: counts a try to write a comment, whatever becomes of it. Asked before its body is looked at (H6), so apart from
/// [`create`].
pub fn count_try(ctx: &Context, author: UserId) -> Result<()> {
    take_if_counted(ctx, &format!("comments:{author}"), &[ctx.policy.limits.comments])
}

/// C1 to C4: writes a comment; tells the 1-based page, by this size, on which it stands.
pub fn create(
    ctx: &Context,
    author: UserId,
    post_id: PostId,
    draft: &CommentDraft,
    page_size: u32,
) -> Result<(CommentView, i64)> {
    let now = ctx.now();
    let (content, mention) = draft.check()?;
    let (made, told) = ctx.db.write_tx(|connection| {
        let mentioned_user_id = mentioned(connection, mention.as_deref())?;
        hold_members(connection, author, post_id, mentioned_user_id)?;
        require_active(connection, author, WhileSuspended::Refused, now)?;
        let post = post::state_for_update(connection, post_id)?
            .filter(|post| post.visible)
            .ok_or_else(|| Error::from(Code::PostNotFound))?;
        let new = NewComment { post_id, user_id: author, content: &content, mentioned_user_id, created_at: now };
        let id = comment::insert(connection, &new)?;
        post::move_comment_count(connection, post_id, 1)?;
        let told = match of_comment(post_id, post.user_id, id, author) {
            Some(notice) => raise(connection, &notice, now)?,
            None => None,
        };
        let place = comment::place(connection, post_id, id, now)?;
        Ok(((find(connection, author, id)?, page_of(place, page_size)), told))
    })?;
    effects::run(ctx, told);
    Ok(made)
}

/// Holds every member whose row the comment will refer to, in one order for everybody.
///
/// Two who comment on each other's posts would else wait in a circle: each holds its own row and needs the other's.
fn hold_members(connection: &mut Connection, author: UserId, post_id: PostId, mentioned: Option<UserId>) -> Result<()> {
    let told = post::state(connection, post_id)?.map(|post| post.user_id);
    let members: Vec<i64> = [Some(author), told, mentioned].into_iter().flatten().map(|id| id.0).collect();
    dialect::lock_rows(connection, "users", &members)
}

/// C5: live comments of a post; empty when the post is not visible.
pub fn list(
    ctx: &Context,
    viewer: UserId,
    post_id: PostId,
    paging: Paging,
    direction: Direction,
) -> Result<CommentList> {
    ctx.db.read(|connection| {
        let Some(post) = post::state(connection, post_id)?.filter(|post| post.visible) else {
            return Ok(CommentList { comments: Vec::new(), total: 0 });
        };
        let total = i64::from(post.comment_count);
        let rows = if paging.offset() < total {
            comment::page(connection, post_id, direction, paging.offset(), paging.limit())?
        } else {
            Vec::new()
        };
        Ok(CommentList { comments: rows.into_iter().map(|row| view(row, viewer)).collect(), total })
    })
}

/// C6, C7: edits one's own comment and looks the mention up again.
pub fn update(ctx: &Context, actor: UserId, id: CommentId, draft: &CommentDraft) -> Result<CommentView> {
    let now = ctx.now();
    let (content, mention) = draft.check()?;
    ctx.db.write_tx(|connection| {
        let mentioned_user_id = mentioned(connection, mention.as_deref())?;
        let members: Vec<i64> = [Some(actor), mentioned_user_id].into_iter().flatten().map(|id| id.0).collect();
        dialect::lock_rows(connection, "users", &members)?;
        require_active(connection, actor, WhileSuspended::Refused, now)?;
        may_edit(comment::state_for_update(connection, id)?.map(facts), actor)?;
        if !comment::edit(connection, id, &content, mentioned_user_id, now)? {
            return Err(Code::CommentNotFound.into());
        }
        find(connection, actor, id)
    })
}

/// C7: deletes one's own comment, once, and takes its notification back.
pub fn delete(ctx: &Context, actor: UserId, id: CommentId) -> Result<()> {
    let now = ctx.now();
    ctx.db.write_tx(|connection| {
        require_active(connection, actor, WhileSuspended::Allowed, now)?;
        // The post before the comment, as when it is written.
        let post_id = comment::post_of(connection, id)?.ok_or_else(|| Error::from(Code::CommentNotFound))?;
        dialect::lock_rows(connection, "posts", &[post_id.0])?;
        may_delete(comment::state_for_update(connection, id)?.map(facts), actor)?;
        if !comment::delete(connection, id, now)? {
            return Err(Code::CommentNotFound.into());
        }
        post::move_comment_count(connection, post_id, -1)?;
        notification::remove_of_comment(connection, id)
    })
}

impl CommentDraft {
    /// FC: the text as sent, and the folded nickname to look up.
    fn check(&self) -> Result<(String, Option<String>)> {
        let mut form = Form::new();
        let content = form.required("content", &self.content, Code::CommentContentBlank, |text| {
            check_content(text).map(|()| text.to_owned())
        });
        let mention = form.optional("mentionedNickname", &self.mentioned_nickname, |text| Ok(mention_key(text)));
        form.finish()?;
        Ok((content.ok_or_else(|| Error::from(Code::InvalidRequest))?, mention.flatten()))
    }
}

fn facts(state: CommentState) -> CommentFacts {
    CommentFacts {
        author: state.user_id,
        deleted: state.deleted_at.is_some(),
        hidden: state.hidden_at.is_some(),
        post_visible: state.post_visible,
    }
}

/// C3: the ACTIVE member of this folded nickname.
fn mentioned(connection: &mut Connection, key: Option<&str>) -> Result<Option<UserId>> {
    let Some(key) = key else { return Ok(None) };
    let found = user::find_by_nickname(connection, key)?;
    Ok(found.filter(|user| user.status == Status::Active).map(|user| user.id))
}

fn find(connection: &mut Connection, viewer: UserId, id: CommentId) -> Result<CommentView> {
    let row = comment::find(connection, id)?.ok_or_else(|| Error::from(Code::CommentNotFound))?;
    Ok(view(row, viewer))
}

fn view((comment, author, mentioned): CommentRow, viewer: UserId) -> CommentView {
    let author = author::shown(author);
    CommentView {
        id: comment.id,
        content: if comment.hidden_at.is_some() { HIDDEN_COMMENT.to_owned() } else { comment.content },
        mine: author.id == viewer,
        author,
        created_at: comment.created_at,
        edited_at: comment.edited_at,
        mentioned: mentioned
            .filter(|member| member.status != Status::Deleted)
            .map(|member| (member.id, member.nickname)),
    }
}
