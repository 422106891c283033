//! What a profile shows: columns of `users`, and the lists of what one member wrote and liked (PF2, PF3).

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::db::Connection;
use crate::error::Result;
use crate::schema::{comments, post_likes, posts, users};
use crate::types::{Category, Direction, PostId, Status, Tag, Time, UserId};

/// A member as their profile shows them.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct ProfileRow {
    /// Id.
    pub id: UserId,
    /// Name as chosen.
    pub nickname: String,
    /// Image key, or an address at Kakao.
    pub profile_image: Option<String>,
    /// Since when the member lives alone.
    pub live_alone_date: Option<NaiveDate>,
    /// MBTI type.
    pub mbti: Option<String>,
    /// Where the member stands.
    pub status: Status,
    /// Followers who are not DELETED.
    pub follower_count: i32,
    /// Followed members who are not DELETED.
    pub following_count: i32,
}

/// A comment in a profile, with the post it stands under.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct CommentLine {
    /// The post.
    pub post_id: PostId,
    /// Its title.
    pub title: String,
    /// Its board.
    pub category: Category,
    /// Its tag.
    pub tag: Tag,
    /// Its likes.
    pub like_count: i32,
    /// Its live comments.
    pub comment_count: i32,
    /// Text of the comment as sent.
    pub content: String,
    /// Since when the comment is hidden.
    pub hidden_at: Option<Time>,
    /// When the comment was written.
    pub created_at: Time,
}

/// The member with this id.
pub fn find(connection: &mut Connection, id: UserId) -> Result<Option<ProfileRow>> {
    Ok(users::table.find(id).select(ProfileRow::as_select()).first(connection).optional()?)
}

/// Where a member stands.
pub fn status(connection: &mut Connection, id: UserId) -> Result<Option<Status>> {
    Ok(users::table.find(id).select(users::status).first(connection).optional()?)
}

/// PF2: how many visible posts a member has.
pub fn post_count(connection: &mut Connection, user: UserId) -> Result<i64> {
    let own = posts::table.filter(posts::user_id.eq(user)).filter(posts::visible.eq(true));
    Ok(own.count().get_result(connection)?)
}

/// PF3: visible posts of a member.
pub fn post_ids(
    connection: &mut Connection,
    user: UserId,
    direction: Direction,
    offset: i64,
    limit: i64,
) -> Result<Vec<PostId>> {
    let list = posts::table.filter(posts::user_id.eq(user)).filter(posts::visible.eq(true)).into_boxed();
    let list = match direction {
        Direction::Asc => list.order((posts::created_at.asc(), posts::id.asc())),
        Direction::Desc => list.order((posts::created_at.desc(), posts::id.desc())),
    };
    Ok(list.offset(offset).limit(limit).select(posts::id).load(connection)?)
}

/// PF3: how many visible posts a member likes.
pub fn like_count(connection: &mut Connection, user: UserId) -> Result<i64> {
    let liked = post_likes::table.inner_join(posts::table).filter(post_likes::user_id.eq(user));
    Ok(liked.filter(posts::visible.eq(true)).count().get_result(connection)?)
}

/// PF3: visible posts that a member likes, by the time of the like.
pub fn liked_ids(
    connection: &mut Connection,
    user: UserId,
    direction: Direction,
    offset: i64,
    limit: i64,
) -> Result<Vec<PostId>> {
    let list = post_likes::table
        .inner_join(posts::table)
        .filter(post_likes::user_id.eq(user))
        .filter(posts::visible.eq(true))
        .into_boxed();
    let list = match direction {
        Direction::Asc => list.order((post_likes::created_at.asc(), post_likes::post_id.asc())),
        Direction::Desc => list.order((post_likes::created_at.desc(), post_likes::post_id.desc())),
    };
    Ok(list.offset(offset).limit(limit).select(post_likes::post_id).load(connection)?)
}

/// PF3: how many live comments a member has on visible posts.
pub fn comment_count(connection: &mut Connection, user: UserId) -> Result<i64> {
    let own = comments::table.inner_join(posts::table).filter(comments::user_id.eq(user));
    Ok(own.filter(comments::deleted_at.is_null()).filter(posts::visible.eq(true)).count().get_result(connection)?)
}

/// PF3: live comments of a member on visible posts.
pub fn comments(
    connection: &mut Connection,
    user: UserId,
    direction: Direction,
    offset: i64,
    limit: i64,
) -> Result<Vec<CommentLine>> {
    let list = comments::table
        .inner_join(posts::table)
        .filter(comments::user_id.eq(user))
        .filter(comments::deleted_at.is_null())
        .filter(posts::visible.eq(true))
        .select((
            posts::id,
            posts::title,
            posts::category,
            posts::tag,
            posts::like_count,
            posts::comment_count,
            comments::content,
            comments::hidden_at,
            comments::created_at,
        ))
        .into_boxed();
    let list = match direction {
        Direction::Asc => list.order((comments::created_at.asc(), comments::id.asc())),
        Direction::Desc => list.order((comments::created_at.desc(), comments::id.desc())),
    };
    Ok(list.offset(offset).limit(limit).load(connection)?)
}
