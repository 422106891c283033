//! Posts by members whom somebody follows (P13), newest first.
//!
//! There are two ways to them: through the posts of everybody who is followed, which is short for who follows few or quiet
//! members; and through all posts from the newest back, which is short for who follows many. The first one gives up once
//! it has met many.

use diesel::prelude::*;

use crate::db::Connection;
use crate::error::Result;
use crate::schema::{follows, posts, users};
use crate::types::{PostId, Status, Time, UserId};

/// Who follows more members than this finds posts of theirs among the newest of all soon enough.
const FOLLOWED_MAX: i64 = 1000;
/// So many posts by followed members are sorted; beyond that, too, the newest of all are the shorter way.
const SORTED_MAX: i64 = 2000;

/// Posts of a member's feed before this instant, and at it those of smaller ids.
pub fn ids(
    connection: &mut Connection,
    viewer: UserId,
    after: Option<(Time, PostId)>,
    limit: usize,
) -> Result<Vec<PostId>> {
    let (at, id) = after.unwrap_or((Time::from_micros(i64::MAX), PostId(i64::MAX)));
    match by_author(connection, viewer, (at, id))? {
        Some(mut found) => {
            found.sort_unstable_by(|one, other| other.cmp(one));
            Ok(found.into_iter().take(limit).map(|(_, id)| id).collect())
        }
        None => among_all(connection, viewer, (at, id), limit),
    }
}

/// Posts of those who are followed, in no order; nothing when they are too many.
fn by_author(
    connection: &mut Connection,
    viewer: UserId,
    (at, id): (Time, PostId),
) -> Result<Option<Vec<(Time, PostId)>>> {
    // In two steps: joined, SQLite would go through all posts and ask of each whether its author is followed.
    let followed: Vec<UserId> = follows::table
        .inner_join(users::table.on(users::id.eq(follows::followee_id)))
        .filter(follows::follower_id.eq(viewer))
        .filter(users::status.ne(Status::Deleted))
        .limit(FOLLOWED_MAX + 1)
        .select(follows::followee_id)
        .load(connection)?;
    if are_more(&followed, FOLLOWED_MAX) {
        return Ok(None);
    }
    let found: Vec<(Time, PostId)> = posts::table
        .filter(posts::user_id.eq_any(followed))
        .filter(posts::visible.eq(true))
        .filter(posts::created_at.le(at))
        .filter(posts::created_at.lt(at).or(posts::id.lt(id)))
        .limit(SORTED_MAX + 1)
        .select((posts::created_at, posts::id))
        .load(connection)?;
    Ok((!are_more(&found, SORTED_MAX)).then_some(found))
}

fn are_more<T>(rows: &[T], than: i64) -> bool {
    i64::try_from(rows.len()).map_or(true, |rows| rows > than)
}

/// Of all posts, from the newest back, those by members who are followed.
fn among_all(
    connection: &mut Connection,
    viewer: UserId,
    (at, id): (Time, PostId),
    limit: usize,
) -> Result<Vec<PostId>> {
    let followed = follows::table
        .inner_join(users::table.on(users::id.eq(follows::followee_id)))
        .filter(follows::follower_id.eq(viewer))
        .filter(follows::followee_id.eq(posts::user_id))
        .filter(users::status.ne(Status::Deleted));
    let list = posts::table
        .filter(posts::visible.eq(true))
        .filter(posts::created_at.le(at))
        .filter(posts::created_at.lt(at).or(posts::id.lt(id)))
        .filter(diesel::dsl::exists(followed))
        .order((posts::created_at.desc(), posts::id.desc()));
    Ok(list.limit(i64::try_from(limit).unwrap_or(i64::MAX)).select(posts::id).load(connection)?)
}
