//! Notifications, listed and live (N4 to N10).

use axum::Extension;
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName};
use axum::response::{IntoResponse as _, Response};
use zaro_core::policy::account::WhileSuspended;
use zaro_core::service::notification;
use zaro_core::types::NotificationId;

use super::Answer;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::envelope::Success;
use crate::error::Result;
use crate::extract::{Params, Path};
use crate::listener::Peer;
use crate::sse;
use crate::views::NotificationView;

const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// `GET /api/notifications` (N4, N10).
pub async fn list(State(app): State<App>, user: CurrentUser) -> Answer<Vec<NotificationView>> {
    let token = user.token().to_owned();
    let list = app.blocking(move |ctx| {
        notification::refuse_cut(ctx, &token)?;
        notification::list(ctx, user.id())
    });
    Ok(Success::ok("알림을 불러왔습니다.", list.await?.into_iter().map(NotificationView::from).collect()))
}

/// `PATCH /api/notifications/{notificationId}` (N5).
pub async fn read(State(app): State<App>, user: CurrentUser, Path(id): Path<i64>) -> Answer {
    user.require_active(WhileSuspended::Allowed)?;
    app.blocking(move |ctx| notification::mark_read(ctx, user.id(), NotificationId(id))).await?;
    Ok(Success::ok("알림을 읽음으로 표시했습니다.", ()))
}

/// `PATCH /api/notifications/bulk` (N5).
pub async fn read_all(State(app): State<App>, user: CurrentUser) -> Answer {
    user.require_active(WhileSuspended::Allowed)?;
    app.blocking(move |ctx| notification::mark_all_read(ctx, user.id())).await?;
    Ok(Success::ok("모든 알림을 읽음으로 표시했습니다.", ()))
}

/// `GET /api/notifications/subscribe` (N6 to N9).
pub async fn subscribe(
    State(app): State<App>,
    user: CurrentUser,
    peer: Option<Extension<ConnectInfo<Peer>>>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response> {
    // N7: a value that cannot be read is none.
    let header = headers.get(LAST_EVENT_ID).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let last = header.or_else(|| params.raw("lastEventId")?.trim().parse().ok());
    let connection = peer.map(|Extension(ConnectInfo(peer))| peer.switch);
    let stream = sse::open(&app, &user, connection, last.map(NotificationId)).await?;
    let headers = [
        (CONTENT_TYPE, "text/event-stream;charset=UTF-8"),
        (CACHE_CONTROL, "no-cache"),
        // Else the proxy in front would wait for a full buffer.
        (X_ACCEL_BUFFERING, "no"),
    ];
    Ok((headers, Body::new(stream)).into_response())
}
