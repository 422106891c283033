//! Who calls (H11, H12).

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use zaro_core::Code;
use zaro_core::policy::account::{WhileSuspended, may_write};
use zaro_core::service::session::{Authentication, CurrentCaller, authenticate};
use zaro_core::types::{Time, UserId};

use crate::app::App;
use crate::error::{ApiError, Result};

/// The caller of an operation that requires one; without a good access token the request ends with 401.
#[derive(Clone, Debug)]
pub struct CurrentUser {
    caller: CurrentCaller,
    now: Time,
}

impl CurrentUser {
    /// The member.
    pub const fn id(&self) -> UserId {
        self.caller.user_id
    }

    /// The session of the token.
    pub fn session(&self) -> &str {
        &self.caller.session
    }

    /// What tells the token from every other (T1).
    pub fn token(&self) -> &str {
        &self.caller.token
    }

    /// When the token ends.
    pub const fn token_ends_at(&self) -> Time {
        self.caller.token_ends_at
    }

    /// When the request was looked at.
    pub const fn seen_at(&self) -> Time {
        self.now
    }

    /// H12: refuses a caller whose state does not let them write.
    ///
    /// Called before the body is read, because 403 comes before 400 (H6); the service looks again inside its
    /// transaction, because a state can change in between.
    pub fn require_active(&self, rule: WhileSuspended) -> Result<()> {
        Ok(may_write(self.caller.status, self.caller.suspended_until, rule, self.now)?)
    }
}

/// The caller of an operation that works without one.
#[derive(Clone, Debug)]
pub struct MaybeUser(pub Option<CurrentUser>);

impl MaybeUser {
    /// The member, if one is known.
    pub fn id(&self) -> Option<UserId> {
        self.0.as_ref().map(CurrentUser::id)
    }
}

impl FromRequestParts<App> for CurrentUser {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        match look(&parts.headers, app).await? {
            (Authentication::Good(caller), now) => Ok(Self { caller, now }),
            _ => Err(Code::AuthRequired.into()),
        }
    }
}

impl FromRequestParts<App> for MaybeUser {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        match look(&parts.headers, app).await? {
            (Authentication::Good(caller), now) => Ok(Self(Some(CurrentUser { caller, now }))),
            // The client refreshes and asks again as itself, instead of being taken for a stranger.
            (Authentication::Refreshable, _) => Err(Code::AuthRequired.into()),
            (Authentication::None, _) => Ok(Self(None)),
        }
    }
}

/// What the request's access token is worth; without one nothing is asked.
async fn look(headers: &HeaderMap, app: &App) -> Result<(Authentication, Time)> {
    let now = app.ctx.now();
    let Some((Scheme::Bearer, token)) = credentials(headers) else { return Ok((Authentication::None, now)) };
    Ok((app.blocking(move |ctx| authenticate(ctx, &token)).await?, now))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Bearer,
    Bare,
}

/// What `Authorization` holds, without the word `Bearer` in whatever case.
fn credentials(headers: &HeaderMap) -> Option<(Scheme, String)> {
    let text = headers.get(AUTHORIZATION)?.to_str().ok()?.trim();
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
            Some((Scheme::Bearer, token.trim_start().to_owned()))
        }
        _ => Some((Scheme::Bare, text.to_owned())),
    }
}

/// T3, T8: a token with or without `Bearer ` before it.
#[derive(Clone, Debug)]
pub struct LenientToken(pub Option<String>);

impl<S: Sync> FromRequestParts<S> for LenientToken {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, Self::Rejection> {
        Ok(Self(credentials(&parts.headers).map(|(_, token)| token)))
    }
}
