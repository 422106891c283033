//! Signing up and in, mailed links, tokens (A, K, T, V, R).

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse as _, Response};
use tokio::time::{Instant, sleep_until};
use zaro_core::policy::token::VerifyOutcome;
use zaro_core::service::account::{self, EmailDraft, PasswordResetDraft, SignUpDraft};
use zaro_core::service::session::{self, KakaoSignInDraft, SignInDraft};

use super::Answer;
use crate::app::App;
use crate::auth::LenientToken;
use crate::envelope::Success;
use crate::error::Result;
use crate::extract::{Body, Params, UserAgent};
use crate::views::{EmailEcho, RefreshResult, SignInResult, SignUpResult};

/// `POST /api/auth/signup` (A1 to A7).
pub async fn sign_up(State(app): State<App>, body: Body<SignUpDraft>) -> Answer<SignUpResult> {
    let draft = body.read()?;
    let made = app.blocking_slow(move |ctx| account::sign_up(ctx, &draft)).await?;
    Ok(Success::created("가입했습니다. 메일로 보낸 인증 링크를 확인해 주세요.", made.into()))
}

/// `POST /api/auth/signin` (A8 to A11).
pub async fn sign_in(
    State(app): State<App>,
    UserAgent(agent): UserAgent,
    body: Body<SignInDraft>,
) -> Answer<SignInResult> {
    let draft = body.read()?;
    let signed_in = app.blocking_slow(move |ctx| session::sign_in(ctx, &draft, agent.as_deref())).await?;
    Ok(Success::ok("환영합니다.", signed_in.into()))
}

/// `POST /api/auth/signin/kakao` (K1 to K6).
pub async fn sign_in_kakao(
    State(app): State<App>,
    UserAgent(agent): UserAgent,
    body: Body<KakaoSignInDraft>,
) -> Answer<SignInResult> {
    let draft = body.read()?;
    let signed_in = app.blocking_slow(move |ctx| session::sign_in_kakao(ctx, &draft, agent.as_deref())).await?;
    Ok(Success::ok("환영합니다.", signed_in.into()))
}

/// `POST /api/auth/refresh` (T3, T4).
pub async fn refresh(State(app): State<App>, LenientToken(token): LenientToken) -> Answer<RefreshResult> {
    let token = token.unwrap_or_default();
    let access_token = app.blocking(move |ctx| session::refresh(ctx, &token)).await?;
    Ok(Success::ok("접속을 연장했습니다.", RefreshResult { access_token }))
}

/// `POST /api/auth/signout` (T8): fine whatever the token.
pub async fn sign_out(State(app): State<App>, LenientToken(token): LenientToken) -> Answer {
    app.blocking(move |ctx| session::sign_out(ctx, token.as_deref())).await?;
    Ok(Success::ok("안전하게 나갔습니다.", ()))
}

/// `GET /api/auth/email/verify` (V3): always leads to the web frontend.
pub async fn verify_email(State(app): State<App>, params: Params) -> Result<Response> {
    let secret = params.raw("token").unwrap_or_default().to_owned();
    let query = match app.blocking(move |ctx| account::verify(ctx, &secret)).await? {
        VerifyOutcome::Activate | VerifyOutcome::JustUsed => "",
        VerifyOutcome::AlreadyVerified => "?status=already-verified",
        VerifyOutcome::Expired => "?status=expired",
        VerifyOutcome::Invalid => "?status=error",
    };
    Ok((StatusCode::FOUND, [(LOCATION, format!("{}/login{query}", app.ctx.frontend_url))]).into_response())
}

/// `POST /api/auth/email/resend` (V5, V6): the same answer in the same time for every address.
pub async fn resend_verification(State(app): State<App>, body: Body<EmailDraft>) -> Answer {
    in_equal_time(&app, async {
        let draft = body.read()?;
        app.blocking(move |ctx| account::resend_verification(ctx, &draft)).await?;
        Ok(Success::ok("인증을 기다리는 주소라면 인증 메일을 보냈습니다. 메일함을 확인해 주세요.", ()))
    })
    .await
}

/// `POST /api/auth/email/password` (R1, R2): the same answer in the same time for every address.
pub async fn request_password_reset(State(app): State<App>, body: Body<EmailDraft>) -> Answer<EmailEcho> {
    in_equal_time(&app, async {
        let draft = body.read()?;
        let email = app.blocking(move |ctx| account::request_password_reset(ctx, &draft)).await?;
        Ok(Success::ok(
            "가입된 주소라면 비밀번호 재설정 메일을 보냈습니다. 메일함을 확인해 주세요.",
            EmailEcho { email },
        ))
    })
    .await
}

/// `POST /api/auth/password-reset` (R3).
pub async fn reset_password(State(app): State<App>, body: Body<PasswordResetDraft>) -> Answer {
    let draft = body.read()?;
    app.blocking_slow(move |ctx| account::reset_password(ctx, &draft)).await?;
    Ok(Success::ok("비밀번호를 바꿨습니다. 새 비밀번호로 다시 접속해 주세요.", ()))
}

/// Answers at the next multiple of [`HttpSettings::equal_time`](crate::HttpSettings) after the start of the work.
async fn in_equal_time<T>(app: &App, work: impl Future<Output = T>) -> T {
    let (started, grain) = (Instant::now(), app.http().equal_time);
    let done = work.await;
    if !grain.is_zero() {
        let grains = started.elapsed().as_nanos() / grain.as_nanos() + 1;
        sleep_until(started + grain * u32::try_from(grains).unwrap_or(u32::MAX)).await;
    }
    done
}
