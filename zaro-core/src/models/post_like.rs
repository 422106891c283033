//! Table `post_likes`.

use diesel::prelude::*;

use crate::db::{Connection, dialect};
use crate::error::Result;
use crate::schema::post_likes;
use crate::types::{PostId, Time, UserId};

/// LK2: notes a like; false when it is there already.
pub fn insert(connection: &mut Connection, user: UserId, post: PostId, now: Time) -> Result<bool> {
    let row = (post_likes::user_id.eq(user), post_likes::post_id.eq(post), post_likes::created_at.eq(now));
    Ok(dialect::insert_ignore!(connection, post_likes::table, row)? == 1)
}

/// LK2: removes a like; false when there is none.
pub fn remove(connection: &mut Connection, user: UserId, post: PostId) -> Result<bool> {
    Ok(diesel::delete(post_likes::table.find((user, post))).execute(connection)? == 1)
}

/// Whether this member likes this post.
pub fn exists(connection: &mut Connection, user: UserId, post: PostId) -> Result<bool> {
    Ok(diesel::select(diesel::dsl::exists(post_likes::table.find((user, post)))).get_result(connection)?)
}
