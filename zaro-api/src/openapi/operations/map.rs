//! Places on the map (FV14 to FV16).

use serde_json::json;
use zaro_core::Code as C;

use crate::openapi::operation::{Operation, get};
use crate::openapi::parameter::{id, query};
use crate::openapi::payload::one;
use crate::views::{PlaceDetail, PlaceList};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        get("/api/map/place", "listPlaces", "Places within a radius or a box", "FV14, FV16")
            .with(query(
                "lat",
                json!({ "type": "number", "format": "double", "minimum": -90, "maximum": 90 }),
                "with lng and distanceKm",
            ))
            .with(query("lng", json!({ "type": "number", "format": "double", "minimum": -180, "maximum": 180 }), ""))
            .with(query(
                "distanceKm",
                json!({ "type": "number", "format": "double", "exclusiveMinimum": 0 }),
                "more than 20 counts as 20",
            ))
            .with(query(
                "minLat",
                json!({ "type": "number", "format": "double", "minimum": -90, "maximum": 90 }),
                "with the other three: a box",
            ))
            .with(query("maxLat", json!({ "type": "number", "format": "double", "minimum": -90, "maximum": 90 }), ""))
            .with(query("minLng", json!({ "type": "number", "format": "double", "minimum": -180, "maximum": 180 }), ""))
            .with(query("maxLng", json!({ "type": "number", "format": "double", "minimum": -180, "maximum": 180 }), ""))
            .with(query(
                "limit",
                json!({ "type": "integer", "minimum": 1, "maximum": 500, "default": 300 }),
                "outside of 1 to 500: INVALID_REQUEST",
            ))
            .ok("Possibly empty list", one::<PlaceList>())
            .refuses(&[C::InvalidRequest, C::RateLimited]),
        get("/api/map/place/{placeId}", "getPlace", "A place with the memos of those who saved it", "FV6, FV15, FV16")
            .with(id("placeId", "internal place id"))
            .ok("Place", one::<PlaceDetail>())
            .refuses(&[C::PlaceNotFound]),
    ]
}
