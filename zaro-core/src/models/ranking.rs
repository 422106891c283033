//! What visible posts got within the ranking window, from `post_likes` and `comments` (RK1).

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::db::Connection;
use crate::error::Result;
use crate::schema::posts;
use crate::types::{Category, PostId, Time};

/// What a post got: the microseconds until each like, or comment, leaves the window, in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, QueryableByName)]
pub struct Got {
    /// The post.
    #[diesel(sql_type = BigInt)]
    pub post_id: i64,
    /// When it was written.
    #[diesel(sql_type = BigInt)]
    pub created_at: i64,
    /// Microseconds.
    #[diesel(sql_type = BigInt)]
    pub micros: i64,
}

/// A post as the popular list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = posts)]
pub struct Popular {
    /// Id.
    pub id: PostId,
    /// Title.
    pub title: String,
    /// Board.
    pub category: Category,
    /// Likes.
    pub like_count: i32,
    /// Live comments.
    pub comment_count: i32,
}

/// Likes of visible posts after `edge` and until `now`.
pub fn likes(connection: &mut Connection, edge: Time, now: Time) -> Result<Vec<Got>> {
    got(connection, "post_likes", "", edge, now)
}

/// Visible comments of visible posts after `edge` and until `now`.
pub fn comments(connection: &mut Connection, edge: Time, now: Time) -> Result<Vec<Got>> {
    got(connection, "comments", "AND deleted_at IS NULL AND hidden_at IS NULL", edge, now)
}

/// Grouped first and joined then, so that a post is looked up once and not for each like; `CROSS JOIN` keeps SQLite from
/// starting with all visible posts.
fn got(connection: &mut Connection, table: &str, visible: &str, edge: Time, now: Time) -> Result<Vec<Got>> {
    let query = format!(
        "SELECT posts.id AS post_id, posts.created_at AS created_at, recent.micros AS micros \
         FROM (SELECT post_id, CAST(SUM(created_at - ?) AS SIGNED) AS micros FROM {table} \
               WHERE created_at > ? AND created_at <= ? {visible} GROUP BY post_id) AS recent \
         CROSS JOIN posts ON posts.id = recent.post_id WHERE posts.visible"
    );
    let query = diesel::sql_query(query).bind::<BigInt, _>(edge).bind::<BigInt, _>(edge).bind::<BigInt, _>(now);
    Ok(query.load(connection)?)
}

/// Those of these posts that are visible, in no order.
pub fn popular(connection: &mut Connection, ids: &[i64]) -> Result<Vec<Popular>> {
    let visible = posts::table.filter(posts::id.eq_any(ids)).filter(posts::visible.eq(true));
    Ok(visible.select(Popular::as_select()).load(connection)?)
}
