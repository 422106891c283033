//! Lists of visible posts: ids by an index that holds all they are filtered and ordered by, then those few rows.
//!
//! Two steps, so that the pages before the wanted one cost an index entry each and never a row or an author.

use diesel::prelude::*;

use crate::db::Connection;
use crate::error::Result;
use crate::models::author::AuthorRow;
use crate::policy::cursor::Position;
use crate::policy::page::Direction;
use crate::policy::post::list::{ListQuery, PostProperty};
use crate::schema::{posts, users};
use crate::types::{Category, PostId, Tag, Time};

type Backend = <Connection as diesel::Connection>::Backend;

/// A post in a list.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = posts)]
pub struct Preview {
    /// Id.
    pub id: PostId,
    /// Title.
    pub title: String,
    /// Plain text (P9).
    pub preview: String,
    /// Thumbnail.
    pub thumbnail_key: Option<String>,
    /// Board.
    pub category: Category,
    /// Tag.
    pub tag: Tag,
    /// Likes.
    pub like_count: i32,
    /// Live comments.
    pub comment_count: i32,
    /// When it was written.
    pub created_at: Time,
}

/// How many posts the list holds.
pub fn count(connection: &mut Connection, query: &ListQuery) -> Result<i64> {
    Ok(filtered(query).count().get_result(connection)?)
}

/// Posts of the list from this offset on.
pub fn ids(connection: &mut Connection, query: &ListQuery, offset: i64, limit: i64) -> Result<Vec<PostId>> {
    Ok(ordered(filtered(query), query.order).offset(offset).limit(limit).select(posts::id).load(connection)?)
}

/// PG5: posts after this one, newest first.
pub fn ids_after(connection: &mut Connection, query: &ListQuery, last: Position, limit: i64) -> Result<Vec<PostId>> {
    let (at, id) = (last.created_at, PostId(last.id));
    // The first bound says nothing new; it is what the index is entered by.
    let older = posts::created_at.le(at).and(posts::created_at.lt(at).or(posts::id.lt(id)));
    Ok(ordered(filtered(query), query.order).filter(older).limit(limit).select(posts::id).load(connection)?)
}

/// These posts with their authors, in the order of the ids.
pub fn previews(connection: &mut Connection, ids: &[PostId]) -> Result<Vec<(Preview, AuthorRow)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = posts::table
        .inner_join(users::table)
        .filter(posts::id.eq_any(ids))
        .select((Preview::as_select(), AuthorRow::as_select()));
    let mut rows: Vec<(Preview, AuthorRow)> = query.load(connection)?;
    rows.sort_by_key(|(post, _)| ids.iter().position(|id| *id == post.id));
    Ok(rows)
}

fn filtered(query: &ListQuery) -> posts::BoxedQuery<'static, Backend> {
    let mut list = posts::table.filter(posts::visible.eq(true)).into_boxed();
    if let Some(category) = query.category {
        list = list.filter(posts::category.eq(category));
    }
    if let Some(tag) = query.tag {
        list = list.filter(posts::tag.eq(tag));
    }
    list
}

/// PG3: every order ends in the id, in its own direction.
fn ordered(
    list: posts::BoxedQuery<'static, Backend>,
    (property, direction): (PostProperty, Direction),
) -> posts::BoxedQuery<'static, Backend> {
    use Direction::{Ascending, Descending};
    match (property, direction) {
        (PostProperty::CreatedAt, Ascending) => list.order((posts::created_at.asc(), posts::id.asc())),
        (PostProperty::CreatedAt, Descending) => list.order((posts::created_at.desc(), posts::id.desc())),
        (PostProperty::LikeCount, Ascending) => list.order((posts::like_count.asc(), posts::id.asc())),
        (PostProperty::LikeCount, Descending) => list.order((posts::like_count.desc(), posts::id.desc())),
        (PostProperty::CommentCount, Ascending) => list.order((posts::comment_count.asc(), posts::id.asc())),
        (PostProperty::CommentCount, Descending) => list.order((posts::comment_count.desc(), posts::id.desc())),
        (PostProperty::Score, Ascending) => list.order((posts::score.asc(), posts::id.asc())),
        (PostProperty::Score, Descending) => list.order((posts::score.desc(), posts::id.desc())),
    }
}
