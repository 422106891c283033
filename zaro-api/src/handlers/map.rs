//! Places on the map (FV14 to FV16).

use axum::extract::State;
use zaro_core::policy::place::{AreaParams, PlaceQuery};
use zaro_core::service::place;
use zaro_core::service::visitor::{self, Reading};
use zaro_core::types::PlaceId;

use super::Answer;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::client::ClientAddress;
use crate::envelope::{IfNoneMatch, Shared, Success};
use crate::error::Result;
use crate::extract::{Params, Path};
use crate::views::{PlaceDetail, PlaceList};

/// `GET /api/map/place` (FV14).
pub async fn list(
    State(app): State<App>,
    params: Params,
    ClientAddress(from): ClientAddress,
    known: IfNoneMatch,
) -> Result<Shared<PlaceList>> {
    let query = PlaceQuery::read(&AreaParams {
        lat: params.typed("lat")?,
        lng: params.typed("lng")?,
        distance_km: params.typed("distanceKm")?,
        min_lat: params.typed("minLat")?,
        max_lat: params.typed("maxLat")?,
        min_lng: params.typed("minLng")?,
        max_lng: params.typed("maxLng")?,
        limit: params.typed("limit")?,
    })?;
    let places = app.blocking(move |ctx| {
        visitor::count(ctx, Reading::Places, from)?;
        place::list(ctx, &query)
    });
    Ok(Shared::new(Success::ok("장소를 불러왔습니다.", places.await?.into()), known))
}

/// `GET /api/map/place/{placeId}` (FV15).
pub async fn detail(State(app): State<App>, user: CurrentUser, Path(id): Path<i64>) -> Answer<PlaceDetail> {
    let found = app.blocking(move |ctx| place::detail(ctx, user.id(), PlaceId(id))).await?;
    Ok(Success::ok("장소를 불러왔습니다.", found.into()))
}
