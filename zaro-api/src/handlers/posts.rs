//! Posts (P1 to P11).

use axum::extract::State;
use zaro_core::policy::account::WhileSuspended;
use zaro_core::policy::post::list::{ListParams, ListQuery};
use zaro_core::service::post::{self, PostDraft, PostEdit};
use zaro_core::types::PostId;

use super::Answer;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::envelope::{IfNoneMatch, Shared, Success};
use crate::error::Result;
use crate::extract::{Body, Params, Path};
use crate::views::{PostDetail, PostListing};

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

/// `GET /api/posts` (P8, PG1 to PG5).
pub async fn list(State(app): State<App>, params: Params, known: IfNoneMatch) -> Result<Shared<PostListing>> {
    let query = ListQuery::read(&ListParams {
        category: params.text("category")?,
        tag: params.text("tag")?,
        page: params.raw("page"),
        size: params.raw("size"),
        sort: params.single("sort")?,
        cursor: params.text("cursor")?,
    })?;
    let listing = app.blocking(move |ctx| post::list(ctx, &query)).await?;
    Ok(Shared::new(Success::ok("글 목록을 불러왔습니다.", listing.into()), known))
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
