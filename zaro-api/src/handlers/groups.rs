//! Groups of saved places (FV1 to FV6).

use axum::extract::State;
use zaro_core::policy::account::WhileSuspended;
use zaro_core::service::group::{self, GroupDraft, GroupEdit};
use zaro_core::service::visitor::{self, Reading};
use zaro_core::types::{GroupId, UserId};

use super::Answer;
use crate::app::App;
use crate::auth::{CurrentUser, MaybeUser};
use crate::client::ClientAddress;
use crate::envelope::Success;
use crate::extract::{Body, Path};
use crate::views::GroupView;

/// `GET /api/group/user/{userId}/group` (FV1).
pub async fn of_member(
    State(app): State<App>,
    viewer: MaybeUser,
    Path(id): Path<i64>,
    ClientAddress(from): ClientAddress,
) -> Answer<Vec<GroupView>> {
    let groups = app.blocking(move |ctx| {
        visitor::count(ctx, Reading::Groups, from)?;
        group::list(ctx, viewer.id(), UserId(id))
    });
    Ok(Success::ok("그룹 목록을 불러왔습니다.", groups.await?.into_iter().map(GroupView::from).collect()))
}

/// `GET /api/group` (FV1).
pub async fn mine(State(app): State<App>, user: CurrentUser) -> Answer<Vec<GroupView>> {
    let groups = app.blocking(move |ctx| group::list(ctx, Some(user.id()), user.id())).await?;
    Ok(Success::ok("내 그룹 목록을 불러왔습니다.", groups.into_iter().map(GroupView::from).collect()))
}

/// `POST /api/group` (FV2, FV3).
pub async fn create(State(app): State<App>, user: CurrentUser, body: Body<GroupDraft>) -> Answer<GroupView> {
    user.require_active(WhileSuspended::Refused)?;
    let owner = user.id();
    app.blocking(move |ctx| group::count_try(ctx, owner)).await?;
    let draft = body.read()?;
    let made = app.blocking(move |ctx| group::create(ctx, owner, &draft)).await?;
    Ok(Success::ok("그룹을 만들었습니다.", made.into()))
}

/// `PATCH /api/group/{groupId}` (FV3, FV4).
pub async fn update(State(app): State<App>, user: CurrentUser, Path(id): Path<i64>, body: Body<GroupEdit>) -> Answer {
    user.require_active(WhileSuspended::Refused)?;
    let owner = user.id();
    app.blocking(move |ctx| group::count_try(ctx, owner)).await?;
    let edit = body.read()?;
    app.blocking(move |ctx| group::update(ctx, owner, GroupId(id), &edit)).await?;
    Ok(Success::ok("그룹을 고쳤습니다.", ()))
}

/// `DELETE /api/group/{groupId}` (FV5).
pub async fn delete(State(app): State<App>, user: CurrentUser, Path(id): Path<i64>) -> Answer {
    user.require_active(WhileSuspended::Allowed)?;
    app.blocking(move |ctx| {
        group::count_try(ctx, user.id())?;
        group::delete(ctx, user.id(), GroupId(id))
    })
    .await?;
    Ok(Success::ok("그룹을 삭제했습니다.", ()))
}
