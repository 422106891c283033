//! Places of an area, most favoured first (FV14).

use std::fmt::Write as _;
use std::ops::RangeInclusive;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Double};

use crate::db::Connection;
use crate::error::Result;
use crate::types::PlaceId;

/// So many cells are asked for one by one, below what SQLite joins into one statement (500).
const MERGED_MAX: usize = 400;

/// A rectangle on the map, and the cells of the grid it touches.
#[derive(Clone, Debug)]
pub struct Square {
    /// South and north.
    pub lat: RangeInclusive<f64>,
    /// West and east.
    pub lng: RangeInclusive<f64>,
    /// One range of cells for each row of the grid.
    pub rows: Vec<RangeInclusive<i32>>,
}

/// A place that lies in one of the squares.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub struct Candidate {
    /// Id.
    #[diesel(sql_type = BigInt)]
    pub id: PlaceId,
    /// Where it lies.
    #[diesel(sql_type = Double)]
    pub lat: f64,
    /// Where it lies.
    #[diesel(sql_type = Double)]
    pub lng: f64,
}

/// The first `limit` places with favourites that lie in the squares and are wanted, by their counters, then by id, both
/// downwards.
///
/// Each cell of the grid is asked for by itself: there `ix_places_cell` already has that order, SQLite merges the sorted
/// cells, and stops with the last place that is wanted. Of a dense town it so looks at hundreds of places, not at all of
/// them. An area of very many cells is asked for row by row, and sorted.
pub fn candidates(
    connection: &mut Connection,
    squares: &[Square],
    limit: usize,
    wanted: impl Fn(&Candidate) -> bool,
) -> Result<Vec<Candidate>> {
    let cells: usize = squares.iter().flat_map(|square| &square.rows).map(|row| row.clone().count()).sum();
    let mut query = String::new();
    for square in squares {
        if cells <= MERGED_MAX {
            for cell in square.rows.iter().cloned().flatten() {
                select(&mut query, square, &format!("cell = {cell}"));
            }
        } else {
            let rows: Vec<String> =
                square.rows.iter().map(|row| format!("cell BETWEEN {} AND {}", row.start(), row.end())).collect();
            select(&mut query, square, &format!("({})", rows.join(" OR ")));
        }
    }
    query.push_str(" ORDER BY favorite_count DESC, id DESC");
    // Row by row: what lies behind the last one that is wanted is never read.
    let rows = diesel::sql_query(query).load_iter::<Candidate, _>(connection)?;
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

/// One more part of the statement. Its numbers are ours, so they stand in it: as binds they would be hundreds.
fn select(query: &mut String, square: &Square, cells: &str) {
    if !query.is_empty() {
        query.push_str(" UNION ALL ");
    }
    let _ = write!(
        query,
        "SELECT id, lat, lng, favorite_count FROM places WHERE {cells} AND favorite_count > 0 \
         AND lat BETWEEN {} AND {} AND lng BETWEEN {} AND {}",
        square.lat.start(),
        square.lat.end(),
        square.lng.start(),
        square.lng.end()
    );
}
