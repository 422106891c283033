//! What belongs to one member, table by table and page by page, for the data export (E3).
//!
//! Each query goes on after a key and gives at most `limit` rows, so that nobody's life has to fit into memory.

use diesel::prelude::*;

use super::post::Post;
use crate::db::Connection;
use crate::error::Result;
use crate::schema::{
    comments, favorite_groups, favorites, follows, images, notifications, places, post_images, post_likes, posts,
    reports, sessions, users,
};
use crate::types::{ImageKind, ImageState, NotificationKind, PostId, Status, Time, UserId};

/// Another member, as far as an export may name them: id, nickname, and whether they are still there.
pub type Other = (UserId, String, Status);

/// A post, its last edit, and when it was deleted or hidden.
pub type OwnPost = (Post, Time, Option<Time>, Option<Time>);

/// A comment and whom it mentions.
#[derive(Debug, Queryable)]
pub struct OwnComment {
    /// Id.
    pub id: i64,
    /// Under which post.
    pub post_id: i64,
    /// Text.
    pub content: String,
    /// When it was written.
    pub created_at: Time,
    /// Last edit.
    pub edited_at: Option<Time>,
    /// When it was deleted.
    pub deleted_at: Option<Time>,
    /// When it was hidden.
    pub hidden_at: Option<Time>,
    /// Whom it mentions.
    pub mentioned: Option<Other>,
}

/// A group of saved places.
#[derive(Debug, Queryable)]
pub struct OwnGroup {
    /// Id.
    pub id: i64,
    /// Name.
    pub name: String,
    /// Who may see it.
    pub visibility: String,
    /// When it was made.
    pub created_at: Time,
    /// Last change.
    pub updated_at: Time,
}

/// A saved place.
#[derive(Debug, Queryable)]
pub struct OwnFavorite {
    /// Id.
    pub id: i64,
    /// Name of the place.
    pub place: String,
    /// Address of the place.
    pub address: String,
    /// Where it is.
    pub lat: f64,
    /// Where it is.
    pub lng: f64,
    /// The member's words.
    pub memo: Option<String>,
    /// When it was saved.
    pub created_at: Time,
    /// Last change.
    pub updated_at: Time,
}

/// A notification and who caused it.
#[derive(Debug, Queryable)]
pub struct OwnNotification {
    /// Id.
    pub id: i64,
    /// What was done.
    pub kind: NotificationKind,
    /// To what.
    pub target_id: i64,
    /// The post it is about.
    pub post_id: Option<i64>,
    /// The comment it is about.
    pub comment_id: Option<i64>,
    /// When it was read.
    pub read_at: Option<Time>,
    /// When it came.
    pub created_at: Time,
    /// Who did it.
    pub actor: Other,
}

/// A report that the member made.
#[derive(Debug, Queryable)]
pub struct OwnReport {
    /// Id.
    pub id: i64,
    /// The post, if it is about one.
    pub post_id: Option<i64>,
    /// The comment, if it is about one.
    pub comment_id: Option<i64>,
    /// Why.
    pub reason: String,
    /// Why, in the member's words.
    pub reason_text: Option<String>,
    /// What became of it.
    pub state: String,
    /// When it was made.
    pub created_at: Time,
}

/// An upload.
#[derive(Debug, Queryable)]
pub struct OwnImage {
    /// Id.
    pub id: i64,
    /// Key.
    pub key: String,
    /// What it is for.
    pub kind: ImageKind,
    /// When it was granted.
    pub issued_at: Time,
}

/// A sign-in.
#[derive(Debug, Queryable)]
pub struct OwnSession {
    /// What the client called itself.
    pub user_agent: Option<String>,
    /// Sign-in.
    pub created_at: Time,
    /// Last refresh.
    pub last_used_at: Time,
    /// Its end at the latest.
    pub expires_at: Time,
    /// When it was ended.
    pub revoked_at: Option<Time>,
}

/// Sign-ins that are still known, newest first; the nightly purge bounds them.
pub fn sessions(connection: &mut Connection, user: UserId) -> Result<Vec<OwnSession>> {
    let columns = (
        sessions::user_agent,
        sessions::created_at,
        sessions::last_used_at,
        sessions::expires_at,
        sessions::revoked_at,
    );
    let rows = sessions::table.filter(sessions::user_id.eq(user)).order(sessions::created_at.desc()).select(columns);
    Ok(rows.load(connection)?)
}

/// Posts, also deleted and hidden ones.
pub fn posts(connection: &mut Connection, user: UserId, after: i64, limit: i64) -> Result<Vec<OwnPost>> {
    let rows = posts::table.filter(posts::user_id.eq(user)).filter(posts::id.gt(PostId(after)));
    let columns = (Post::as_select(), posts::updated_at, posts::deleted_at, posts::hidden_at);
    Ok(rows.order(posts::id.asc()).limit(limit).select(columns).load(connection)?)
}

/// The pictures of these posts, in order.
pub fn pictures(connection: &mut Connection, ids: &[PostId]) -> Result<Vec<(PostId, String)>> {
    let rows = post_images::table
        .filter(post_images::post_id.eq_any(ids))
        .order((post_images::post_id.asc(), post_images::position.asc()))
        .select((post_images::post_id, post_images::image_key));
    Ok(rows.load(connection)?)
}

/// Comments, also deleted and hidden ones.
pub fn comments(connection: &mut Connection, user: UserId, after: i64, limit: i64) -> Result<Vec<OwnComment>> {
    let mentioned = users::table.on(comments::mentioned_user_id.eq(users::id.nullable()));
    let rows = comments::table
        .left_join(mentioned)
        .filter(comments::user_id.eq(user))
        .filter(comments::id.gt(after))
        .order(comments::id.asc())
        .limit(limit)
        .select((
            comments::id,
            comments::post_id,
            comments::content,
            comments::created_at,
            comments::edited_at,
            comments::deleted_at,
            comments::hidden_at,
            (users::id, users::nickname, users::status).nullable(),
        ));
    Ok(rows.load(connection)?)
}

/// Liked posts, by id.
pub fn likes(connection: &mut Connection, user: UserId, after: i64, limit: i64) -> Result<Vec<(i64, Time)>> {
    let rows = post_likes::table.filter(post_likes::user_id.eq(user)).filter(post_likes::post_id.gt(after));
    let rows = rows.order(post_likes::post_id.asc()).limit(limit).select((post_likes::post_id, post_likes::created_at));
    Ok(rows.load(connection)?)
}

/// Whom the member follows, by id.
pub fn followings(connection: &mut Connection, user: UserId, after: i64, limit: i64) -> Result<Vec<(Other, Time)>> {
    let rows = follows::table
        .inner_join(users::table.on(users::id.eq(follows::followee_id)))
        .filter(follows::follower_id.eq(user))
        .filter(follows::followee_id.gt(after))
        .order(follows::followee_id.asc())
        .limit(limit)
        .select(((users::id, users::nickname, users::status), follows::created_at));
    Ok(rows.load(connection)?)
}

/// Who follows the member, by id.
pub fn followers(connection: &mut Connection, user: UserId, after: i64, limit: i64) -> Result<Vec<(Other, Time)>> {
    let rows = follows::table
        .inner_join(users::table.on(users::id.eq(follows::follower_id)))
        .filter(follows::followee_id.eq(user))
        .filter(follows::follower_id.gt(after))
        .order(follows::follower_id.asc())
        .limit(limit)
        .select(((users::id, users::nickname, users::status), follows::created_at));
    Ok(rows.load(connection)?)
}

/// Live groups, by id.
pub fn groups(connection: &mut Connection, user: UserId, after: i64, limit: i64) -> Result<Vec<OwnGroup>> {
    let rows = favorite_groups::table
        .filter(favorite_groups::user_id.eq(user))
        .filter(favorite_groups::deleted_at.is_null())
        .filter(favorite_groups::id.gt(after))
        .order(favorite_groups::id.asc())
        .limit(limit)
        .select((
            favorite_groups::id,
            favorite_groups::name,
            favorite_groups::visibility,
            favorite_groups::created_at,
            favorite_groups::updated_at,
        ));
    Ok(rows.load(connection)?)
}

/// Saved places of one group, by id; FV2 bounds them.
pub fn favorites(connection: &mut Connection, group: i64) -> Result<Vec<OwnFavorite>> {
    let rows = favorites::table
        .inner_join(places::table)
        .filter(favorites::group_id.eq(group))
        .order((favorites::created_at.asc(), favorites::id.asc()))
        .select((
            favorites::id,
            places::name,
            places::address,
            places::lat,
            places::lng,
            favorites::memo,
            favorites::created_at,
            favorites::updated_at,
        ));
    Ok(rows.load(connection)?)
}

/// Notifications, by id.
pub fn notifications(
    connection: &mut Connection,
    user: UserId,
    after: i64,
    limit: i64,
) -> Result<Vec<OwnNotification>> {
    let rows = notifications::table
        .inner_join(users::table.on(users::id.eq(notifications::actor_id)))
        .filter(notifications::user_id.eq(user))
        .filter(notifications::id.gt(after))
        .order(notifications::id.asc())
        .limit(limit)
        .select((
            notifications::id,
            notifications::kind,
            notifications::target_id,
            notifications::post_id,
            notifications::comment_id,
            notifications::read_at,
            notifications::created_at,
            (users::id, users::nickname, users::status),
        ));
    Ok(rows.load(connection)?)
}

/// Reports that the member made, by id; what they quote is others' and stays out.
pub fn reports(connection: &mut Connection, user: UserId, after: i64, limit: i64) -> Result<Vec<OwnReport>> {
    let rows = reports::table
        .filter(reports::reporter_id.eq(user))
        .filter(reports::id.gt(after))
        .order(reports::id.asc())
        .limit(limit)
        .select((
            reports::id,
            reports::post_id,
            reports::comment_id,
            reports::reason,
            reports::reason_text,
            reports::state,
            reports::created_at,
        ));
    Ok(rows.load(connection)?)
}

/// Uploads that were not removed again, by id.
pub fn images(connection: &mut Connection, user: UserId, after: i64, limit: i64) -> Result<Vec<OwnImage>> {
    let rows = images::table
        .filter(images::owner_id.eq(user))
        .filter(crate::db::dialect::unindexed(images::state).ne(ImageState::Rejected))
        .filter(images::id.gt(after))
        .order(images::id.asc())
        .limit(limit)
        .select((images::id, images::image_key, images::kind, images::issued_at));
    Ok(rows.load(connection)?)
}
