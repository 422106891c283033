//! Writing, reading, editing and deleting posts (P1 to P11).

mod draft;
mod home;
mod images;
mod list;

pub use draft::{PostDraft, PostEdit};
pub use home::{Home, home};
pub use list::{Listing, PostPreview, list};

use crate::context::Context;
use crate::db::Connection;
use crate::error::{Code, Error, Result};
use crate::models::post::{self, NewPost, PostPatch, PostState};
use crate::models::{follow, post_image};
use crate::policy::account::WhileSuspended;
use crate::policy::author::Author;
use crate::policy::post::{PostFacts, check_tag, choose_thumbnail, may_change, require_images};
use crate::policy::preview::preview;
use crate::service::actor::require_active;
use crate::service::limit::take_if_counted;
use crate::service::{author, effects, search};
use crate::types::{PostId, UserId};

/// A post as its page shows it (P7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostView {
    /// The post.
    pub post: post::Post,
    /// Its pictures, in order.
    pub images: Vec<String>,
    /// Who wrote it.
    pub author: Author,
    /// Whether the viewer follows the author; false for one's own post.
    pub following: bool,
}

/// RL: counts a try to write a post, whatever becomes of it. Asked before its body is looked at (H6), so apart from
/// [`create`].
pub fn count_try(ctx: &Context, author: UserId) -> Result<()> {
    take_if_counted(ctx, &format!("posts:{author}"), &[ctx.policy.limits.posts])
}

/// Writes a post (P1 to P6).
///
/// # Errors
/// By field (FC), by account state, then `INVALID_TAG_FOR_CATEGORY`, `THUMBNAIL_NOT_IN_IMAGE_LIST` and
/// `IMAGE_REQUIRED_FOR_RANDOM_BUY`, in this order (P2).
pub fn create(ctx: &Context, author: UserId, draft: &PostDraft) -> Result<PostView> {
    let now = ctx.now();
    let (text, category) = draft.check()?;
    let usable = images::usable(ctx, &text.images)?;
    let preview = preview(&text.content);
    let (made, told) = ctx.db.write_tx(|connection| {
        require_active(connection, author, WhileSuspended::Refused, now)?;
        let pictures = images::hold(connection, &[], &usable)?;
        require_images(category, &pictures)?;
        let new = NewPost {
            user_id: author,
            category,
            tag: text.tag,
            title: text.title.clone(),
            content: text.content.clone(),
            preview: preview.clone(),
            thumbnail_key: choose_thumbnail(text.thumbnail.as_deref(), &pictures).map(str::to_owned),
            created_at: now,
            updated_at: now,
        };
        let id = post::insert(connection, &new)?;
        post_image::attach(connection, id, &pictures)?;
        let told = search::changed(connection, id, now)?;
        Ok((view(connection, author, id)?, told))
    })?;
    effects::run(ctx, [told]);
    Ok(made)
}

/// P7: the post as this member sees it.
pub fn detail(ctx: &Context, viewer: UserId, id: PostId) -> Result<PostView> {
    ctx.db.read(|connection| view(connection, viewer, id))
}

fn view(connection: &mut Connection, viewer: UserId, id: PostId) -> Result<PostView> {
    let (post, author) = post::find_visible(connection, id)?.ok_or_else(|| Error::from(Code::PostNotFound))?;
    let author = author::shown(author);
    let following = author.id != viewer && follow::exists(connection, viewer, author.id)?;
    Ok(PostView { images: post_image::of_post(connection, id)?, post, author, following })
}

/// P10: edits one's own post; the list of pictures is replaced.
pub fn update(ctx: &Context, actor: UserId, id: PostId, edit: &PostEdit) -> Result<()> {
    let now = ctx.now();
    let text = edit.check()?;
    // A first look, so that the store is not asked on behalf of somebody who may not edit.
    may_change(ctx.db.read(|connection| post::state(connection, id))?.map(facts), actor)?;
    let usable = images::usable(ctx, &text.images)?;
    let preview = preview(&text.content);
    let told = ctx.db.write_tx(|connection| {
        require_active(connection, actor, WhileSuspended::Refused, now)?;
        let facts = may_change(post::state_for_update(connection, id)?.map(facts), actor)?;
        check_tag(facts.category, text.tag)?;
        let old = post_image::of_post(connection, id)?;
        let pictures = images::hold(connection, &old, &usable)?;
        require_images(facts.category, &pictures)?;
        let patch = PostPatch {
            tag: text.tag,
            title: text.title.clone(),
            content: text.content.clone(),
            preview: preview.clone(),
            thumbnail_key: choose_thumbnail(text.thumbnail.as_deref(), &pictures).map(str::to_owned),
            updated_at: now,
        };
        if !post::edit(connection, id, &patch)? {
            return Err(Code::PostNotFound.into());
        }
        if old != pictures {
            post_image::detach(connection, id, &old, now)?;
            post_image::attach(connection, id, &pictures)?;
        }
        search::changed(connection, id, now)
    })?;
    effects::run(ctx, [told]);
    Ok(())
}

/// P11: deletes one's own post softly; a second time there is nothing to delete.
pub fn delete(ctx: &Context, actor: UserId, id: PostId) -> Result<()> {
    let now = ctx.now();
    let told = ctx.db.write_tx(|connection| {
        require_active(connection, actor, WhileSuspended::Allowed, now)?;
        may_change(post::state_for_update(connection, id)?.map(facts), actor)?;
        if !post::delete(connection, id, now)? {
            return Err(Code::PostNotFound.into());
        }
        search::changed(connection, id, now)
    })?;
    effects::run(ctx, [told]);
    Ok(())
}

fn facts(state: PostState) -> PostFacts {
    PostFacts { author: state.user_id, visible: state.visible, category: state.category }
}
