//! Posts by members whom somebody follows (P13), newest first.
//!
//! There are two ways to them: through the posts of everybody who is followed, which is short for who follows few or quiet
//! members; and through all posts from the newest back, which is short for who follows many. How many posts the first
//! one would meet tells which; it stops counting early, so neither way is ever long.

use diesel::prelude::*;

use crate::db::Connection;
use crate::error::Result;
use crate::schema::{follows, posts, users};
use crate::types::{PostId, Status, Time, UserId};

/// So many posts by followed members are sorted; beyond that one finds one's own among the newest of all soon enough.
const SORTED_MAX: usize = 2000;

/// Posts of a member's feed before this instant, and at it those of smaller ids.
pub fn ids(
    connection: &mut Connection,
    viewer: UserId,
    after: Option<(Time, PostId)>,
    limit: usize,
) -> Result<Vec<PostId>> {
    let (at, id) = after.unwrap_or((Time::from_micros(i64::MAX), PostId(i64::MAX)));
    let mut found = by_author(connection, viewer, (at, id), SORTED_MAX + 1)?;
    if found.len() > SORTED_MAX {
        return among_all(connection, viewer, (at, id), limit);
    }
    found.sort_unstable_by(|one, other| other.cmp(one));
    Ok(found.into_iter().take(limit).map(|(_, id)| id).collect())
}

/// Posts of those who are followed, in no order.
fn by_author(
    connection: &mut Connection,
    viewer: UserId,
    (at, id): (Time, PostId),
    limit: usize,
) -> Result<Vec<(Time, PostId)>> {
    let list = follows::table
        .inner_join(users::table.on(users::id.eq(follows::followee_id)))
        .inner_join(posts::table.on(posts::user_id.eq(follows::followee_id)))
        .filter(follows::follower_id.eq(viewer))
        .filter(users::status.ne(Status::Deleted))
        .filter(posts::visible.eq(true))
        .filter(posts::created_at.le(at))
        .filter(posts::created_at.lt(at).or(posts::id.lt(id)));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    Ok(list.limit(limit).select((posts::created_at, posts::id)).load(connection)?)
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
