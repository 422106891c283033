//! The caller's data as a file (E1 to E3).

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use zaro_core::Error;
use zaro_core::policy::account::WhileSuspended;
use zaro_core::service::export;

use super::Answer;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::envelope::Success;
use crate::error::Result;
use crate::file_body::FileBody;
use crate::views::ExportJob;

/// `POST /api/users/me/export` (E1).
pub async fn request(State(app): State<App>, user: CurrentUser) -> Answer<ExportJob> {
    user.require_active(WhileSuspended::Allowed)?;
    let asked = app.blocking(move |ctx| export::request(ctx, user.id())).await?;
    Ok(Success::accepted("자료를 준비하고 있습니다. 잠시 후 받을 수 있습니다.", asked.into()))
}

/// `GET /api/users/me/export` (E2).
pub async fn latest(State(app): State<App>, user: CurrentUser) -> Answer<ExportJob> {
    let found = app.blocking(move |ctx| export::latest(ctx, user.id())).await?;
    Ok(Success::ok("자료 준비 상태를 불러왔습니다.", found.into()))
}

/// `GET /api/users/me/export/download` (E2).
pub async fn download(State(app): State<App>, user: CurrentUser) -> Result<Response> {
    let found = app.blocking(move |ctx| export::fetch(ctx, user.id())).await?;
    let body = FileBody::new(found.file);
    let body = body.map_err(|error| Error::Unavailable { what: "the export folder", why: error.to_string() })?;
    let name = format!("attachment; filename=\"zaro-export-{}.zip\"", found.date);
    let headers = [(CONTENT_TYPE, "application/zip".to_owned()), (CONTENT_DISPOSITION, name)];
    Ok((headers, Body::new(body)).into_response())
}
