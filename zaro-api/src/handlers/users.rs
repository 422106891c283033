//! The caller's own account (S1 to S6, T9).

use axum::extract::State;
use zaro_core::policy::account::WhileSuspended;
use zaro_core::service::member::{self, NicknameDraft, PasswordDraft, ProfileDraft};
use zaro_core::service::session;
use zaro_core::service::withdrawal::{self, WithdrawalDraft};

use super::Answer;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::envelope::Success;
use crate::extract::{Body, Path};
use crate::views::{ProfileData, RevokedSessions, SessionView, UpdateNicknameResult, UserInfo};

/// `GET /api/users/my` (S1).
pub async fn me(State(app): State<App>, user: CurrentUser) -> Answer<UserInfo> {
    let found = app.blocking(move |ctx| member::me(ctx, user.id())).await?;
    Ok(Success::ok("내 정보를 불러왔습니다.", found.into()))
}

/// `PATCH /api/users/me/nickname` (S2).
pub async fn change_nickname(
    State(app): State<App>,
    user: CurrentUser,
    body: Body<NicknameDraft>,
) -> Answer<UpdateNicknameResult> {
    user.require_active(WhileSuspended::Refused)?;
    let draft = body.read()?;
    let (nickname, date) = app.blocking(move |ctx| member::change_nickname(ctx, user.id(), &draft)).await?;
    Ok(Success::ok("닉네임을 바꿨습니다.", UpdateNicknameResult { nickname, next_available_change_date: date }))
}

/// `PATCH /api/users/me/profile` (S3): a full replacement.
pub async fn change_profile(
    State(app): State<App>,
    user: CurrentUser,
    body: Body<ProfileDraft>,
) -> Answer<ProfileData> {
    user.require_active(WhileSuspended::Refused)?;
    let draft = body.read()?;
    let stored = app.blocking(move |ctx| member::change_profile(ctx, user.id(), &draft)).await?;
    Ok(Success::ok("프로필을 바꿨습니다.", stored.into()))
}

/// `PATCH /api/users/me/password` (S4).
pub async fn change_password(State(app): State<App>, user: CurrentUser, body: Body<PasswordDraft>) -> Answer {
    user.require_active(WhileSuspended::Allowed)?;
    let draft = body.read()?;
    app.blocking_slow(move |ctx| member::change_password(ctx, user.id(), user.session(), &draft)).await?;
    Ok(Success::ok("비밀번호를 바꿨습니다.", ()))
}

/// `DELETE /api/users/me` (L8); the body may be missing.
pub async fn withdraw(State(app): State<App>, user: CurrentUser, body: Body<WithdrawalDraft>) -> Answer {
    let draft = body.read_or_default()?;
    app.blocking(move |ctx| withdrawal::withdraw(ctx, user.id(), &draft)).await?;
    Ok(Success::ok("탈퇴했습니다. 그동안 함께해 주셔서 고맙습니다.", ()))
}

/// `GET /api/users/me/sessions` (T9).
pub async fn sessions(State(app): State<App>, user: CurrentUser) -> Answer<Vec<SessionView>> {
    let id = user.id();
    let live = app.blocking(move |ctx| session::list(ctx, id)).await?;
    let views = live.into_iter().map(|session| SessionView::new(session, user.session())).collect();
    Ok(Success::ok("접속 목록을 불러왔습니다.", views))
}

/// `DELETE /api/users/me/sessions` (T9): all but the caller's.
pub async fn revoke_other_sessions(State(app): State<App>, user: CurrentUser) -> Answer<RevokedSessions> {
    let revoked = app.blocking(move |ctx| session::revoke_others(ctx, user.id(), user.session())).await?;
    Ok(Success::ok("다른 접속을 모두 끝냈습니다.", RevokedSessions { revoked }))
}

/// `DELETE /api/users/me/sessions/{sessionId}` (T9).
pub async fn revoke_session(State(app): State<App>, user: CurrentUser, Path(id): Path<String>) -> Answer {
    app.blocking(move |ctx| session::revoke(ctx, user.id(), &id)).await?;
    Ok(Success::ok("접속을 끝냈습니다.", ()))
}
