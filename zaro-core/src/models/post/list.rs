//! Lists of visible posts: ids by an index that holds all they are filtered and ordered by, then those few rows.
//!
//! Two steps, so that the pages before the wanted one cost an index entry each and never a row or an author.

use diesel::prelude::*;

use crate::db::Connection;
use crate::error::Result;
use crate::models::author::AuthorRow;
use crate::schema::{posts, users};
use crate::types::{Category, Direction, PostId, PostProperty, Sort, Tag, Time};

type Backend = <Connection as diesel::Connection>::Backend;

/// Which posts, in which order.
#[derive(Clone, Copy, Debug)]
pub struct ListFilter {
    /// Only this board.
    pub category: Option<Category>,
    /// Only this tag.
    pub tag: Option<Tag>,
    /// By what, and which way.
    pub sort: Sort<PostProperty>,
}

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
pub fn count(connection: &mut Connection, filter: ListFilter) -> Result<i64> {
    Ok(filtered(filter).count().get_result(connection)?)
}

/// Posts of the list from this offset on.
pub fn ids(connection: &mut Connection, filter: ListFilter, offset: i64, limit: i64) -> Result<Vec<PostId>> {
    Ok(ordered(filtered(filter), filter.sort).offset(offset).limit(limit).select(posts::id).load(connection)?)
}

/// PG5: posts before this instant, and at it those of smaller ids; for the newest first.
pub fn ids_after(
    connection: &mut Connection,
    filter: ListFilter,
    (at, id): (Time, PostId),
    limit: i64,
) -> Result<Vec<PostId>> {
    Ok(older(filter, (at, id)).limit(limit).select(posts::id).load(connection)?)
}

/// PG5: the same with their authors, in one step: nothing is passed over here.
pub fn previews_after(
    connection: &mut Connection,
    filter: ListFilter,
    after: (Time, PostId),
    limit: i64,
) -> Result<Vec<(Preview, AuthorRow)>> {
    let list = older(filter, after).limit(limit).inner_join(users::table);
    Ok(list.select((Preview::as_select(), AuthorRow::as_select())).load(connection)?)
}

fn older(filter: ListFilter, (at, id): (Time, PostId)) -> posts::BoxedQuery<'static, Backend> {
    // The first bound says nothing new; it is what the index is entered by.
    let older = posts::created_at.le(at).and(posts::created_at.lt(at).or(posts::id.lt(id)));
    ordered(filtered(filter), filter.sort).filter(older)
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

fn filtered(filter: ListFilter) -> posts::BoxedQuery<'static, Backend> {
    let mut list = posts::table.filter(posts::visible.eq(true)).into_boxed();
    if let Some(category) = filter.category {
        list = list.filter(posts::category.eq(category));
    }
    if let Some(tag) = filter.tag {
        list = list.filter(posts::tag.eq(tag));
    }
    list
}

/// PG3: every order ends in the id, in its own direction.
fn ordered(list: posts::BoxedQuery<'static, Backend>, sort: Sort<PostProperty>) -> posts::BoxedQuery<'static, Backend> {
    use Direction::{Asc, Desc};
    match (sort.by, sort.direction) {
        (PostProperty::CreatedAt, Asc) => list.order((posts::created_at.asc(), posts::id.asc())),
        (PostProperty::CreatedAt, Desc) => list.order((posts::created_at.desc(), posts::id.desc())),
        (PostProperty::LikeCount, Asc) => list.order((posts::like_count.asc(), posts::id.asc())),
        (PostProperty::LikeCount, Desc) => list.order((posts::like_count.desc(), posts::id.desc())),
        (PostProperty::CommentCount, Asc) => list.order((posts::comment_count.asc(), posts::id.asc())),
        (PostProperty::CommentCount, Desc) => list.order((posts::comment_count.desc(), posts::id.desc())),
        (PostProperty::Score, Asc) => list.order((posts::score.asc(), posts::id.asc())),
        (PostProperty::Score, Desc) => list.order((posts::score.desc(), posts::id.desc())),
    }
}
