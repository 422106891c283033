//! What operators do about places that saves disagree about: correct them, or merge two that are one (FV9).

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;

use crate::context::Context;
use crate::db::{Connection, dialect};
use crate::error::{Error, Result};
use crate::models::favorite::{self, FavoriteRow};
use crate::models::favorite_group;
use crate::models::place::{self, Place, PlacePatch};
use crate::policy::place::{Point, cell_of, parse_category, parse_text};
use crate::types::{PlaceId, PlaceSource, Time, UserId, Visibility};

/// What is not available when members go on saving a place that is being merged.
pub(crate) const BUSY: &str = "the place";

/// What a place shall be from now on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Correction {
    /// Name.
    pub name: String,
    /// Address; may be empty.
    pub address: String,
    /// Kakao's category group code; odd ones become `ETC`.
    pub category: String,
    /// Where it lies.
    #[serde(flatten)]
    pub point: Point,
}

/// What a merge did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Merged {
    /// Favourites that were moved.
    pub moved: usize,
    /// Favourites of members who had saved both, the younger of the two each.
    pub dropped: usize,
}

/// Places that saves disagree with, longest disputed first.
pub fn disputed(ctx: &Context, limit: i64) -> Result<Vec<Place>> {
    ctx.db.read(|connection| place::disputed(connection, limit))
}

/// Corrects a place and settles what was disputed; correcting it to what it is only settles.
///
/// # Errors
/// [`Error::Precondition`] for a place that is not there or was merged, and for data that no place can have.
pub(crate) fn correct(connection: &mut Connection, id: PlaceId, to: &Correction, now: Time) -> Result<()> {
    let fits = !to.name.trim().is_empty() && parse_text(&to.name).is_ok() && parse_text(&to.address).is_ok();
    if !fits || Point::new(to.point.lat, to.point.lng).is_err() {
        return Err(Error::Precondition(
            "this is no place\nhint: give a name and an address of at most 255 characters, and a point on earth"
                .to_owned(),
        ));
    }
    place::hold(connection, &[id])?;
    unmerged(connection, id)?;
    let patch = PlacePatch {
        name: to.name.clone(),
        address: to.address.clone(),
        category: parse_category(Some(&to.category)).to_owned(),
        lat: to.point.lat,
        lng: to.point.lng,
        cell: cell_of(to.point),
        source: PlaceSource::Operator,
        disputed_at: None,
        updated_at: now,
    };
    place::correct(connection, id, &patch)
}

/// Makes `from` answer as `into`, and moves its favourites there; where a member has both, the older one stays.
///
/// # Errors
/// [`Error::Precondition`] when one of the two is not there or was merged already, or both are the same;
/// [`Error::Unavailable`] when somebody saved one of them between two looks: another try helps.
pub(crate) fn merge(connection: &mut Connection, from: PlaceId, into: PlaceId, now: Time) -> Result<Merged> {
    if from == into {
        return Err(Error::Precondition(format!("place {from} cannot be merged into itself")));
    }
    let merged = try_merge(connection, from, into, now)?;
    merged.ok_or_else(|| Error::Unavailable { what: BUSY, why: format!("members keep saving place {from}") })
}

/// Nothing when somebody saved one of the places between the two looks at who did.
fn try_merge(connection: &mut Connection, from: PlaceId, into: PlaceId, now: Time) -> Result<Option<Merged>> {
    // Members before places, as everybody who changes favourites holds them.
    let known = members(&favorite::of_places(connection, &[from, into])?);
    dialect::lock_rows(connection, "users", &known.iter().map(|id| id.0).collect::<Vec<_>>())?;
    place::hold(connection, &[from, into])?;
    let rows = favorite::of_places(connection, &[from, into])?;
    if !members(&rows).is_subset(&known) {
        return Ok(None);
    }
    for id in [from, into] {
        unmerged(connection, id)?;
    }
    let mut merged = Merged::default();
    let mut public = 0;
    // Oldest first: the first one of each member stays.
    let mut kept: HashMap<UserId, FavoriteRow> = HashMap::new();
    let (mut dropped, mut moved) = (Vec::new(), Vec::new());
    for (row, seen_by) in rows {
        if kept.contains_key(&row.user_id) {
            dropped.push(row);
            continue;
        }
        kept.insert(row.user_id, row);
        public += i32::from(seen_by == Visibility::Public);
        if row.place_id == from {
            moved.push(row.id);
        }
    }
    // Dropped before moved: a member has each place once.
    for row in dropped {
        favorite::delete(connection, row.id)?;
        favorite_group::move_count(connection, row.group_id, -1)?;
        merged.dropped += 1;
    }
    for id in moved {
        favorite::set_place(connection, id, into)?;
        merged.moved += 1;
    }
    place::merge(connection, from, into, now)?;
    let before = place::find(connection, into)?.map_or(0, |place| place.favorite_count);
    place::move_counts(connection, &[into], public - before)?;
    Ok(Some(merged))
}

fn members(rows: &[(FavoriteRow, Visibility)]) -> BTreeSet<UserId> {
    rows.iter().map(|(row, _)| row.user_id).collect()
}

/// Refuses a place that is not there, or answers as another one.
fn unmerged(connection: &mut Connection, id: PlaceId) -> Result<()> {
    match place::find(connection, id)? {
        None => Err(Error::Precondition(format!("there is no place {id}"))),
        Some(Place { merged_into_id: Some(into), .. }) => {
            Err(Error::Precondition(format!("place {id} was merged into place {into} already")))
        }
        Some(_) => Ok(()),
    }
}
