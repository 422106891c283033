//! Who calls (H11, H12).

mod recent;

use axum::extract::{FromRequestParts, MatchedPath};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use zaro_core::Code;
use zaro_core::policy::account::{WhileSuspended, may_write};
use zaro_core::service::session::{Authentication, CurrentCaller, authenticate};
use zaro_core::types::{Time, UserId};

pub(crate) use self::recent::Recent;
use crate::app::App;
use crate::error::{ApiError, Result};
use crate::maintenance::WRITING_GETS;

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

    /// From when on the token is not good any more.
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
        match look(parts, app).await? {
            (Authentication::Good(caller), now) => Ok(Self { caller, now }),
            _ => Err(Code::AuthRequired.into()),
        }
    }
}

impl FromRequestParts<App> for MaybeUser {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        match look(parts, app).await? {
            (Authentication::Good(caller), now) => Ok(Self(Some(CurrentUser { caller, now }))),
            // The client refreshes and asks again as itself, instead of being taken for a stranger.
            (Authentication::Refreshable, _) => Err(Code::AuthRequired.into()),
            (Authentication::None, _) => Ok(Self(None)),
        }
    }
}

/// What the request's access token is worth; without one nothing is asked.
async fn look(parts: &Parts, app: &App) -> Result<(Authentication, Time)> {
    let now = app.ctx.now();
    let Some((Scheme::Bearer, token)) = credentials(&parts.headers) else { return Ok((Authentication::None, now)) };
    let (recent, fresh_for) = (app.recent(), app.http().auth_fresh);
    if only_reads(parts)
        && let Some(caller) = recent.find(&token, fresh_for, now)
    {
        return Ok((Authentication::Good(caller), now));
    }
    let before = recent.before();
    let (looked, token) = app.blocking(move |ctx| Ok((authenticate(ctx, &token)?, token))).await?;
    if let Authentication::Good(caller) = &looked {
        recent.note(before, token, caller, fresh_for);
    }
    Ok((looked, now))
}

/// Whether the request changes nothing.
fn only_reads(parts: &Parts) -> bool {
    let path = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    parts.method.is_safe() && !WRITING_GETS.contains(&path)
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
