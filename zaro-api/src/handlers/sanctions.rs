//! Measures against the caller, and appeals (Z3, Z4).

use axum::extract::State;
use zaro_core::policy::account::WhileSuspended;
use zaro_core::service::appeal::{self, AppealDraft};
use zaro_core::service::sanction;

use super::Answer;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::envelope::Success;
use crate::extract::Body;
use crate::views::{AppealView, SanctionView};

/// `GET /api/users/me/sanctions` (Z3).
pub async fn list(State(app): State<App>, user: CurrentUser) -> Answer<Vec<SanctionView>> {
    let found = app.blocking(move |ctx| sanction::list(ctx, user.id())).await?;
    Ok(Success::ok("조치 내역을 불러왔습니다.", found.into_iter().map(SanctionView::from).collect()))
}

/// `POST /api/users/me/appeals` (Z4).
pub async fn appeal(State(app): State<App>, user: CurrentUser, body: Body<AppealDraft>) -> Answer<AppealView> {
    user.require_active(WhileSuspended::Allowed)?;
    let draft = body.read()?;
    let filed = app.blocking(move |ctx| appeal::file(ctx, user.id(), &draft)).await?;
    Ok(Success::created("이의를 접수했습니다. 결과는 메일로 알려 드립니다.", filed.into()))
}

/// `GET /api/users/me/appeals` (Z4).
pub async fn appeals(State(app): State<App>, user: CurrentUser) -> Answer<Vec<AppealView>> {
    let found = app.blocking(move |ctx| appeal::list(ctx, user.id())).await?;
    Ok(Success::ok("이의 제기 내역을 불러왔습니다.", found.into_iter().map(AppealView::from).collect()))
}
