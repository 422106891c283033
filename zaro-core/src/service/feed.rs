//! Posts by members whom one follows (P13).

use crate::context::Context;
use crate::error::Result;
use crate::models::{feed, post};
use crate::policy::cursor::Position;
use crate::policy::feed::{FeedQuery, cursor_after};
use crate::service::author;
use crate::service::post::{Listing, PostPreview};
use crate::types::{PostId, UserId};

/// P13: a part of a member's feed.
pub fn read(ctx: &Context, viewer: UserId, query: FeedQuery) -> Result<Listing> {
    let size = query.size as usize;
    let after = query.after.map(|last| (last.created_at, PostId(last.id)));
    ctx.db.read(|connection| {
        // One more than wanted tells whether there is a next part.
        let mut ids = feed::ids(connection, viewer, after, size + 1)?;
        let goes_on = ids.len() > size;
        ids.truncate(size);
        let rows = post::previews(connection, &ids)?;
        let last = rows.last().map(|(post, _)| Position { created_at: post.created_at, id: post.id.0 });
        let next_cursor = last.filter(|_| goes_on).map(|last| cursor_after(viewer, last));
        let posts = rows.into_iter().map(|(post, author)| PostPreview { post, author: author::shown(author) });
        Ok(Listing { posts: posts.collect(), page: None, next_cursor })
    })
}
