//! CT2: counters that do not count what they should. On a healthy system there are none.
//!
//! The plan reads every row that has a counter, in pieces, each within one statement: what a transaction changes together
//! is never seen apart. Repairing counts again inside its transaction, while nobody can change what is counted.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer};
use serde::Serialize;

use crate::context::Context;
use crate::db::{Connection, dialect};
use crate::error::Result;

/// Rows looked at in one statement.
const PAGE: i64 = 2_000;

/// One counter, and what it counts (CT1).
#[derive(Debug)]
struct Counter {
    table: &'static str,
    column: &'static str,
    /// The count for the row `t`.
    counted: &'static str,
}

const fn counter(table: &'static str, column: &'static str, counted: &'static str) -> Counter {
    Counter { table, column, counted }
}

/// Every counter there is; those of one table stand together.
static COUNTERS: [Counter; 10] = [
    counter(
        "users",
        "follower_count",
        "SELECT COUNT(*) FROM follows JOIN users other ON other.id = follows.follower_id \
         WHERE follows.followee_id = t.id AND +other.status <> 'DELETED'",
    ),
    counter(
        "users",
        "following_count",
        "SELECT COUNT(*) FROM follows JOIN users other ON other.id = follows.followee_id \
         WHERE follows.follower_id = t.id AND +other.status <> 'DELETED'",
    ),
    counter("posts", "like_count", "SELECT COUNT(*) FROM post_likes WHERE post_likes.post_id = t.id"),
    counter(
        "posts",
        "comment_count",
        "SELECT COUNT(*) FROM comments WHERE comments.post_id = t.id AND comments.deleted_at IS NULL",
    ),
    counter(
        "posts",
        "report_count",
        "SELECT COUNT(*) FROM reports WHERE reports.post_id = t.id AND +reports.state <> 'REJECTED'",
    ),
    counter(
        "posts",
        "report_weight",
        "SELECT CAST(COALESCE(SUM(reports.weight), 0) AS SIGNED) FROM reports \
         WHERE reports.post_id = t.id AND +reports.state <> 'REJECTED'",
    ),
    counter(
        "comments",
        "report_count",
        "SELECT COUNT(*) FROM reports WHERE reports.comment_id = t.id AND +reports.state <> 'REJECTED'",
    ),
    counter(
        "comments",
        "report_weight",
        "SELECT CAST(COALESCE(SUM(reports.weight), 0) AS SIGNED) FROM reports \
         WHERE reports.comment_id = t.id AND +reports.state <> 'REJECTED'",
    ),
    counter(
        "places",
        "favorite_count",
        "SELECT COUNT(*) FROM favorites JOIN favorite_groups ON favorite_groups.id = favorites.group_id \
         WHERE favorites.place_id = t.id AND favorite_groups.deleted_at IS NULL \
         AND favorite_groups.visibility = 'PUBLIC'",
    ),
    counter("favorite_groups", "favorite_count", "SELECT COUNT(*) FROM favorites WHERE favorites.group_id = t.id"),
];

/// A counter that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Table of the row.
    pub table: &'static str,
    /// The counter.
    pub column: &'static str,
    /// Id of the row.
    pub id: i64,
    /// What stands there.
    pub stored: i32,
    /// What should stand there.
    pub counted: i64,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Integer)]
    stored: i32,
    #[diesel(sql_type = BigInt)]
    counted: i64,
}

#[derive(QueryableByName)]
struct Last {
    #[diesel(sql_type = diesel::sql_types::Nullable<BigInt>)]
    id: Option<i64>,
}

/// Counters that are wrong, at most so many; changes nothing.
pub(super) fn find(ctx: &Context, limit: usize) -> Result<Vec<Difference>> {
    let mut found = Vec::new();
    for counter in &COUNTERS {
        let mut after = i64::MIN;
        while found.len() < limit {
            let Some(last) = ctx.db.read(|connection| end_of_page(connection, counter.table, after))? else { break };
            let rows = format!("t.id > {after} AND t.id <= {last}");
            found.extend(ctx.db.read(|connection| wrong(connection, counter, &rows))?);
            after = last;
        }
    }
    found.truncate(limit);
    Ok(found)
}

/// The id at which a page of rows ends that begins behind this one.
fn end_of_page(connection: &mut Connection, table: &str, after: i64) -> Result<Option<i64>> {
    let page = format!("SELECT id FROM {table} WHERE id > {after} ORDER BY id LIMIT {PAGE}");
    let query = format!("SELECT MAX(id) AS id FROM ({page}) page");
    Ok(diesel::sql_query(query).get_result::<Last>(connection)?.id)
}

/// Puts right those of these that are still wrong; tells how many.
pub(super) fn repair(connection: &mut Connection, differences: &[Difference]) -> Result<usize> {
    let mut repaired = 0;
    for counter in &COUNTERS {
        let of_counter = |other: &&Difference| (other.table, other.column) == (counter.table, counter.column);
        let ids: Vec<i64> = differences.iter().filter(of_counter).map(|difference| difference.id).collect();
        if ids.is_empty() {
            continue;
        }
        // Every counter moves in a transaction that writes its row, so who holds the row sees the whole.
        dialect::lock_rows(connection, counter.table, &ids)?;
        let list = ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        for now in wrong(connection, counter, &format!("t.id IN ({list})"))? {
            let query = format!("UPDATE {} SET {} = {} WHERE id = {}", now.table, now.column, now.counted, now.id);
            repaired += diesel::sql_query(query).execute(connection)?;
            tracing::warn!(
                counter.table = now.table,
                counter.column = now.column,
                counter.row = now.id,
                counter.stored = now.stored,
                counter.counted = now.counted,
                "a counter was wrong and is repaired"
            );
        }
    }
    Ok(repaired)
}

/// Those of the rows whose counter is not what is counted. The numbers in the statement are ours.
fn wrong(connection: &mut Connection, counter: &Counter, rows: &str) -> Result<Vec<Difference>> {
    let Counter { table, column, counted } = *counter;
    let query = format!(
        "SELECT t.id AS id, t.{column} AS stored, ({counted}) AS counted FROM {table} t \
         WHERE {rows} AND t.{column} <> ({counted}) ORDER BY t.id"
    );
    let found: Vec<Row> = diesel::sql_query(query).load(connection)?;
    let difference = |row: Row| Difference { table, column, id: row.id, stored: row.stored, counted: row.counted };
    Ok(found.into_iter().map(difference).collect())
}
