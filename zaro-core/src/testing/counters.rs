//! What each counter must be, written apart from the program (CT1), and SQL for what no service does.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::World;
use crate::db::Db;

/// What is wrong, and the rows where it is.
const WRONG: [(&str, &str); 12] = [
    (
        "followers",
        "users WHERE follower_count <> (SELECT COUNT(*) FROM follows JOIN users other ON other.id = follower_id \
         WHERE followee_id = users.id AND other.status <> 'DELETED')",
    ),
    (
        "followings",
        "users WHERE following_count <> (SELECT COUNT(*) FROM follows JOIN users other ON other.id = followee_id \
         WHERE follower_id = users.id AND other.status <> 'DELETED')",
    ),
    ("likes", "posts WHERE like_count <> (SELECT COUNT(*) FROM post_likes WHERE post_id = posts.id)"),
    (
        "comments",
        "posts WHERE comment_count <> (SELECT COUNT(*) FROM comments WHERE post_id = posts.id AND deleted_at IS NULL)",
    ),
    (
        "reports of posts",
        "posts WHERE report_count <> (SELECT COUNT(*) FROM reports WHERE post_id = posts.id AND state <> 'REJECTED')",
    ),
    (
        "points of posts",
        "posts WHERE report_weight <> (SELECT COALESCE(SUM(weight), 0) FROM reports \
         WHERE post_id = posts.id AND state <> 'REJECTED')",
    ),
    (
        "reports of comments",
        "comments WHERE report_count <> \
         (SELECT COUNT(*) FROM reports WHERE comment_id = comments.id AND state <> 'REJECTED')",
    ),
    (
        "points of comments",
        "comments WHERE report_weight <> (SELECT COALESCE(SUM(weight), 0) FROM reports \
         WHERE comment_id = comments.id AND state <> 'REJECTED')",
    ),
    (
        "favourites of places",
        "places WHERE favorite_count <> (SELECT COUNT(*) FROM favorites JOIN favorite_groups g ON g.id = group_id \
         WHERE place_id = places.id AND g.deleted_at IS NULL AND g.visibility = 'PUBLIC')",
    ),
    (
        "favourites of groups",
        "favorite_groups WHERE favorite_count <> (SELECT COUNT(*) FROM favorites WHERE group_id = favorite_groups.id)",
    ),
    (
        "favourites of deleted groups",
        "favorites JOIN favorite_groups g ON g.id = group_id WHERE g.deleted_at IS NOT NULL",
    ),
    ("favourites of merged places", "favorites JOIN places p ON p.id = place_id WHERE p.merged_into_id IS NOT NULL"),
];

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

impl World {
    /// Names of the counters that are wrong somewhere.
    pub fn wrong_counters(&self) -> Vec<&'static str> {
        WRONG.iter().filter(|(_, rows)| self.count(rows) > 0).map(|(name, _)| *name).collect()
    }

    /// How many rows `SELECT … FROM` this finds.
    ///
    /// # Panics
    /// When the database refuses it.
    pub fn count(&self, rows: &str) -> i64 {
        let counted = self.ctx.db.read(|connection| {
            let query = diesel::sql_query(format!("SELECT COUNT(*) AS n FROM {rows}"));
            Ok(query.get_result::<Count>(connection)?)
        });
        counted.unwrap_or_else(|error| panic!("{rows}: {error}")).n
    }

    /// Changes rows past all services; tells how many.
    ///
    /// # Panics
    /// When the database refuses it.
    pub fn execute(&self, statement: &str) -> usize {
        execute(&self.ctx.db, statement)
    }
}

/// The same, for whoever has no world at hand.
///
/// # Panics
/// When the database refuses it.
pub fn execute(db: &Db, statement: &str) -> usize {
    let done = db.write_tx(|connection| Ok(diesel::sql_query(statement).execute(connection)?));
    done.unwrap_or_else(|error| panic!("{statement}: {error}"))
}
