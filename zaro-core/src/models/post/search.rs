//! What the search index is made of, and what is shown of what it found (Q6 to Q8).
//!
//! Rows come by their ids, whether visible or not: a condition on that would lead SQLite to an index of all visible
//! posts, and the caller must know anyway.

use diesel::prelude::*;

use crate::db::Connection;
use crate::error::Result;
use crate::schema::posts;
use crate::types::{Category, PostId, Tag, Time};

/// A post as the index takes it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = posts)]
pub struct Text {
    /// Id.
    pub id: PostId,
    /// Title.
    pub title: String,
    /// Markdown as written.
    pub content: String,
    /// Board.
    pub category: Category,
    /// Tag.
    pub tag: Tag,
    /// Lifetime score.
    pub score: i32,
    /// When it was written.
    pub created_at: Time,
    /// Whether it is neither deleted nor hidden.
    pub visible: bool,
}

/// A post as it is shown among others that were found.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = posts)]
pub struct Hit {
    /// Id.
    pub id: PostId,
    /// Title.
    pub title: String,
    /// Markdown as written.
    pub content: String,
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
    /// Whether it is neither deleted nor hidden.
    pub visible: bool,
}

/// A post as a suggestion.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = posts)]
pub struct Title {
    /// Id.
    pub id: PostId,
    /// Title.
    pub title: String,
    /// Board.
    pub category: Category,
    /// Lifetime score.
    pub score: i32,
    /// When it was written.
    pub created_at: Time,
    /// Whether it is neither deleted nor hidden.
    pub visible: bool,
}

/// These posts, in any order.
pub fn texts(connection: &mut Connection, ids: &[PostId]) -> Result<Vec<Text>> {
    Ok(posts::table.filter(posts::id.eq_any(ids)).select(Text::as_select()).load(connection)?)
}

/// The posts after this one, by id.
pub fn texts_after(connection: &mut Connection, last: PostId, limit: i64) -> Result<Vec<Text>> {
    let query = posts::table.filter(posts::id.gt(last)).order(posts::id.asc()).limit(limit);
    Ok(query.select(Text::as_select()).load(connection)?)
}

/// These posts, in the order of the ids.
pub fn hits(connection: &mut Connection, ids: &[PostId]) -> Result<Vec<Hit>> {
    let mut hits: Vec<Hit> = posts::table.filter(posts::id.eq_any(ids)).select(Hit::as_select()).load(connection)?;
    hits.sort_by_key(|hit| ids.iter().position(|id| *id == hit.id));
    Ok(hits)
}

/// These posts, in any order.
pub fn titles(connection: &mut Connection, ids: &[PostId]) -> Result<Vec<Title>> {
    Ok(posts::table.filter(posts::id.eq_any(ids)).select(Title::as_select()).load(connection)?)
}
