//! Table `posts`.

mod list;
mod search;

use diesel::prelude::*;

pub use list::{ListFilter, Preview, count, ids, ids_after, previews, previews_after};
pub use search::{Hit, Text, Title, hits, texts, texts_after, titles};

use super::author::AuthorRow;
use crate::db::{Connection, dialect};
use crate::error::Result;
use crate::schema::{posts, users};
use crate::types::{Category, PostId, Tag, Time, UserId};

/// A post to be.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = posts, treat_none_as_default_value = false)]
pub struct NewPost {
    /// Author.
    pub user_id: UserId,
    /// Board.
    pub category: Category,
    /// Tag of that board.
    pub tag: Tag,
    /// Title.
    pub title: String,
    /// Markdown as written.
    pub content: String,
    /// Plain text for lists (P9).
    pub preview: String,
    /// Thumbnail.
    pub thumbnail_key: Option<String>,
    /// Now.
    pub created_at: Time,
    /// Now.
    pub updated_at: Time,
}

/// The columns of an edit, and no others (P10).
#[derive(Clone, Debug, AsChangeset)]
#[diesel(table_name = posts, treat_none_as_null = true)]
pub struct PostPatch {
    /// Tag of the post's board.
    pub tag: Tag,
    /// Title.
    pub title: String,
    /// Markdown as written.
    pub content: String,
    /// Plain text for lists (P9).
    pub preview: String,
    /// Thumbnail.
    pub thumbnail_key: Option<String>,
    /// Now.
    pub updated_at: Time,
}

/// A post as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = posts)]
pub struct Post {
    /// Id.
    pub id: PostId,
    /// Title.
    pub title: String,
    /// Markdown as written.
    pub content: String,
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

/// What decides about a change of a post.
#[derive(Clone, Copy, Debug, Queryable, Selectable)]
#[diesel(table_name = posts)]
pub struct PostState {
    /// Author.
    pub user_id: UserId,
    /// Whether it is neither deleted nor hidden.
    pub visible: bool,
    /// Board.
    pub category: Category,
    /// Live comments.
    pub comment_count: i32,
}

/// Inserts a post and returns the id.
pub fn insert(connection: &mut Connection, post: &NewPost) -> Result<PostId> {
    diesel::insert_into(posts::table).values(post).execute(connection)?;
    Ok(PostId(dialect::last_id(connection)?))
}

/// The visible post with this id, and its author.
pub fn find_visible(connection: &mut Connection, id: PostId) -> Result<Option<(Post, AuthorRow)>> {
    let query = posts::table
        .inner_join(users::table)
        .filter(posts::id.eq(id))
        .filter(posts::visible.eq(true))
        .select((Post::as_select(), AuthorRow::as_select()));
    Ok(query.first(connection).optional()?)
}

/// The state of the post with this id.
pub fn state(connection: &mut Connection, id: PostId) -> Result<Option<PostState>> {
    Ok(posts::table.find(id).select(PostState::as_select()).first(connection).optional()?)
}

/// The same, with the post held against other writers until the transaction ends.
pub fn state_for_update(connection: &mut Connection, id: PostId) -> Result<Option<PostState>> {
    dialect::lock_rows(connection, "posts", &[id.0])?;
    state(connection, id)
}

/// P10: edits a visible post; false when it is not visible any more.
pub fn edit(connection: &mut Connection, id: PostId, patch: &PostPatch) -> Result<bool> {
    let visible = posts::table.filter(posts::id.eq(id)).filter(posts::visible.eq(true));
    Ok(diesel::update(visible).set(patch).execute(connection)? == 1)
}

/// P11: deletes a visible post softly; false when it is not visible any more.
pub fn delete(connection: &mut Connection, id: PostId, now: Time) -> Result<bool> {
    let visible = posts::table.filter(posts::id.eq(id)).filter(posts::visible.eq(true));
    Ok(diesel::update(visible).set(posts::deleted_at.eq(now)).execute(connection)? == 1)
}

/// CT1: moves the number of likes, never below 0.
pub fn move_like_count(connection: &mut Connection, id: PostId, by: i32) -> Result<()> {
    diesel::update(posts::table.filter(posts::id.eq(id)).filter(posts::like_count.ge(-by)))
        .set(posts::like_count.eq(posts::like_count + by))
        .execute(connection)?;
    Ok(())
}

/// CT1: moves the number of live comments, never below 0.
pub fn move_comment_count(connection: &mut Connection, id: PostId, by: i32) -> Result<()> {
    diesel::update(posts::table.filter(posts::id.eq(id)).filter(posts::comment_count.ge(-by)))
        .set(posts::comment_count.eq(posts::comment_count + by))
        .execute(connection)?;
    Ok(())
}
