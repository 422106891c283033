//! Table `images`: every upload that was ever granted, and whether something refers to it.

use diesel::dsl::{auto_type, exists, not};
use diesel::prelude::*;

use crate::db::{Connection, dialect};
use crate::error::Result;
use crate::schema::{images, post_images, users};
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

/// ISSUED → STORED with its length; false when it was stored or removed before.
pub fn store(connection: &mut Connection, key: &str, bytes: i64, now: Time) -> Result<bool> {
    let issued = images::image_key.eq(key).and(images::state.eq(ImageState::Issued));
    let changed = diesel::update(images::table.filter(issued))
        .set((images::state.eq(ImageState::Stored), images::bytes.eq(bytes), images::stored_at.eq(now)))
        .execute(connection)?;
    Ok(changed == 1)
}

/// Notes that something refers to this one now; false when it is being removed.
pub fn attach(connection: &mut Connection, key: &str) -> Result<bool> {
    let usable = images::image_key.eq(key).and(images::state.ne(ImageState::Rejected));
    diesel::update(images::table.filter(usable)).set(images::detached_at.eq(None::<Time>)).execute(connection)?;
    // Asked for, not counted: MySQL counts changed rows only, and this one may be attached already.
    Ok(find(connection, key)?.is_some_and(|image| image.detached_at.is_none()))
}

/// Notes that nothing refers to this one any more, unless a post shows it.
pub fn detach(connection: &mut Connection, key: &str, now: Time) -> Result<()> {
    diesel::update(images::table.filter(images::image_key.eq(key)).filter(not(shown())))
        .set(images::detached_at.eq(now))
        .execute(connection)?;
    Ok(())
}

/// Takes a detached upload out of use, so that its object can be removed; false while something refers to it.
pub fn reject(connection: &mut Connection, key: &str) -> Result<bool> {
    diesel::update(images::table.filter(images::image_key.eq(key)).filter(images::detached_at.is_not_null()))
        .filter(not(shown()))
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

/// Those of these uploads that can go: not gone yet, no post shows them, and they are not their owners' pictures.
macro_rules! collectable {
    ($images:expr) => {
        $images
            .filter(dialect::unindexed(images::state).ne(ImageState::Rejected))
            .filter(not(shown()))
            .filter(not(is_picture()))
    };
}

/// I8: how many uploads nothing has referred to since then.
pub fn count_unused(connection: &mut Connection, until: Time) -> Result<i64> {
    let unused = collectable!(images::table.filter(images::detached_at.le(until)));
    Ok(unused.count().get_result(connection)?)
}

/// I8: takes at most so many of them out of use.
pub fn reject_unused(connection: &mut Connection, until: Time, limit: i64) -> Result<usize> {
    let unused = collectable!(images::table.filter(images::detached_at.le(until)));
    let ids: Vec<i64> = unused.limit(limit).select(images::id).load(connection)?;
    dialect::lock_rows(connection, "images", &ids)?;
    // Asked again under the lock: one may have been put to use meanwhile.
    let still = images::id.eq_any(&ids).and(images::detached_at.is_not_null());
    Ok(diesel::update(collectable!(images::table.filter(still)))
        .set(images::state.eq(ImageState::Rejected))
        .execute(connection)?)
}

/// Id and key of uploads that are out of use, after this id.
pub fn rejected(connection: &mut Connection, after: i64, limit: i64) -> Result<Vec<(i64, String)>> {
    let rows = images::table.filter(images::state.eq(ImageState::Rejected)).filter(images::id.gt(after));
    Ok(rows.order(images::id.asc()).limit(limit).select((images::id, images::image_key)).load(connection)?)
}

/// Removes the rows of those of these uploads that are out of use.
pub fn forget_rejected(connection: &mut Connection, ids: &[i64]) -> Result<usize> {
    let rejected = dialect::unindexed(images::state).eq(ImageState::Rejected);
    Ok(diesel::delete(images::table.filter(images::id.eq_any(ids)).filter(rejected)).execute(connection)?)
}

/// Whether the image of a row is its owner's picture.
#[auto_type(no_type_alias)]
fn is_picture() -> _ {
    let owner = users::table.filter(users::id.nullable().eq(images::owner_id));
    exists(owner.filter(users::profile_image.eq(images::image_key.nullable())))
}

/// Whether a post shows the image of a row.
#[auto_type(no_type_alias)]
fn shown() -> _ {
    exists(post_images::table.filter(post_images::image_key.eq(images::image_key)))
}
