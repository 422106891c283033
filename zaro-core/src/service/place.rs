//! Places on the map, and who saved them (FV14 to FV16).

mod curate;

pub(crate) use curate::{BUSY, correct, merge};
pub use curate::{Correction, Merged, disputed};

use crate::context::Context;
use crate::db::Connection;
use crate::error::{Code, Error, Result};
use crate::models::author::AuthorRow;
use crate::models::favorite;
use crate::models::place::{self, Place, Square};
use crate::policy::place::{Area, PlaceQuery, Point, SHOWN_MAX};
use crate::types::{PlaceId, UserId};

/// How much more is looked at when places fall out, because nobody may see who saved them.
const FURTHER: usize = 4;

/// A place on the map, with the favourites that everybody may see.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceCount {
    /// The place.
    pub place: Place,
    /// Favourites, counted.
    pub favorites: i64,
}

/// A place as one viewer sees it.
#[derive(Clone, Debug)]
pub struct PlaceView {
    /// The place.
    pub place: Place,
    /// Favourites that the viewer may see.
    pub favorites: i64,
    /// Who saved it, newest first, with their memos; not all of them.
    pub savers: Vec<(AuthorRow, Option<String>)>,
}

/// FV14, FV16: places of an area that somebody saved for everybody to see, most saved first.
///
/// Which ones are shown is chosen by their counters; how many favourites there are is counted anew.
pub fn list(ctx: &Context, query: &PlaceQuery) -> Result<Vec<PlaceCount>> {
    let squares = squares(&query.area);
    let wanted = usize::try_from(query.limit).unwrap_or(usize::MAX);
    ctx.db.read(|connection| {
        let mut asked = wanted;
        loop {
            let found = place::candidates(connection, &squares, asked, |place| {
                query.area.holds(Point { lat: place.lat, lng: place.lng })
            })?;
            let ids: Vec<PlaceId> = found.iter().map(|place| place.id).collect();
            let counts = favorite::public_counts(connection, &ids)?;
            if counts.len() >= wanted || found.len() < asked {
                let counted = found.into_iter().filter_map(|place| {
                    let favorites = *counts.get(&place.id)?;
                    Some(PlaceCount { place, favorites })
                });
                let mut places: Vec<PlaceCount> = counted.take(wanted).collect();
                places.sort_by_key(|shown| std::cmp::Reverse((shown.favorites, shown.place.id)));
                return Ok(places);
            }
            asked = asked.saturating_mul(FURTHER);
        }
    })
}

fn squares(area: &Area) -> Vec<Square> {
    let square = |bounds: &crate::policy::place::Bounds| Square {
        lat: bounds.min_lat..=bounds.max_lat,
        lng: bounds.min_lng..=bounds.max_lng,
        rows: bounds.rows(),
        columns: bounds.columns(),
    };
    area.bounds().iter().map(square).collect()
}

/// FV15: a place, with those who saved it as far as this viewer may see.
pub fn detail(ctx: &Context, viewer: UserId, id: PlaceId) -> Result<PlaceView> {
    ctx.db.read(|connection| {
        let place = resolve(connection, id)?;
        let favorites = favorite::visible_count(connection, place.id, viewer)?;
        let savers = favorite::savers(connection, place.id, viewer, SHOWN_MAX)?;
        Ok(PlaceView { place, favorites, savers })
    })
}

/// FV9: the place of an id; a merged one answers as the one it was merged into.
pub(crate) fn resolve(connection: &mut Connection, id: PlaceId) -> Result<Place> {
    let unknown = || Error::from(Code::PlaceNotFound);
    let found = place::find(connection, id)?.ok_or_else(unknown)?;
    match found.merged_into_id {
        Some(into) => place::find(connection, into)?.ok_or_else(unknown),
        None => Ok(found),
    }
}
