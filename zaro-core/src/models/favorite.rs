//! Table `favorites`.

use std::collections::HashMap;

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::author::AuthorRow;
use crate::db::{Connection, dialect};
use crate::error::Result;
use crate::schema::{favorite_groups, favorites, places, users};
use crate::types::{FavoriteId, GroupId, PlaceId, Status, Time, UserId, Visibility};

/// Ids in one statement, far below what either database takes.
const PER_STATEMENT: usize = 1000;

/// A favourite to be.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = favorites, treat_none_as_default_value = false)]
pub struct NewFavorite {
    /// Who saves.
    pub user_id: UserId,
    /// The member's group.
    pub group_id: GroupId,
    /// The place.
    pub place_id: PlaceId,
    /// What the member notes.
    pub memo: Option<String>,
    /// Now.
    pub created_at: Time,
    /// Now.
    pub updated_at: Time,
}

/// A favourite, with the columns of its place that lists show.
#[derive(Clone, Debug, PartialEq, Queryable)]
pub struct Item {
    /// Id.
    pub id: FavoriteId,
    /// Who saved it.
    pub user_id: UserId,
    /// In which group.
    pub group_id: GroupId,
    /// The place.
    pub place_id: PlaceId,
    /// Name of the place.
    pub place_name: String,
    /// Address of the place.
    pub address: String,
    /// Where the place lies.
    pub lat: f64,
    /// Where the place lies.
    pub lng: f64,
    /// What the member noted.
    pub memo: Option<String>,
    /// When it was saved.
    pub created_at: Time,
    /// When the memo was changed last.
    pub updated_at: Time,
}

/// Where a favourite lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = favorites)]
pub struct FavoriteRow {
    /// Id.
    pub id: FavoriteId,
    /// Who saved it.
    pub user_id: UserId,
    /// In which group.
    pub group_id: GroupId,
    /// The place.
    pub place_id: PlaceId,
    /// When it was saved.
    pub created_at: Time,
}

/// Inserts a favourite.
pub fn insert(connection: &mut Connection, favorite: &NewFavorite) -> Result<()> {
    diesel::insert_into(favorites::table).values(favorite).execute(connection)?;
    Ok(())
}

/// The favourite with this id.
pub fn find(connection: &mut Connection, id: FavoriteId) -> Result<Option<FavoriteRow>> {
    Ok(favorites::table.find(id).select(FavoriteRow::as_select()).first(connection).optional()?)
}

/// FV8: whether a member has saved a place.
pub fn exists(connection: &mut Connection, user: UserId, place: PlaceId) -> Result<bool> {
    let row = favorites::table.filter(favorites::user_id.eq(user)).filter(favorites::place_id.eq(place));
    Ok(diesel::select(diesel::dsl::exists(row)).get_result(connection)?)
}

/// FV10: changes a memo; false when the favourite is gone.
pub fn set_memo(connection: &mut Connection, id: FavoriteId, memo: Option<&str>, now: Time) -> Result<bool> {
    let changed = diesel::update(favorites::table.find(id))
        .set((favorites::memo.eq(memo), favorites::updated_at.eq(now)))
        .execute(connection)?;
    Ok(changed == 1)
}

/// FV11: removes a favourite; false when it is gone already.
pub fn delete(connection: &mut Connection, id: FavoriteId) -> Result<bool> {
    Ok(diesel::delete(favorites::table.find(id)).execute(connection)? == 1)
}

/// FV5: removes all favourites of a group.
pub fn delete_of_group(connection: &mut Connection, group: GroupId) -> Result<()> {
    diesel::delete(favorites::table.filter(favorites::group_id.eq(group))).execute(connection)?;
    Ok(())
}

/// The places that a group holds.
pub fn places_of_group(connection: &mut Connection, group: GroupId) -> Result<Vec<PlaceId>> {
    let places = favorites::table.filter(favorites::group_id.eq(group)).order(favorites::place_id.asc());
    Ok(places.select(favorites::place_id).load(connection)?)
}

/// FV12: what a group holds, newest first.
pub fn items(connection: &mut Connection, group: GroupId, limit: i64) -> Result<Vec<Item>> {
    let list = favorites::table
        .inner_join(places::table)
        .filter(favorites::group_id.eq(group))
        .order((favorites::created_at.desc(), favorites::id.desc()))
        .limit(limit)
        .select((
            favorites::id,
            favorites::user_id,
            favorites::group_id,
            places::id,
            places::name,
            places::address,
            places::lat,
            places::lng,
            favorites::memo,
            favorites::created_at,
            favorites::updated_at,
        ));
    Ok(list.load(connection)?)
}

/// Favourites with their groups and owners, of which a condition on the states is to choose no index: the favourites are
/// given by their places.
macro_rules! with_owners {
    () => {
        favorites::table
            .inner_join(favorite_groups::table.on(favorite_groups::id.eq(favorites::group_id)))
            .inner_join(users::table.on(users::id.eq(favorites::user_id)))
            .filter(favorite_groups::deleted_at.is_null())
    };
}

/// FV6: whether everybody may see a favourite.
macro_rules! public {
    () => {
        favorite_groups::visibility.eq(Visibility::Public).and(dialect::unindexed(users::status).eq(Status::Active))
    };
}

/// FV16: how many favourites of each of these places everybody may see; places with none are missing.
pub fn public_counts(connection: &mut Connection, places: &[PlaceId]) -> Result<HashMap<PlaceId, i64>> {
    let mut all = HashMap::with_capacity(places.len());
    for part in places.chunks(PER_STATEMENT) {
        let counts = with_owners!()
            .filter(favorites::place_id.eq_any(part))
            .filter(public!())
            .group_by(favorites::place_id)
            .select((favorites::place_id, count_star()));
        all.extend(counts.load::<(PlaceId, i64)>(connection)?);
    }
    Ok(all)
}

/// FV15: how many favourites of a place this viewer may see.
pub fn visible_count(connection: &mut Connection, place: PlaceId, viewer: UserId) -> Result<i64> {
    let seen = with_owners!().filter(favorites::place_id.eq(place)).filter(favorites::user_id.eq(viewer).or(public!()));
    Ok(seen.count().get_result(connection)?)
}

/// FV15: who saved a place, with their memos, newest first, as far as this viewer may see.
pub fn savers(
    connection: &mut Connection,
    place: PlaceId,
    viewer: UserId,
    limit: i64,
) -> Result<Vec<(AuthorRow, Option<String>)>> {
    let seen = with_owners!()
        .filter(favorites::place_id.eq(place))
        .filter(favorites::user_id.eq(viewer).or(public!()))
        .order((favorites::created_at.desc(), favorites::id.desc()));
    Ok(seen.limit(limit).select((AuthorRow::as_select(), favorites::memo)).load(connection)?)
}

/// Favourites of these places, with who sees their groups; the oldest first.
pub fn of_places(connection: &mut Connection, places: &[PlaceId]) -> Result<Vec<(FavoriteRow, Visibility)>> {
    let all = favorites::table
        .inner_join(favorite_groups::table.on(favorite_groups::id.eq(favorites::group_id)))
        .filter(favorites::place_id.eq_any(places))
        .order((favorites::created_at.asc(), favorites::id.asc()));
    Ok(all.select((FavoriteRow::as_select(), favorite_groups::visibility)).load(connection)?)
}

/// FV9: moves a favourite to the place that its own was merged into.
pub fn set_place(connection: &mut Connection, id: FavoriteId, place: PlaceId) -> Result<()> {
    diesel::update(favorites::table.find(id)).set(favorites::place_id.eq(place)).execute(connection)?;
    Ok(())
}
