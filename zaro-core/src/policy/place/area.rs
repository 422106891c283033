//! The part of the earth that a map shows, and the cells of the grid it touches (FV14).
//!
//! Places are found by the cell they lie in: squares of 0.05 degrees, numbered row by row from the south. What the cells of
//! an area hold is a little more than the area, so each place is looked at exactly.

use std::ops::RangeInclusive;

use super::{EARTH_KM, Point, is_lat, is_lng};
use crate::error::Code;
use crate::types::CELLS_PER_ROW;

/// FV14: the largest radius; more counts as this, in kilometres.
const RADIUS_MAX_KM: f64 = 20.0;
/// FV14: the longest side of a box, in degrees.
const SIDE_MAX: f64 = 5.0;
/// FV14: places in an answer, at most.
const LIMIT_MAX: i64 = 500;
/// FV14: places in an answer when nothing else is asked for.
const LIMIT_DEFAULT: i64 = 300;

/// Cells of one degree.
const CELLS_PER_DEGREE: f64 = 20.0;
/// What rounding may take from a distance: a millimetre, in kilometres.
const ROUNDING_KM: f64 = 1e-6;
/// The same in degrees, generously.
const ROUNDING_DEGREES: f64 = 1e-7;

/// The query parameters as they were sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct AreaParams {
    /// Centre of a circle.
    pub lat: Option<f64>,
    /// Centre of a circle.
    pub lng: Option<f64>,
    /// Its radius.
    pub distance_km: Option<f64>,
    /// South of a box.
    pub min_lat: Option<f64>,
    /// North of a box.
    pub max_lat: Option<f64>,
    /// West of a box.
    pub min_lng: Option<f64>,
    /// East of a box.
    pub max_lng: Option<f64>,
    /// Places wanted.
    pub limit: Option<i64>,
}

/// Places that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlaceQuery {
    /// Where.
    pub area: Area,
    /// At most so many.
    pub limit: i64,
}

impl PlaceQuery {
    /// Reads the parameters: a complete box wins.
    ///
    /// # Errors
    /// `INVALID_REQUEST` when neither shape is complete, or a value is out of range.
    pub fn read(params: &AreaParams) -> Result<Self, Code> {
        let limit = params.limit.unwrap_or(LIMIT_DEFAULT);
        if !(1..=LIMIT_MAX).contains(&limit) {
            return Err(Code::InvalidRequest);
        }
        Ok(Self { area: Area::read(params)?, limit })
    }
}

/// A part of the earth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Area {
    /// All within a distance.
    Circle {
        /// Its centre.
        centre: Point,
        /// Its radius, in kilometres.
        km: f64,
    },
    /// All between two latitudes and two longitudes.
    Box(Bounds),
}

/// A rectangle on the map that does not cross the antimeridian; its edges belong to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// South.
    pub min_lat: f64,
    /// North.
    pub max_lat: f64,
    /// West.
    pub min_lng: f64,
    /// East.
    pub max_lng: f64,
}

impl Area {
    fn read(params: &AreaParams) -> Result<Self, Code> {
        if let (Some(min_lat), Some(max_lat), Some(min_lng), Some(max_lng)) =
            (params.min_lat, params.max_lat, params.min_lng, params.max_lng)
        {
            let ranges = [(min_lat, max_lat, is_lat as fn(f64) -> bool), (min_lng, max_lng, is_lng)];
            let good = ranges.into_iter().all(|(min, max, is_degree)| {
                is_degree(min) && is_degree(max) && min <= max && max - min <= SIDE_MAX + ROUNDING_DEGREES
            });
            let bounds = Bounds { min_lat, max_lat, min_lng, max_lng };
            return if good { Ok(Self::Box(bounds)) } else { Err(Code::InvalidRequest) };
        }
        let (Some(lat), Some(lng), Some(km)) = (params.lat, params.lng, params.distance_km) else {
            return Err(Code::InvalidRequest);
        };
        if !km.is_finite() || km <= 0.0 {
            return Err(Code::InvalidRequest);
        }
        Ok(Self::Circle { centre: Point::new(lat, lng)?, km: km.min(RADIUS_MAX_KM) })
    }

    /// Whether a point lies in it.
    pub fn holds(&self, point: Point) -> bool {
        match self {
            Self::Circle { centre, km } => centre.km_to(point) <= km + ROUNDING_KM,
            Self::Box(bounds) => bounds.holds(point),
        }
    }

    /// Rectangles that together hold all of it: two when it crosses the antimeridian.
    pub fn bounds(&self) -> Vec<Bounds> {
        let (centre, km) = match *self {
            Self::Box(bounds) => return vec![bounds],
            Self::Circle { centre, km } => (centre, km),
        };
        let angle = (km + ROUNDING_KM) / EARTH_KM;
        let north = angle.to_degrees() + ROUNDING_DEGREES;
        let (min_lat, max_lat) = (centre.lat - north, centre.lat + north);
        let band =
            |min_lng, max_lng| Bounds { min_lat: min_lat.max(-90.0), max_lat: max_lat.min(90.0), min_lng, max_lng };
        if min_lat <= -90.0 || max_lat >= 90.0 {
            // A pole lies in it, and with the pole every longitude.
            return vec![band(-180.0, 180.0)];
        }
        let east = (angle.sin() / centre.lat.to_radians().cos()).min(1.0).asin().to_degrees() + ROUNDING_DEGREES;
        match (centre.lng - east, centre.lng + east) {
            (west, east) if west < -180.0 => vec![band(west + 360.0, 180.0), band(-180.0, east)],
            (west, east) if east > 180.0 => vec![band(west, 180.0), band(-180.0, east - 360.0)],
            (west, east) => vec![band(west, east)],
        }
    }
}

impl Bounds {
    /// Whether a point lies in it.
    pub fn holds(&self, point: Point) -> bool {
        (self.min_lat..=self.max_lat).contains(&point.lat) && (self.min_lng..=self.max_lng).contains(&point.lng)
    }

    /// The rows of the grid that it touches.
    pub fn rows(&self) -> RangeInclusive<i32> {
        row(self.min_lat)..=row(self.max_lat)
    }

    /// The columns of the grid that it touches.
    pub fn columns(&self) -> RangeInclusive<i32> {
        column(self.min_lng)..=column(self.max_lng)
    }
}

/// The cell that a point lies in.
///
/// A point at 180 degrees east falls into the first cell of the next row. Nothing is lost by that: a rectangle that reaches
/// so far touches a column more than there are, and with it that cell.
pub fn cell_of(point: Point) -> i32 {
    row(point.lat) * CELLS_PER_ROW + column(point.lng)
}

fn row(lat: f64) -> i32 {
    whole((lat + 90.0) * CELLS_PER_DEGREE)
}

fn column(lng: f64) -> i32 {
    whole((lng + 180.0) * CELLS_PER_DEGREE)
}

#[expect(clippy::cast_possible_truncation, reason = "degrees are within range, so this is 0 to 7200")]
fn whole(number: f64) -> i32 {
    number.floor() as i32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SEOUL: Point = Point { lat: 37.5, lng: 127.0 };

    fn circle(lat: f64, lng: f64, km: f64) -> AreaParams {
        AreaParams { lat: Some(lat), lng: Some(lng), distance_km: Some(km), ..AreaParams::default() }
    }

    fn rectangle(min_lat: f64, max_lat: f64, min_lng: f64, max_lng: f64) -> AreaParams {
        AreaParams {
            min_lat: Some(min_lat),
            max_lat: Some(max_lat),
            min_lng: Some(min_lng),
            max_lng: Some(max_lng),
            ..AreaParams::default()
        }
    }

    /// Whether the cell of a point is among those of the area.
    fn finds(area: &Area, point: Point) -> bool {
        let cell = cell_of(point);
        area.bounds().iter().any(|bounds| {
            let cells = |row| bounds.columns().map(move |column| row * CELLS_PER_ROW + column);
            bounds.holds(point) && bounds.rows().any(|row| cells(row).any(|one| one == cell))
        })
    }

    #[test]
    fn fv14_what_can_be_asked_for() {
        let both = AreaParams { limit: Some(1), ..rectangle(37.0, 38.0, 126.0, 127.0) };
        let both = AreaParams { lat: Some(1.0), lng: Some(1.0), distance_km: Some(1.0), ..both };
        let read = PlaceQuery::read(&both).expect("an area");
        let bounds = Bounds { min_lat: 37.0, max_lat: 38.0, min_lng: 126.0, max_lng: 127.0 };
        assert_eq!(read, PlaceQuery { area: Area::Box(bounds), limit: 1 }, "a complete box wins");
        let half = AreaParams { min_lat: Some(999.0), ..circle(37.5, 127.0, 50.0) };
        let read = PlaceQuery::read(&half).expect("an area");
        assert_eq!(read, PlaceQuery { area: Area::Circle { centre: SEOUL, km: 20.0 }, limit: 300 });
        assert!(PlaceQuery::read(&rectangle(37.1, 42.1, -180.0, -175.0)).is_ok(), "five degrees");
    }

    #[test]
    fn fv14_what_is_refused() {
        let limit = |limit| AreaParams { limit: Some(limit), ..circle(37.5, 127.0, 1.0) };
        for params in [
            AreaParams::default(),
            AreaParams { distance_km: None, ..circle(37.5, 127.0, 1.0) },
            AreaParams { max_lng: None, ..rectangle(37.0, 38.0, 126.0, 127.0) },
            circle(90.1, 127.0, 1.0),
            circle(37.5, -180.1, 1.0),
            circle(37.5, 127.0, 0.0),
            circle(37.5, 127.0, -1.0),
            circle(37.5, 127.0, f64::NAN),
            circle(37.5, 127.0, f64::INFINITY),
            circle(f64::NAN, 127.0, 1.0),
            rectangle(38.0, 37.0, 126.0, 127.0),
            rectangle(37.0, 38.0, 127.0, 126.0),
            rectangle(37.0, 42.01, 126.0, 127.0),
            rectangle(37.0, 38.0, 126.0, 131.01),
            rectangle(37.0, 38.0, f64::NAN, 127.0),
            rectangle(-91.0, -90.0, 126.0, 127.0),
            limit(0),
            limit(-1),
            limit(501),
        ] {
            assert_eq!(PlaceQuery::read(&params), Err(Code::InvalidRequest), "{params:?}");
        }
        // With a complete box that is wrong the circle does not help.
        let wrong = rectangle(38.0, 37.0, 126.0, 127.0);
        let wrong = AreaParams { lat: Some(1.0), lng: Some(1.0), distance_km: Some(1.0), ..wrong };
        assert_eq!(PlaceQuery::read(&wrong), Err(Code::InvalidRequest));
    }

    #[test]
    fn fv14_the_edge_belongs_to_the_circle() {
        // A degree along a meridian, and a tenth of one.
        let degree = EARTH_KM.to_radians();
        let area = Area::Circle { centre: SEOUL, km: degree / 10.0 };
        assert!(area.holds(Point { lat: 37.6, ..SEOUL }) && area.holds(Point { lat: 37.4, ..SEOUL }));
        assert!(!area.holds(Point { lat: 37.600_001, ..SEOUL }));
    }

    #[test]
    fn the_cells_are_those_of_the_schema() {
        for (lat, lng, cell) in
            [(-90.0, -180.0, 0), (37.5, 127.0, 2550 * 7200 + 6140), (90.0, 179.99, 3600 * 7200 + 7199)]
        {
            assert_eq!(cell_of(Point { lat, lng }), cell, "{lat} {lng}");
        }
        let circle = |km| Area::Circle { centre: SEOUL, km };
        let rows = |area: Area| area.bounds().iter().map(|bounds| bounds.rows().count()).sum::<usize>();
        assert!(rows(circle(20.0)) <= 9, "at most nine rows");
        let bounds = Bounds { min_lat: 33.0, max_lat: 38.0, min_lng: 125.0, max_lng: 130.0 };
        assert_eq!(rows(Area::Box(bounds)), 101);
    }

    #[test]
    fn fv14_antimeridian_and_poles_are_no_walls() {
        for (lat, lng, there) in [
            (0.0, 179.99, Point { lat: 0.0, lng: -179.99 }),
            (0.0, -180.0, Point { lat: 0.05, lng: 179.9 }),
            (0.0, 180.0, Point { lat: 0.0, lng: -180.0 }),
            (0.0, -179.99, Point { lat: 0.0, lng: 180.0 }),
            (-45.0, 180.0, Point { lat: -45.0, lng: 180.0 }),
            (89.95, 10.0, Point { lat: 89.95, lng: -170.0 }),
            (90.0, 0.0, Point { lat: 89.9, lng: 180.0 }),
            (-90.0, 0.0, Point { lat: -90.0, lng: 77.0 }),
        ] {
            let area = Area::Circle { centre: Point { lat, lng }, km: 20.0 };
            assert!(area.holds(there) && finds(&area, there), "{lat} {lng}: {there:?}");
        }
    }

    proptest! {
        /// Whatever lies in a circle is found by its cells, anywhere on earth.
        #[test]
        fn fv14_no_place_of_a_circle_is_missed(
            lat in -90.0..=90.0_f64, lng in -180.0..=180.0_f64, km in 0.001..=20.0_f64,
            bearing in 0.0..std::f64::consts::TAU, part in 0.0..=1.0_f64,
        ) {
            let area = Area::Circle { centre: Point { lat, lng }, km };
            let (start, angle) = (lat.to_radians(), km * part / EARTH_KM);
            let end = (start.sin() * angle.cos() + start.cos() * angle.sin() * bearing.cos()).clamp(-1.0, 1.0).asin();
            let turned = (bearing.sin() * angle.sin() * start.cos()).atan2(angle.cos() - start.sin() * end.sin());
            let east = (lng + turned.to_degrees() + 540.0).rem_euclid(360.0) - 180.0;
            let there = Point { lat: end.to_degrees().clamp(-90.0, 90.0), lng: east };
            // Near a pole asin and atan2 lose more than a millimetre: only what the circle itself takes must be found.
            prop_assert!(!area.holds(there) || finds(&area, there), "{there:?}");
            prop_assert!(area.holds(there) || part > 0.99 || lat.abs() > 89.0, "{there:?}");
        }

        #[test]
        fn fv14_no_place_of_a_box_is_missed(
            south in -90.0..=85.0_f64, west in -180.0..=175.0_f64, high in 0.0..=5.0_f64, wide in 0.0..=5.0_f64,
            up in 0.0..=1.0_f64, along in 0.0..=1.0_f64,
        ) {
            let bounds = Bounds { min_lat: south, max_lat: south + high, min_lng: west, max_lng: west + wide };
            let there = Point { lat: south + high * up, lng: west + wide * along };
            prop_assert!(finds(&Area::Box(bounds), there));
        }
    }
}
