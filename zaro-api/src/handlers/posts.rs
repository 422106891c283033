//! Posts (P1 to P11).

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use zaro_core::context::Context;
use zaro_core::policy::account::WhileSuspended;
use zaro_core::policy::post::list::{ListParams, ListQuery};
use zaro_core::service::post::{self, PostDraft, PostEdit};
use zaro_core::service::rank;
use zaro_core::types::PostId;

use super::Answer;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::envelope::{IfNoneMatch, Shared, Success};
use crate::error::Result;
use crate::extract::{Body, Params, Path};
use crate::hot::Page;
use crate::views::{HomePosts, PostDetail, PostListing, RankedPosts};

/// `POST /api/posts` (P2 to P6).
pub async fn create(State(app): State<App>, user: CurrentUser, body: Body<PostDraft>) -> Answer<PostDetail> {
    user.require_active(WhileSuspended::Refused)?;
    let author = user.id();
    app.blocking(move |ctx| post::count_try(ctx, author)).await?;
    let draft = body.read()?;
    // It may ask a store on another machine (I4).
    let made = app.blocking_slow(move |ctx| post::create(ctx, author, &draft)).await?;
    Ok(Success::ok("글을 올렸습니다.", made.into()))
}

/// `GET /api/posts/home` (P12).
pub async fn home(State(app): State<App>, known: IfNoneMatch) -> Result<Response> {
    let build = |ctx: &Context| Ok(Success::ok("새 글을 불러왔습니다.", HomePosts::from(post::home(ctx)?)));
    Ok(app.hot(Page::Home, build).await?.answer(&known))
}

/// `GET /api/posts/rank` (RK1 to RK5).
pub async fn rank(State(app): State<App>, known: IfNoneMatch) -> Result<Response> {
    let build = |ctx: &Context| Ok(Success::ok("인기 글을 불러왔습니다.", RankedPosts::from(rank::popular(ctx)?)));
    Ok(app.hot(Page::Rank, build).await?.answer(&known))
}

/// `GET /api/posts` (P8, PG1 to PG5).
pub async fn list(State(app): State<App>, params: Params, known: IfNoneMatch) -> Result<Response> {
    let query = ListQuery::read(&ListParams {
        category: params.text("category")?,
        tag: params.text("tag")?,
        page: params.raw("page"),
        size: params.raw("size"),
        sort: params.single("sort")?,
        cursor: params.text("cursor")?,
    })?;
    let build =
        move |ctx: &Context| Ok(Success::ok("글 목록을 불러왔습니다.", PostListing::from(post::list(ctx, &query)?)));
    if let Some(page) = query.front_page() {
        return Ok(app.hot(Page::Board(query.category, query.tag, page), build).await?.answer(&known));
    }
    Ok(Shared::new(app.blocking(build).await?, known).into_response())
}

/// `GET /api/posts/{postId}` (P7).
pub async fn detail(State(app): State<App>, user: CurrentUser, Path(id): Path<i64>) -> Answer<PostDetail> {
    let found = app.blocking(move |ctx| post::detail(ctx, user.id(), PostId(id))).await?;
    Ok(Success::ok("글을 불러왔습니다.", found.into()))
}

/// `PATCH /api/posts/{postId}` (P10).
pub async fn update(State(app): State<App>, user: CurrentUser, Path(id): Path<i64>, body: Body<PostEdit>) -> Answer {
    user.require_active(WhileSuspended::Refused)?;
    let edit = body.read()?;
    app.blocking_slow(move |ctx| post::update(ctx, user.id(), PostId(id), &edit)).await?;
    Ok(Success::ok("글을 고쳤습니다.", ()))
}

/// `DELETE /api/posts/{postId}` (P11).
pub async fn delete(State(app): State<App>, user: CurrentUser, Path(id): Path<i64>) -> Answer {
    user.require_active(WhileSuspended::Allowed)?;
    app.blocking(move |ctx| post::delete(ctx, user.id(), PostId(id))).await?;
    Ok(Success::ok("글을 삭제했습니다.", ()))
}
