//! Table `places`.

mod area;

use diesel::prelude::*;

pub use area::{Square, candidates};

use crate::db::{Connection, dialect};
use crate::error::Result;
use crate::schema::places;
use crate::types::{PlaceId, PlaceSource, Time, UserId};

/// Ids in one statement, far below what either database takes.
const PER_STATEMENT: usize = 1000;

/// A place.
#[derive(Clone, Debug, PartialEq, Queryable, QueryableByName, Selectable)]
#[diesel(table_name = places)]
pub struct Place {
    /// Id.
    pub id: PlaceId,
    /// Id at Kakao.
    pub kakao_place_id: i64,
    /// Name.
    pub name: String,
    /// Address; may be empty.
    pub address: String,
    /// Kakao's category group code, or `ETC`.
    pub category: String,
    /// Where it lies.
    pub lat: f64,
    /// Where it lies.
    pub lng: f64,
    /// Favourites in live PUBLIC groups (CT1); the wire counts again (FV16).
    pub favorite_count: i32,
    /// Who the data is from.
    pub source: PlaceSource,
    /// Since when a save disagrees with it.
    pub disputed_at: Option<Time>,
    /// The place that it was merged into.
    pub merged_into_id: Option<PlaceId>,
}

/// A place to be.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = places, treat_none_as_default_value = false)]
pub struct NewPlace {
    /// Id at Kakao.
    pub kakao_place_id: i64,
    /// Name.
    pub name: String,
    /// Address; may be empty.
    pub address: String,
    /// Kakao's category group code, or `ETC`.
    pub category: String,
    /// Where it lies.
    pub lat: f64,
    /// Where it lies.
    pub lng: f64,
    /// The cell of the grid.
    pub cell: i32,
    /// SUBMITTED.
    pub source: PlaceSource,
    /// Who saves it first.
    pub created_by: Option<UserId>,
    /// Now.
    pub created_at: Time,
    /// Now.
    pub updated_at: Time,
}

/// The columns of an operator's correction.
#[derive(Clone, Debug, AsChangeset)]
#[diesel(table_name = places, treat_none_as_null = true)]
pub struct PlacePatch {
    /// Name.
    pub name: String,
    /// Address; may be empty.
    pub address: String,
    /// Kakao's category group code, or `ETC`.
    pub category: String,
    /// Where it lies.
    pub lat: f64,
    /// Where it lies.
    pub lng: f64,
    /// The cell of the grid.
    pub cell: i32,
    /// OPERATOR.
    pub source: PlaceSource,
    /// None: settled.
    pub disputed_at: Option<Time>,
    /// Now.
    pub updated_at: Time,
}

/// The place with this id, merged or not.
pub fn find(connection: &mut Connection, id: PlaceId) -> Result<Option<Place>> {
    Ok(places::table.find(id).select(Place::as_select()).first(connection).optional()?)
}

/// The place with this id at Kakao, merged or not.
pub fn find_by_kakao(connection: &mut Connection, kakao: i64) -> Result<Option<Place>> {
    let query = places::table.filter(places::kakao_place_id.eq(kakao));
    Ok(query.select(Place::as_select()).first(connection).optional()?)
}

/// FV9: makes a place unless somebody made it meanwhile.
pub fn insert_new(connection: &mut Connection, place: &NewPlace) -> Result<()> {
    dialect::insert_ignore!(connection, places::table, place)?;
    Ok(())
}

/// FV9: notes that a save disagrees; the first instant stays, and of a merged place the operators have decided already.
pub fn dispute(connection: &mut Connection, id: PlaceId, now: Time) -> Result<()> {
    let undisputed = places::table
        .filter(places::id.eq(id))
        .filter(places::disputed_at.is_null())
        .filter(places::merged_into_id.is_null());
    diesel::update(undisputed).set((places::disputed_at.eq(now), places::updated_at.eq(now))).execute(connection)?;
    Ok(())
}

/// FV9: places that saves disagree with, longest disputed first.
pub fn disputed(connection: &mut Connection, limit: i64) -> Result<Vec<Place>> {
    let open = places::table
        .filter(places::disputed_at.is_not_null())
        .order((places::disputed_at.asc(), places::id.asc()))
        .limit(limit);
    Ok(open.select(Place::as_select()).load(connection)?)
}

/// FV9: corrects a place.
pub fn correct(connection: &mut Connection, id: PlaceId, patch: &PlacePatch) -> Result<()> {
    diesel::update(places::table.find(id)).set(patch).execute(connection)?;
    Ok(())
}

/// FV9: from now on `from`, and whatever was merged into it, answers as `into`.
pub fn merge(connection: &mut Connection, from: PlaceId, into: PlaceId, now: Time) -> Result<()> {
    let columns = (
        places::merged_into_id.eq(into),
        places::favorite_count.eq(0),
        places::disputed_at.eq(None::<Time>),
        places::updated_at.eq(now),
    );
    diesel::update(places::table.filter(places::merged_into_id.eq(from).or(places::id.eq(from))))
        .set(columns)
        .execute(connection)?;
    Ok(())
}

/// CT1: moves the counters of these places, none below 0. They must be held by the transaction.
pub fn move_counts(connection: &mut Connection, ids: &[PlaceId], by: i32) -> Result<()> {
    for part in ids.chunks(PER_STATEMENT) {
        diesel::update(places::table.filter(places::id.eq_any(part)).filter(places::favorite_count.ge(-by)))
            .set(places::favorite_count.eq(places::favorite_count + by))
            .execute(connection)?;
    }
    Ok(())
}

/// Holds these places against other writers until the transaction ends.
pub fn hold(connection: &mut Connection, ids: &[PlaceId]) -> Result<()> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    dialect::lock_rows(connection, "places", &ids)
}
