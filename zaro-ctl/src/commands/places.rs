//! `zaro-ctl places …`

use serde_json::{Value, json};
use zaro_core::config::Config;
use zaro_core::context::Context;
use zaro_core::models::place::{self, Place};
use zaro_core::policy::place::Point;
use zaro_core::service::desk::Act;
use zaro_core::service::place::{Correction, disputed};
use zaro_core::types::PlaceId;

use super::order;
use crate::cli::places::PlacesVerb;
use crate::exit::{Exit, Failure};
use crate::output::{Printer, number, table};
use crate::session;

pub(super) fn run(config: &Config, verb: &PlacesVerb, printer: Printer) -> Result<Exit, Failure> {
    let ctx = session::open(config)?;
    match verb {
        PlacesVerb::Show { place, limit } => {
            let places = match place {
                Some(id) => vec![find(&ctx, PlaceId(*id))?],
                None => disputed(&ctx, *limit)?,
            };
            printer.data(&places.iter().map(place_json).collect::<Vec<_>>(), || places_text(&places));
            Ok(Exit::Done)
        }
        PlacesVerb::Rename(args) => {
            let now = find(&ctx, PlaceId(args.place))?;
            let to = Correction {
                name: args.name.clone().unwrap_or(now.name),
                address: args.address.clone().unwrap_or(now.address),
                category: args.category.clone().unwrap_or(now.category),
                point: Point { lat: args.lat.unwrap_or(now.lat), lng: args.lng.unwrap_or(now.lng) },
            };
            order::carry_out(&ctx, &args.order, &[Act::PlaceCorrect { place: now.id, to }], printer)
        }
        PlacesVerb::Merge(args) => {
            let act = Act::PlaceMerge { from: PlaceId(args.from), into: PlaceId(args.into) };
            order::carry_out(&ctx, &args.order, &[act], printer)
        }
    }
}

fn find(ctx: &Context, id: PlaceId) -> Result<Place, Failure> {
    let found = ctx.db.read(|connection| place::find(connection, id))?;
    found.ok_or_else(|| {
        Failure::new(Exit::Refused, format!("there is no place {id}"), "`zaro-ctl places show` lists disputed ones")
    })
}

fn place_json(place: &Place) -> Value {
    json!({
        "id": place.id, "kakao_place_id": place.kakao_place_id, "name": place.name, "address": place.address,
        "category": place.category, "lat": place.lat, "lng": place.lng, "favorites": place.favorite_count,
        "source": place.source, "disputed_at": place.disputed_at, "merged_into": place.merged_into_id,
    })
}

fn places_text(places: &[Place]) -> String {
    let rows = places.iter().map(|place| {
        [
            place.id.to_string(),
            place.name.clone(),
            place.address.clone(),
            place.category.clone(),
            format!("{}, {}", place.lat, place.lng),
            number(place.favorite_count.into()),
            place.disputed_at.map_or_else(|| "-".to_owned(), |at| at.to_string()),
            place.merged_into_id.map_or_else(|| "-".to_owned(), |into| into.to_string()),
        ]
    });
    table(["place", "name", "address", "category", "at", "favourites", "disputed since", "merged into"], rows)
}
