//! Places of an area, most favoured first (FV14).

use std::collections::HashMap;
use std::ops::RangeInclusive;

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::{PER_STATEMENT, Place};
use crate::db::Connection;
use crate::error::Result;
use crate::schema::places;
use crate::types::{CELLS_PER_ROW, PlaceId};

/// So many cells are asked for one by one, below what SQLite joins into one statement (500).
const MERGED_MAX: usize = 400;
/// How much more is asked for when too much of what was found lies outside.
const FURTHER: usize = 4;

/// A rectangle on the map, and the rows and columns of the grid that it touches.
#[derive(Clone, Debug)]
pub struct Square {
    /// South and north.
    pub lat: RangeInclusive<f64>,
    /// West and east.
    pub lng: RangeInclusive<f64>,
    /// Rows of the grid.
    pub rows: RangeInclusive<i32>,
    /// Columns of the grid.
    pub columns: RangeInclusive<i32>,
}

impl Square {
    fn cells(&self) -> impl Iterator<Item = i32> + use<> {
        let (rows, columns) = (self.rows.clone(), self.columns.clone());
        rows.flat_map(move |row| columns.clone().map(move |column| row * CELLS_PER_ROW + column))
    }
}

/// The columns of a [`Place`].
const COLUMNS: &str = "id, kakao_place_id, name, address, category, lat, lng, favorite_count, source, disputed_at, \
                       merged_into_id";

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = BigInt)]
    id: PlaceId,
}

/// The first `limit` places with favourites that lie in the squares and are wanted, by their counters, then by id, both
/// downwards.
pub fn candidates(
    connection: &mut Connection,
    squares: &[Square],
    limit: usize,
    wanted: impl Fn(&Place) -> bool,
) -> Result<Vec<Place>> {
    if squares.iter().flat_map(Square::cells).take(MERGED_MAX + 1).count() > MERGED_MAX {
        return of_wide(connection, squares, limit, wanted);
    }
    // Row by row: what lies behind the last one that is wanted is never read.
    let rows = diesel::sql_query(merged(squares)).load_iter::<Place, _>(connection)?;
    let mut found = Vec::new();
    for row in rows {
        let row = row?;
        if wanted(&row) {
            found.push(row);
            if found.len() == limit {
                break;
            }
        }
    }
    Ok(found)
}

/// Each cell by itself: there `ix_places_cell` already has the order that is wanted, SQLite merges the sorted cells, and
/// stops with the last place that is taken. Of a dense town it so looks at hundreds of places, not at all of them.
///
/// The numbers in the statement are ours, so they stand in it: as binds they would be hundreds.
fn merged(squares: &[Square]) -> String {
    let one = |square: &Square, cell: i32| {
        let Square { lat, lng, .. } = square;
        format!(
            "SELECT {COLUMNS} FROM places WHERE cell = {cell} AND favorite_count > 0 \
             AND lat BETWEEN {} AND {} AND lng BETWEEN {} AND {}",
            lat.start(),
            lat.end(),
            lng.start(),
            lng.end()
        )
    };
    let all: Vec<String> =
        squares.iter().flat_map(|square| square.cells().map(move |cell| one(square, cell))).collect();
    format!("{} ORDER BY favorite_count DESC, id DESC", all.join(" UNION ALL "))
}

/// Many cells at once: which places are first is told by the index alone, and only those are looked at.
fn of_wide(
    connection: &mut Connection,
    squares: &[Square],
    limit: usize,
    wanted: impl Fn(&Place) -> bool,
) -> Result<Vec<Place>> {
    let cells: Vec<String> = squares.iter().map(band).collect();
    // What the cells at the edge hold outside of the area is little of the whole.
    let mut asked = limit.saturating_mul(2);
    loop {
        let query = format!(
            "SELECT id FROM places WHERE ({}) AND favorite_count > 0 ORDER BY favorite_count DESC, id DESC LIMIT {asked}",
            cells.join(" OR ")
        );
        let ids: Vec<Id> = diesel::sql_query(query).load(connection)?;
        let ids: Vec<PlaceId> = ids.into_iter().map(|row| row.id).collect();
        let mut rows: HashMap<PlaceId, Place> = HashMap::with_capacity(ids.len());
        for part in ids.chunks(PER_STATEMENT) {
            let part = places::table.filter(places::id.eq_any(part)).select(Place::as_select());
            rows.extend(part.load(connection)?.into_iter().map(|row| (row.id, row)));
        }
        let found: Vec<Place> = ids.iter().filter_map(|id| rows.remove(id)).filter(&wanted).take(limit).collect();
        if found.len() == limit || ids.len() < asked {
            return Ok(found);
        }
        asked = asked.saturating_mul(FURTHER);
    }
}

/// The cells of a square as one range of the index, from which other columns are left out by their numbers.
fn band(square: &Square) -> String {
    let (rows, columns) = (&square.rows, &square.columns);
    let first = rows.start() * CELLS_PER_ROW + columns.start();
    let last = rows.end() * CELLS_PER_ROW + columns.end();
    // The column behind the last one is the first of the next row.
    let wraps = if *columns.end() == CELLS_PER_ROW { format!(" OR cell % {CELLS_PER_ROW} = 0") } else { String::new() };
    let (west, east) = (columns.start(), columns.end());
    format!("cell BETWEEN {first} AND {last} AND (cell % {CELLS_PER_ROW} BETWEEN {west} AND {east}{wraps})")
}
