//! Swagger UI, and the description that it shows (H1).

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::header::{CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use utoipa_swagger_ui::{Config, serve};
use zaro_core::{Code, Error};

use super::document;
use crate::app::App;
use crate::error::{ApiError, Result};

/// Where the description lies.
const DOCUMENT: &str = "/swagger-ui/openapi.json";

/// Adds the pages of the interface to the router.
pub(crate) fn mount(router: Router<App>, public_url: &str) -> Router<App> {
    let description = Bytes::from(document(public_url).to_string());
    let config = Arc::new(Config::from(DOCUMENT));
    let asset = {
        let config = config.clone();
        async move |Path(file): Path<String>| page(&file, &config)
    };
    let index = async move || page("", &config);
    router
        .route(DOCUMENT, get(async move || ([(CONTENT_TYPE, "application/json")], description)))
        .route("/swagger-ui", get(index.clone()))
        .route("/swagger-ui/", get(index))
        .route("/swagger-ui/{file}", get(asset))
}

/// One file of the interface.
fn page(file: &str, config: &Arc<Config<'static>>) -> Result<Response> {
    let found =
        serve(file, config.clone()).map_err(|error| Error::Internal(format!("a page of Swagger UI: {error}")))?;
    let found = found.ok_or(ApiError::from(Code::RouteNotFound))?;
    let mut bytes = found.bytes.into_owned();
    if file.is_empty() {
        // Its addresses are relative to a folder, and the page is asked for with and without the slash at its end.
        let page = String::from_utf8_lossy(&bytes).replace("href=\"./", "href=\"").replace("src=\"./", "src=\"");
        let page = page.replace("href=\"", "href=\"/swagger-ui/").replace("src=\"", "src=\"/swagger-ui/");
        bytes = page.into_bytes();
    }
    Ok(([(CONTENT_TYPE, found.content_type.as_str()), (X_CONTENT_TYPE_OPTIONS, "nosniff")], bytes).into_response())
}
