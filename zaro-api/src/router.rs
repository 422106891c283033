//! Every route, one line each: method, path, what it asks of its caller (`x-auth` of the contract), handler.

use std::convert::Infallible;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};
use zaro_core::Code;

use crate::app::App;
use crate::error::ApiError;
use crate::extract::BODY_MAX;
use crate::handlers::{
    auth, comments, exports, favorites, groups, health, images, likes, map, notifications, posts, profile, reports,
    sanctions, search, users,
};
use crate::{hot, maintenance, middleware, openapi};

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
    use Auth::{Lenient, None, Optional, Refresh, Required, Signature};
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
        post  ("/api/users/me/export",              Required, exports::request),
        get   ("/api/users/me/export",              Required, exports::latest),
        get   ("/api/users/me/export/download",     Required, exports::download),
        get   ("/api/users/me/sanctions",           Required, sanctions::list),
        post  ("/api/users/me/appeals",             Required, sanctions::appeal),
        get   ("/api/users/me/appeals",             Required, sanctions::appeals),

        post  ("/api/posts",                        Required, posts::create),
        get   ("/api/posts",                        None,     posts::list),
        get   ("/api/posts/home",                   None,     posts::home),
        get   ("/api/posts/rank",                   None,     posts::rank),
        get   ("/api/posts/{postId}",               Required, posts::detail),
        patch ("/api/posts/{postId}",               Required, posts::update),
        delete("/api/posts/{postId}",               Required, posts::delete),
        post  ("/api/posts/{postId}/comments",      Required, comments::create),
        get   ("/api/posts/{postId}/comments",      Required, comments::list),
        patch ("/api/comments/{commentId}",         Required, comments::update),
        delete("/api/comments/{commentId}",         Required, comments::delete),
        post  ("/api/posts/{postId}/like",          Required, likes::create),
        delete("/api/posts/{postId}/like",          Required, likes::delete),
        get   ("/api/posts/{postId}/like",          Required, likes::status),
        post  ("/api/posts/{postId}/report",        Required, reports::post),
        post  ("/api/comments/{commentId}/report",  Required, reports::comment),

        get   ("/api/feed",                         Required, profile::feed),
        get   ("/api/profile/{userId}",             Optional, profile::find),
        get   ("/api/profile/{userId}/posts",       Required, profile::posts),
        get   ("/api/profile/{userId}/likes",       Required, profile::likes),
        get   ("/api/profile/{userId}/comments",    Required, profile::comments),
        post  ("/api/profile/{userId}/follow",      Required, profile::follow),
        delete("/api/profile/{userId}/follow",      Required, profile::unfollow),
        get   ("/api/profile/{userId}/followings",  Required, profile::followings),
        get   ("/api/profile/{userId}/followers",   Required, profile::followers),

        get   ("/api/group/user/{userId}/group",    Optional, groups::of_member),
        get   ("/api/group",                        Required, groups::mine),
        post  ("/api/group",                        Required, groups::create),
        patch ("/api/group/{groupId}",              Required, groups::update),
        delete("/api/group/{groupId}",              Required, groups::delete),
        post  ("/api/favorite/groups/{groupId}/favorites", Required, favorites::add),
        get   ("/api/favorite/check",               Required, favorites::check),
        get   ("/api/favorite/{groupId}/items",     Optional, favorites::items),
        patch ("/api/favorite/{favoriteId}",        Required, favorites::set_memo),
        delete("/api/favorite/{favoriteId}",        Required, favorites::delete),
        get   ("/api/map/place",                    None,     map::list),
        get   ("/api/map/place/{placeId}",          Required, map::detail),

        get   ("/api/notifications",                Required, notifications::list),
        patch ("/api/notifications/bulk",           Required, notifications::read_all),
        get   ("/api/notifications/subscribe",      Required, notifications::subscribe),
        patch ("/api/notifications/{notificationId}", Required, notifications::read),

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
        let handler = if maintenance::is_write(&route.method, route.path, route.auth) {
            route.handler.route_layer(from_fn_with_state(app.clone(), maintenance::gate))
        } else {
            route.handler
        };
        router = router.route(route.path, handler);
    }
    if app.http().swagger_ui {
        router = openapi::mount(router, &app.ctx.public_url);
    }
    router
        .fallback(async || ApiError::from(Code::RouteNotFound))
        .method_not_allowed_fallback(async || ApiError::from(Code::MethodNotAllowed))
        // The last one is the outermost.
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(from_fn_with_state(app.clone(), hot::forget_after_writes))
        .layer(from_fn_with_state(app.clone(), middleware::guard))
        .layer(from_fn_with_state(app.clone(), middleware::cors))
        .layer(from_fn_with_state(app.clone(), middleware::trace))
        .with_state(app)
}

/// The service of the operator listener (H1).
pub fn build_operator_router(app: App) -> Router {
    Router::new()
        .route("/metrics", on(MethodFilter::GET, health::metrics))
        .route("/livez", on(MethodFilter::GET, health::alive))
        .route("/readyz", on(MethodFilter::GET, health::ready))
        .fallback(async || ApiError::from(Code::RouteNotFound))
        .method_not_allowed_fallback(async || ApiError::from(Code::MethodNotAllowed))
        .layer(from_fn_with_state(app.clone(), middleware::guard))
        .layer(from_fn_with_state(app.clone(), middleware::trace))
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
