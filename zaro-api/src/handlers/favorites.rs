//! Saved places (FV7 to FV13).

use axum::extract::State;
use zaro_core::Code;
use zaro_core::policy::account::WhileSuspended;
use zaro_core::service::favorite::{self, FavoriteDraft, MemoDraft};
use zaro_core::service::visitor::{self, Reading};
use zaro_core::types::{FavoriteId, GroupId, PlaceId};

use super::Answer;
use crate::app::App;
use crate::auth::{CurrentUser, MaybeUser};
use crate::client::ClientAddress;
use crate::envelope::Success;
use crate::extract::{Body, Params, Path};
use crate::views::{FavoriteAddResult, FavoriteView};

/// `POST /api/favorite/groups/{groupId}/favorites` (FV7 to FV10).
pub async fn add(
    State(app): State<App>,
    user: CurrentUser,
    Path(id): Path<i64>,
    body: Body<FavoriteDraft>,
) -> Answer<FavoriteAddResult> {
    user.require_active(WhileSuspended::Refused)?;
    let owner = user.id();
    app.blocking(move |ctx| favorite::count_try(ctx, owner)).await?;
    let draft = body.read()?;
    let (place, memo) = app.blocking(move |ctx| favorite::add(ctx, owner, GroupId(id), &draft)).await?;
    Ok(Success::ok("장소를 저장했습니다.", FavoriteAddResult::new(place, memo)))
}

/// `GET /api/favorite/{groupId}/items` (FV12).
pub async fn items(
    State(app): State<App>,
    viewer: MaybeUser,
    Path(id): Path<i64>,
    ClientAddress(from): ClientAddress,
) -> Answer<Vec<FavoriteView>> {
    let items = app.blocking(move |ctx| {
        visitor::count(ctx, Reading::Items, from)?;
        favorite::items(ctx, viewer.id(), GroupId(id))
    });
    Ok(Success::ok("저장한 장소를 불러왔습니다.", items.await?.into_iter().map(FavoriteView::from).collect()))
}

/// `PATCH /api/favorite/{favoriteId}` (FV10).
pub async fn set_memo(State(app): State<App>, user: CurrentUser, Path(id): Path<i64>, body: Body<MemoDraft>) -> Answer {
    user.require_active(WhileSuspended::Refused)?;
    let owner = user.id();
    app.blocking(move |ctx| favorite::count_try(ctx, owner)).await?;
    let draft = body.read()?;
    app.blocking(move |ctx| favorite::set_memo(ctx, owner, FavoriteId(id), &draft)).await?;
    Ok(Success::ok("메모를 고쳤습니다.", ()))
}

/// `DELETE /api/favorite/{favoriteId}` (FV11).
pub async fn delete(State(app): State<App>, user: CurrentUser, Path(id): Path<i64>) -> Answer {
    user.require_active(WhileSuspended::Allowed)?;
    app.blocking(move |ctx| {
        favorite::count_try(ctx, user.id())?;
        favorite::delete(ctx, user.id(), FavoriteId(id))
    })
    .await?;
    Ok(Success::ok("저장한 장소를 삭제했습니다.", ()))
}

/// `GET /api/favorite/check` (FV13).
pub async fn check(State(app): State<App>, user: CurrentUser, params: Params) -> Answer<bool> {
    let id = params.typed("placeId")?.ok_or(Code::InvalidRequest)?;
    let saved = app.blocking(move |ctx| favorite::check(ctx, user.id(), PlaceId(id))).await?;
    Ok(Success::ok("저장 여부를 확인했습니다.", saved))
}
