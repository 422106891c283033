//! Table `comments`.

use diesel::prelude::*;

use super::author::AuthorRow;
use crate::db::{Connection, dialect};
use crate::error::Result;
use crate::schema::{comments, posts, users};
use crate::types::{CommentId, Direction, PostId, Status, Time, UserId};

/// A comment to be.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = comments, treat_none_as_default_value = false)]
pub struct NewComment<'a> {
    /// The post it stands under.
    pub post_id: PostId,
    /// Author.
    pub user_id: UserId,
    /// Text as sent.
    pub content: &'a str,
    /// Who is mentioned.
    pub mentioned_user_id: Option<UserId>,
    /// Now.
    pub created_at: Time,
}

/// A comment.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = comments)]
pub struct Comment {
    /// Id.
    pub id: CommentId,
    /// Text as sent.
    pub content: String,
    /// When it was written.
    pub created_at: Time,
    /// Last edit by the author.
    pub edited_at: Option<Time>,
    /// Since when hidden.
    pub hidden_at: Option<Time>,
}

/// A member as mentioned.
#[derive(Clone, Debug, Queryable)]
pub struct Mentioned {
    /// Id.
    pub id: UserId,
    /// Name.
    pub nickname: String,
    /// Where the member stands.
    pub status: Status,
}

/// What decides about a change of a comment.
#[derive(Clone, Copy, Debug, Queryable)]
pub struct CommentState {
    /// Author.
    pub user_id: UserId,
    /// Since when deleted.
    pub deleted_at: Option<Time>,
    /// Since when hidden.
    pub hidden_at: Option<Time>,
    /// Whether its post is neither deleted nor hidden.
    pub post_visible: bool,
}

/// A comment with its author and whom it mentions.
pub type CommentRow = (Comment, AuthorRow, Option<Mentioned>);

/// Inserts a comment and returns the id.
pub fn insert(connection: &mut Connection, comment: &NewComment<'_>) -> Result<CommentId> {
    diesel::insert_into(comments::table).values(comment).execute(connection)?;
    Ok(CommentId(dialect::last_id(connection)?))
}

/// The post of a comment, whatever the state of either.
pub fn post_of(connection: &mut Connection, id: CommentId) -> Result<Option<PostId>> {
    Ok(comments::table.find(id).select(comments::post_id).first(connection).optional()?)
}

/// The state of the comment and of its post, with the comment held against other writers until the transaction ends.
pub fn state_for_update(connection: &mut Connection, id: CommentId) -> Result<Option<CommentState>> {
    dialect::lock_rows(connection, "comments", &[id.0])?;
    let query = comments::table.inner_join(posts::table).filter(comments::id.eq(id)).select((
        comments::user_id,
        comments::deleted_at,
        comments::hidden_at,
        posts::visible,
    ));
    Ok(query.first(connection).optional()?)
}

/// C6: edits a comment that is neither deleted nor hidden; false when it is.
pub fn edit(
    connection: &mut Connection,
    id: CommentId,
    content: &str,
    mentioned: Option<UserId>,
    now: Time,
) -> Result<bool> {
    let open = comments::table
        .filter(comments::id.eq(id))
        .filter(comments::deleted_at.is_null())
        .filter(comments::hidden_at.is_null());
    let changed = diesel::update(open)
        .set((comments::content.eq(content), comments::mentioned_user_id.eq(mentioned), comments::edited_at.eq(now)))
        .execute(connection)?;
    Ok(changed == 1)
}

/// C7: deletes a live comment softly; false when it is deleted already.
pub fn delete(connection: &mut Connection, id: CommentId, now: Time) -> Result<bool> {
    let live = comments::table.filter(comments::id.eq(id)).filter(comments::deleted_at.is_null());
    Ok(diesel::update(live).set(comments::deleted_at.eq(now)).execute(connection)? == 1)
}

/// C4: the 1-based place of this comment among the live ones of its post, oldest first.
pub fn place(connection: &mut Connection, post: PostId, id: CommentId, created_at: Time) -> Result<i64> {
    let up_to = comments::table
        .filter(comments::post_id.eq(post))
        .filter(comments::deleted_at.is_null())
        .filter(comments::created_at.le(created_at))
        .filter(comments::created_at.lt(created_at).or(comments::id.le(id)));
    Ok(up_to.count().get_result(connection)?)
}

/// Live comments with authors and mentioned members. Not boxed: a statement whose text is known needs not be written anew
/// to be found among those that are kept.
macro_rules! rows {
    ($mentioned:ident) => {
        comments::table
            .inner_join(users::table.on(users::id.eq(comments::user_id)))
            .left_join($mentioned.on($mentioned.field(users::id).nullable().eq(comments::mentioned_user_id)))
            .filter(comments::deleted_at.is_null())
            .select((
                Comment::as_select(),
                AuthorRow::as_select(),
                $mentioned.fields((users::id, users::nickname, users::status)).nullable(),
            ))
    };
}

/// The comment with this id.
pub fn find(connection: &mut Connection, id: CommentId) -> Result<Option<CommentRow>> {
    let mentioned = diesel::alias!(users as mentioned);
    Ok(rows!(mentioned).filter(comments::id.eq(id)).first(connection).optional()?)
}

/// C1: live comments of a post by time and id.
pub fn page(
    connection: &mut Connection,
    post: PostId,
    direction: Direction,
    offset: i64,
    limit: i64,
) -> Result<Vec<CommentRow>> {
    let mentioned = diesel::alias!(users as mentioned);
    let list = rows!(mentioned).filter(comments::post_id.eq(post)).offset(offset).limit(limit);
    Ok(match direction {
        Direction::Asc => list.order((comments::created_at.asc(), comments::id.asc())).load(connection)?,
        Direction::Desc => list.order((comments::created_at.desc(), comments::id.desc())).load(connection)?,
    })
}
