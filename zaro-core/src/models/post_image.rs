//! Table `post_images`.

use diesel::prelude::*;

use super::image::{self, Image};
use crate::db::{Connection, dialect};
use crate::error::Result;
use crate::schema::{images, post_images};
use crate::types::{PostId, Time};

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

/// The uploads with these keys, held until the transaction ends, so that nobody collects or detaches them meanwhile.
pub fn hold(connection: &mut Connection, keys: &[String]) -> Result<Vec<Image>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<i64> = images::table.filter(images::image_key.eq_any(keys)).select(images::id).load(connection)?;
    dialect::lock_rows(connection, "images", &ids)?;
    image::find_all(connection, keys)
}

/// Gives a post without pictures these, which are held and usable.
pub fn attach(connection: &mut Connection, post: PostId, keys: &[String]) -> Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> =
        (0..).zip(keys).map(|(position, image_key)| NewPostImage { post_id: post, position, image_key }).collect();
    dialect::insert_many!(connection, post_images::table, &rows)?;
    image::attach(connection, &texts(keys))?;
    Ok(())
}

/// Takes these, all its pictures, from a post.
pub fn detach(connection: &mut Connection, post: PostId, keys: &[String], now: Time) -> Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    diesel::delete(post_images::table.filter(post_images::post_id.eq(post))).execute(connection)?;
    image::detach(connection, &texts(keys), now)
}

fn texts(keys: &[String]) -> Vec<&str> {
    keys.iter().map(String::as_str).collect()
}
