//! Lists of posts, by page or by cursor (P8, PG2, PG5).

use crate::context::Context;
use crate::error::Result;
use crate::models::author::AuthorRow;
use crate::models::post::{self, ListFilter, Preview};
use crate::policy::author::Author;
use crate::policy::cursor::Position;
use crate::policy::page::Paging;
use crate::policy::post::list::{ListQuery, Start};
use crate::service::author;
use crate::types::PostId;

/// A post in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostPreview {
    /// The post.
    pub post: Preview,
    /// Who wrote it.
    pub author: Author,
}

/// A part of a list of posts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The posts.
    pub posts: Vec<PostPreview>,
    /// Number of the page and of all pages; nothing when read on by cursor, which counts nothing.
    pub page: Option<(u32, i64)>,
    /// Where to read on; nothing at the end, and in other orders than the default.
    pub next_cursor: Option<String>,
}

/// P8: visible posts.
pub fn list(ctx: &Context, query: &ListQuery) -> Result<Listing> {
    // One more than wanted tells whether there is a next part.
    let wanted = i64::from(query.size) + 1;
    let filter = ListFilter { category: query.category, tag: query.tag, sort: query.sort };
    ctx.db.read(|connection| match query.start {
        Start::After(last) => {
            let rows = post::previews_after(connection, filter, (last.created_at, PostId(last.id)), wanted)?;
            Ok(listing(query, rows, None))
        }
        Start::Page(page) => {
            let paging = Paging { page, size: query.size };
            let total = post::count(connection, filter)?;
            let ids = if paging.offset() < total {
                post::ids(connection, filter, paging.offset(), wanted)?
            } else {
                Vec::new()
            };
            let rows = post::previews(connection, &ids)?;
            Ok(listing(query, rows, Some((page, paging.total_pages(total)))))
        }
    })
}

fn listing(query: &ListQuery, mut rows: Vec<(Preview, AuthorRow)>, page: Option<(u32, i64)>) -> Listing {
    let goes_on = rows.len() > query.size as usize;
    rows.truncate(query.size as usize);
    let last = rows.last().map(|(post, _)| Position { created_at: post.created_at, id: post.id.0 });
    let next_cursor = last.filter(|_| goes_on).and_then(|last| query.cursor_after(last));
    let posts = rows.into_iter().map(|(post, author)| PostPreview { post, author: author::shown(author) }).collect();
    Listing { posts, page, next_cursor }
}
