//! Table `images`: every upload that was ever granted, and whether something refers to it.

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::db::Connection;
use crate::error::Result;
use crate::schema::{images, post_images};
use crate::types::{ImageKind, ImageState, Time, UserId};

/// An upload.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = images)]
pub struct Image {
    /// Id.
    pub id: i64,
    /// Key without a leading slash.
    pub image_key: String,
    /// Who asked for it; unknown for imported ones.
    pub owner_id: Option<UserId>,
    /// What it is for.
    pub kind: ImageKind,
    /// Content type.
    pub mime: String,
    /// Length, once confirmed.
    pub bytes: Option<i64>,
    /// Where it stands.
    pub state: ImageState,
    /// When it was granted.
    pub issued_at: Time,
    /// When it was seen in the store.
    pub stored_at: Option<Time>,
    /// Since when nothing refers to it.
    pub detached_at: Option<Time>,
}

/// An upload to be.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = images, treat_none_as_default_value = false)]
pub struct NewImage {
    /// Key without a leading slash.
    pub image_key: String,
    /// Who asks for it.
    pub owner_id: Option<UserId>,
    /// What it is for.
    pub kind: ImageKind,
    /// Content type.
    pub mime: &'static str,
    /// ISSUED.
    pub state: ImageState,
    /// Now.
    pub issued_at: Time,
    /// Now: nothing refers to it yet.
    pub detached_at: Option<Time>,
}

/// Inserts an upload.
pub fn insert(connection: &mut Connection, image: &NewImage) -> Result<()> {
    diesel::insert_into(images::table).values(image).execute(connection)?;
    Ok(())
}

/// The upload with this key.
pub fn find(connection: &mut Connection, key: &str) -> Result<Option<Image>> {
    Ok(images::table.filter(images::image_key.eq(key)).select(Image::as_select()).first(connection).optional()?)
}

/// The uploads with these keys, in no order.
pub fn find_all(connection: &mut Connection, keys: &[String]) -> Result<Vec<Image>> {
    Ok(images::table.filter(images::image_key.eq_any(keys)).select(Image::as_select()).load(connection)?)
}

/// ISSUED → STORED with its length; false when it was stored or removed before.
pub fn store(connection: &mut Connection, key: &str, bytes: i64, now: Time) -> Result<bool> {
    let issued = images::image_key.eq(key).and(images::state.eq(ImageState::Issued));
    let changed = diesel::update(images::table.filter(issued))
        .set((images::state.eq(ImageState::Stored), images::bytes.eq(bytes), images::stored_at.eq(now)))
        .execute(connection)?;
    Ok(changed == 1)
}

/// Notes that something refers to these now; tells how many there are, those being removed not among them.
pub fn attach(connection: &mut Connection, keys: &[&str]) -> Result<usize> {
    let usable = images::image_key.eq_any(keys).and(images::state.ne(ImageState::Rejected));
    // MySQL counts changed rows only, so what is attached already is counted by a question of its own.
    diesel::update(images::table.filter(usable).filter(images::detached_at.is_not_null()))
        .set(images::detached_at.eq(None::<Time>))
        .execute(connection)?;
    let attached = images::image_key.eq_any(keys).and(images::detached_at.is_null());
    let count: i64 = images::table.filter(attached).count().get_result(connection)?;
    Ok(usize::try_from(count).unwrap_or_default())
}

/// Notes that nothing refers to these any more, those aside that a post still shows.
pub fn detach(connection: &mut Connection, keys: &[&str], now: Time) -> Result<()> {
    let shown = exists(post_images::table.filter(post_images::image_key.eq(images::image_key)));
    diesel::update(images::table.filter(images::image_key.eq_any(keys)).filter(images::detached_at.is_null()))
        .filter(not(shown))
        .set(images::detached_at.eq(now))
        .execute(connection)?;
    Ok(())
}

/// Takes a detached upload out of use, so that its object can be removed; false while something refers to it.
pub fn reject(connection: &mut Connection, key: &str) -> Result<bool> {
    let shown = exists(post_images::table.filter(post_images::image_key.eq(images::image_key)));
    diesel::update(images::table.filter(images::image_key.eq(key)).filter(images::detached_at.is_not_null()))
        .filter(not(shown))
        .set(images::state.eq(ImageState::Rejected))
        .execute(connection)?;
    // Asked for, not counted: one that was taken out before may be tried again.
    Ok(find(connection, key)?.is_some_and(|image| image.state == ImageState::Rejected))
}

/// Removes the row of an upload that was taken out of use.
pub fn delete_rejected(connection: &mut Connection, key: &str) -> Result<()> {
    let rejected = images::image_key.eq(key).and(images::state.eq(ImageState::Rejected));
    diesel::delete(images::table.filter(rejected)).execute(connection)?;
    Ok(())
}
