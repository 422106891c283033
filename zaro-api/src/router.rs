//! Every route, one line each: method, path, what it asks of its caller (`x-auth` of the contract), handler.

use std::convert::Infallible;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodFilter, MethodRouter, on};
use zaro_core::Code;

use crate::app::App;
use crate::error::ApiError;
use crate::extract::BODY_MAX;
use crate::handlers::{auth, comments, health, images, posts, search, users};
use crate::middleware;

/// What an operation asks of its caller (H11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auth {
    /// The header is not looked at.
    None,
    /// A good access token.
    Required,
    /// A good access token, or nothing that could be refreshed into one.
    Optional,
    /// A refresh token (T3).
    Refresh,
    /// Whatever there is (T8).
    Lenient,
    /// A signed address (I5).
    Signature,
}

/// Routes that exist only while images are stored locally (H1).
const LOCAL_STORE: &str = "/media/";

/// All operations of the public listener.
#[rustfmt::skip]
pub fn routes() -> Vec<Route> {
    use Auth::{Lenient, None, Refresh, Required, Signature};
    vec![
        post  ("/api/auth/signup",                  None,     auth::sign_up),
        post  ("/api/auth/signin",                  None,     auth::sign_in),
        post  ("/api/auth/signin/kakao",            None,     auth::sign_in_kakao),
        post  ("/api/auth/refresh",                 Refresh,  auth::refresh),
        post  ("/api/auth/signout",                 Lenient,  auth::sign_out),
        get   ("/api/auth/email/verify",            None,     auth::verify_email),
        post  ("/api/auth/email/resend",            None,     auth::resend_verification),
        post  ("/api/auth/email/password",          None,     auth::request_password_reset),
        post  ("/api/auth/password-reset",          None,     auth::reset_password),

        get   ("/api/users/my",                     Required, users::me),
        delete("/api/users/me",                     Required, users::withdraw),
        patch ("/api/users/me/nickname",            Required, users::change_nickname),
        patch ("/api/users/me/profile",             Required, users::change_profile),
        patch ("/api/users/me/password",            Required, users::change_password),
        patch ("/api/users/me/profileImage",        Required, images::change_profile_image),
        get   ("/api/users/me/sessions",            Required, users::sessions),
        delete("/api/users/me/sessions",            Required, users::revoke_other_sessions),
        delete("/api/users/me/sessions/{sessionId}", Required, users::revoke_session),

        post  ("/api/posts",                        Required, posts::create),
        get   ("/api/posts",                        None,     posts::list),
        get   ("/api/posts/{postId}",               Required, posts::detail),
        patch ("/api/posts/{postId}",               Required, posts::update),
        delete("/api/posts/{postId}",               Required, posts::delete),
        post  ("/api/posts/{postId}/comments",      Required, comments::create),
        get   ("/api/posts/{postId}/comments",      Required, comments::list),
        patch ("/api/comments/{commentId}",         Required, comments::update),
        delete("/api/comments/{commentId}",         Required, comments::delete),

        get   ("/api/search/es",                    None,     search::search),
        get   ("/api/search",                       None,     search::search),
        get   ("/api/search/suggest",               None,     search::suggest),

        get   ("/api/presigned-url",                Required, images::presign),
        delete("/api/image",                        Required, images::delete),
        get   ("/media/images/{kind}/{file}",       None,     images::serve),
        put   ("/media/images/{kind}/{file}",       Signature, images::receive),

        get   ("/health",                           None,     health::health),
        get   ("/health/db",                        None,     health::database),
        get   ("/livez",                            None,     health::alive),
        get   ("/readyz",                           None,     health::ready),
    ]
}

/// The service of the public listener.
pub fn build_router(app: App) -> Router {
    let mut router = Router::new();
    for route in routes() {
        if route.path.starts_with(LOCAL_STORE) && app.ctx.media.is_none() {
            continue;
        }
        router = router.route(route.path, route.handler);
    }
    router
        .fallback(async || ApiError::from(Code::RouteNotFound))
        .method_not_allowed_fallback(async || ApiError::from(Code::MethodNotAllowed))
        // The last one is the outermost.
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(from_fn_with_state(app.clone(), middleware::guard))
        .layer(from_fn_with_state(app.clone(), middleware::cors))
        .layer(from_fn(middleware::trace))
        .with_state(app)
}

/// One operation.
#[derive(Debug)]
pub struct Route {
    /// Method.
    pub method: Method,
    /// Path, with its values in braces.
    pub path: &'static str,
    /// What it asks of its caller.
    pub auth: Auth,
    handler: MethodRouter<App, Infallible>,
}

fn get<H: Handler<T, App>, T: 'static>(path: &'static str, auth: Auth, handler: H) -> Route {
    Route { method: Method::GET, path, auth, handler: on(MethodFilter::GET, handler) }
}

fn post<H: Handler<T, App>, T: 'static>(path: &'static str, auth: Auth, handler: H) -> Route {
    Route { method: Method::POST, path, auth, handler: on(MethodFilter::POST, handler) }
}

fn put<H: Handler<T, App>, T: 'static>(path: &'static str, auth: Auth, handler: H) -> Route {
    Route { method: Method::PUT, path, auth, handler: on(MethodFilter::PUT, handler) }
}

fn patch<H: Handler<T, App>, T: 'static>(path: &'static str, auth: Auth, handler: H) -> Route {
    Route { method: Method::PATCH, path, auth, handler: on(MethodFilter::PATCH, handler) }
}

fn delete<H: Handler<T, App>, T: 'static>(path: &'static str, auth: Auth, handler: H) -> Route {
    Route { method: Method::DELETE, path, auth, handler: on(MethodFilter::DELETE, handler) }
}
