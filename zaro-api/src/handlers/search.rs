//! Searching (Q1 to Q12).

use axum::extract::State;
use zaro_core::policy::search::request::{SearchParams, SearchRequest};
use zaro_core::service::search;
use zaro_core::service::visitor::{self, Reading};

use super::Answer;
use crate::app::App;
use crate::client::ClientAddress;
use crate::envelope::Success;
use crate::extract::Params;
use crate::views::{SearchPage, Suggestion};

/// `GET /api/search/es` and `GET /api/search` (Q1 to Q7, Q11, Q12).
pub async fn search(State(app): State<App>, ClientAddress(from): ClientAddress, params: Params) -> Answer<SearchPage> {
    let request = SearchRequest::read(&SearchParams {
        keyword: params.text("keyword")?,
        category: params.text("category")?,
        tag: params.text("tag")?,
        page: params.raw("page"),
        size: params.raw("size").or_else(|| params.raw("pageSize")),
    })?;
    let page = app.blocking(move |ctx| {
        visitor::count(ctx, Reading::Searches, from)?;
        search::search(ctx, &request)
    });
    Ok(Success::ok("검색 결과를 불러왔습니다.", page.await?.into()))
}

/// `GET /api/search/suggest` (Q10).
pub async fn suggest(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    params: Params,
) -> Answer<Vec<Suggestion>> {
    let typed = params.text("q")?.unwrap_or_default().to_owned();
    let suggestions = app.blocking(move |ctx| {
        visitor::count(ctx, Reading::Suggestions, from)?;
        search::suggest(ctx, &typed)
    });
    Ok(Success::ok("검색어를 추천합니다.", suggestions.await?.into_iter().map(Suggestion::from).collect()))
}
