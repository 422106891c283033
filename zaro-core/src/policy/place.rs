//! What is said of a place, where it lies, and which saves contradict it (FV9, H9, FC).

mod area;

pub use area::{Area, AreaParams, Bounds, PlaceQuery, cell_of};

use super::field::FromJson;
use crate::error::Code;

/// FC: longest name, and longest address, in characters.
pub const TEXT_MAX: usize = 255;
/// FV15: members in the detail of a place.
pub const SHOWN_MAX: i64 = 100;
/// FV9: a save whose point is farther than this from the stored one contradicts it, in metres.
pub const DISPUTED_METRES: f64 = 200.0;
/// FV14: mean radius of the earth, in kilometres.
pub const EARTH_KM: f64 = 6371.0;
/// Ids at Kakao lie below this, so that JavaScript holds them exactly.
const ID_END: f64 = 9_007_199_254_740_992.0;
/// Digits of the longest id.
const ID_DIGITS: usize = 16;

/// FV9: the category of a place of which nothing better is known.
pub const OTHER: &str = "ETC";
/// The groups into which Kakao sorts places.
const CATEGORIES: [&str; 18] = [
    "MT1", "CS2", "PS3", "SC4", "AC5", "PK6", "OL7", "SW8", "BK9", "CT1", "AG2", "PO3", "AT4", "AD5", "FD6", "CE7",
    "HP8", "PM9",
];

/// Id of a place at Kakao: a positive whole number below 2^53.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KakaoPlaceId(pub i64);

impl FromJson for KakaoPlaceId {
    fn from_json(value: serde_json::Value) -> Option<Self> {
        let number = match value {
            serde_json::Value::Number(number) => number.as_f64()?,
            serde_json::Value::String(text) if text.len() <= ID_DIGITS && is_digits(&text) => text.parse().ok()?,
            _ => return None,
        };
        #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
        (number.fract() == 0.0 && (1.0..ID_END).contains(&number)).then_some(Self(number as i64))
    }
}

/// H9: a number of degrees, as a JSON number or as digits with an optional sign and fraction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Degrees(pub f64);

impl FromJson for Degrees {
    fn from_json(value: serde_json::Value) -> Option<Self> {
        let number = match value {
            serde_json::Value::Number(number) => number.as_f64()?,
            serde_json::Value::String(text) => {
                let digits = text.strip_prefix(['+', '-']).unwrap_or(&text);
                let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
                (is_digits(whole) && is_digits(fraction)).then(|| text.parse().ok())??
            }
            _ => return None,
        };
        // Adding nothing makes of minus zero, which JSON would print, a plain one.
        number.is_finite().then_some(Self(number + 0.0))
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit())
}

/// A point on the earth, WGS84.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Point {
    /// −90 to 90.
    pub lat: f64,
    /// −180 to 180.
    pub lng: f64,
}

impl Point {
    /// The point of two numbers.
    ///
    /// # Errors
    /// `INVALID_REQUEST` when one of them is out of range.
    pub fn new(lat: f64, lng: f64) -> Result<Self, Code> {
        let point = Self { lat, lng };
        if is_lat(lat) && is_lng(lng) { Ok(point) } else { Err(Code::InvalidRequest) }
    }

    /// FV14: the great-circle distance, in kilometres.
    pub fn km_to(self, other: Self) -> f64 {
        let (lat, other_lat) = (self.lat.to_radians(), other.lat.to_radians());
        let (north, east) = ((other_lat - lat) / 2.0, (other.lng - self.lng).to_radians() / 2.0);
        let half_chord = north.sin().powi(2) + lat.cos() * other_lat.cos() * east.sin().powi(2);
        2.0 * EARTH_KM * half_chord.sqrt().min(1.0).asin()
    }
}

/// Whether this is a latitude.
pub fn is_lat(degrees: f64) -> bool {
    (-90.0..=90.0).contains(&degrees)
}

/// Whether this is a longitude.
pub fn is_lng(degrees: f64) -> bool {
    (-180.0..=180.0).contains(&degrees)
}

/// FC: a name or an address that fits.
pub fn parse_text(text: &str) -> Result<String, Code> {
    if text.chars().count() <= TEXT_MAX { Ok(text.to_owned()) } else { Err(Code::InvalidRequest) }
}

/// FV9: the category that was sent, if Kakao has it.
pub fn parse_category(text: Option<&str>) -> &'static str {
    CATEGORIES.into_iter().find(|known| Some(*known) == text).unwrap_or(OTHER)
}

/// FV9: whether what somebody saves is not what is stored: another name, or another place.
pub fn contradicts(stored: (&str, Point), saved: (&str, Point)) -> bool {
    stored.0 != saved.0 || stored.1.km_to(saved.1) * 1000.0 > DISPUTED_METRES
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn h9_ids_at_kakao_are_numbers_or_digits() {
        for (value, id) in [
            (json!(1), Some(1)),
            (json!(9_007_199_254_740_991_i64), Some(9_007_199_254_740_991)),
            (json!(9_007_199_254_740_992_i64), None),
            (json!(9_007_199_254_740_993_i64), None),
            (json!(0), None),
            (json!(-1), None),
            (json!(12.0), Some(12)),
            (json!(1.5), None),
            (json!(1e300), None),
            (json!("26338954"), Some(26_338_954)),
            (json!("007"), Some(7)),
            (json!("9007199254740991"), Some(9_007_199_254_740_991)),
            (json!("9007199254740992"), None),
            (json!("0"), None),
            (json!("12345678901234567"), None),
            (json!(""), None),
            (json!(" 1"), None),
            (json!("-1"), None),
            (json!("1.0"), None),
            (json!("1e3"), None),
            (json!("１"), None),
            (json!(true), None),
            (json!([1]), None),
        ] {
            assert_eq!(KakaoPlaceId::from_json(value.clone()).map(|id| id.0), id, "{value}");
        }
    }

    #[test]
    fn h9_degrees_are_numbers_or_plain_numeric_strings() {
        for (value, degrees) in [
            (json!(37.5), Some(37.5)),
            (json!(-37), Some(-37.0)),
            (json!("127.0276"), Some(127.0276)),
            (json!("-0.5"), Some(-0.5)),
            (json!("+0.5"), Some(0.5)),
            (json!("37"), Some(37.0)),
            (json!("NaN"), None),
            (json!("inf"), None),
            (json!("1e2"), None),
            (json!("37."), None),
            (json!(".5"), None),
            (json!("1.2.3"), None),
            (json!("--1"), None),
            (json!(" 37"), None),
            (json!(""), None),
            (json!("x"), None),
            (json!(null), None),
            (json!({}), None),
        ] {
            assert_eq!(Degrees::from_json(value.clone()).map(|degrees| degrees.0), degrees, "{value}");
        }
        for zero in [json!(-0.0), json!("-0")] {
            assert_eq!(Degrees::from_json(zero).map(|zero| Value::from(zero.0).to_string()).as_deref(), Some("0.0"));
        }
        let endless = json!("9".repeat(400));
        assert_eq!(Degrees::from_json(endless), None, "a number that is not finite");
    }

    #[test]
    fn fv9_odd_categories_are_other() {
        assert_eq!([Some("FD6"), Some("CE7")].map(parse_category), ["FD6", "CE7"]);
        assert_eq!([None, Some(""), Some("fd6"), Some("XX9"), Some("ETC")].map(parse_category), [OTHER; 5]);
    }

    #[test]
    fn fv9_another_name_or_two_hundred_metres_are_a_contradiction() {
        let here = Point { lat: 37.5, lng: 127.0 };
        // A degree of latitude is 111.195 km.
        let north = |metres: f64| Point { lat: 37.5 + metres / 111_194.9, ..here };
        assert!(!contradicts(("카페", here), ("카페", north(199.0))));
        assert!(contradicts(("카페", here), ("카페", north(201.0))));
        assert!(contradicts(("카페", here), ("까페", here)));
    }

    #[test]
    fn fv14_distances_are_great_circles() {
        let point = |lat, lng| Point::new(lat, lng).expect("a point");
        for (a, b, km) in [
            (point(37.5665, 126.978), point(35.1796, 129.0756), 325.1),
            (point(0.0, 179.95), point(0.0, -179.95), 11.119),
            (point(89.95, 0.0), point(89.95, 180.0), 11.119),
            (point(0.0, 0.0), point(0.0, 180.0), 20_015.1),
            (point(-90.0, 5.0), point(-90.0, -170.0), 0.0),
        ] {
            assert!((a.km_to(b) - km).abs() < 0.1, "{a:?} {b:?}: {}", a.km_to(b));
        }
        assert_eq!(Point::new(90.1, 0.0), Err(Code::InvalidRequest));
        assert_eq!(Point::new(0.0, f64::NAN), Err(Code::InvalidRequest));
    }
}
