//! Table `post_images`.

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::image::Image;
use crate::db::{Connection, dialect};
use crate::error::Result;
use crate::schema::{images, post_images, posts};
use crate::types::{ImageState, PostId, Time};

/// One place of a post's list.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = post_images)]
struct NewPostImage<'a> {
    post_id: PostId,
    position: i32,
    image_key: &'a str,
}

/// The pictures of a post, in order.
pub fn of_post(connection: &mut Connection, post: PostId) -> Result<Vec<String>> {
    let query = post_images::table
        .filter(post_images::post_id.eq(post))
        .order(post_images::position.asc())
        .select(post_images::image_key);
    Ok(query.load(connection)?)
}

/// The uploads with these keys, in no order; keys that were never granted are missing.
pub fn granted(connection: &mut Connection, keys: &[String]) -> Result<Vec<Image>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    Ok(images::table.filter(images::image_key.eq_any(keys)).select(Image::as_select()).load(connection)?)
}

/// The same, held until the transaction ends, so that nobody collects or detaches them meanwhile.
pub fn hold(connection: &mut Connection, keys: &[String]) -> Result<Vec<Image>> {
    let ids: Vec<i64> = granted(connection, keys)?.iter().map(|image| image.id).collect();
    dialect::lock_rows(connection, "images", &ids)?;
    granted(connection, keys)
}

/// Gives a post without pictures these, which are held and usable.
pub fn attach(connection: &mut Connection, post: PostId, keys: &[String]) -> Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> =
        (0..).zip(keys).map(|(position, image_key)| NewPostImage { post_id: post, position, image_key }).collect();
    dialect::insert_many!(connection, post_images::table, &rows)?;
    diesel::update(images::table.filter(images::image_key.eq_any(keys)))
        .set(images::detached_at.eq(None::<Time>))
        .execute(connection)?;
    Ok(())
}

/// Takes these, all its pictures, from a post, and notes which of them no post shows any more.
pub fn detach(connection: &mut Connection, post: PostId, keys: &[String], now: Time) -> Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    diesel::delete(post_images::table.filter(post_images::post_id.eq(post))).execute(connection)?;
    let shown = exists(post_images::table.filter(post_images::image_key.eq(images::image_key)));
    diesel::update(images::table.filter(images::image_key.eq_any(keys)).filter(not(shown)))
        .set(images::detached_at.eq(now))
        .execute(connection)?;
    Ok(())
}

/// I8: how many pictures posts show that were deleted before then.
pub fn count_of_deleted(connection: &mut Connection, until: Time) -> Result<i64> {
    let shown = post_images::table.inner_join(posts::table).filter(posts::deleted_at.le(until));
    Ok(shown.count().get_result(connection)?)
}

/// I8: takes about so many pictures from posts that were deleted before then; those that no other post shows are out of
/// use from now on.
pub fn release_of_deleted(connection: &mut Connection, until: Time, limit: i64, now: Time) -> Result<usize> {
    let shown: Vec<(PostId, String)> = post_images::table
        .inner_join(posts::table)
        .filter(posts::deleted_at.le(until))
        .limit(limit)
        .select((post_images::post_id, post_images::image_key))
        .load(connection)?;
    if shown.is_empty() {
        return Ok(0);
    }
    let (ids, keys): (Vec<PostId>, Vec<String>) = shown.into_iter().unzip();
    // Who puts one of them into another post holds it, too.
    hold(connection, &keys)?;
    // All of these posts are deleted, so that whichever picture of these they show may go.
    let released = diesel::delete(
        post_images::table.filter(post_images::post_id.eq_any(&ids)).filter(post_images::image_key.eq_any(&keys)),
    )
    .execute(connection)?;
    let shown = exists(post_images::table.filter(post_images::image_key.eq(images::image_key)));
    diesel::update(images::table.filter(images::image_key.eq_any(&keys)).filter(not(shown)))
        .set((images::state.eq(ImageState::Rejected), images::detached_at.eq(now)))
        .execute(connection)?;
    Ok(released)
}
