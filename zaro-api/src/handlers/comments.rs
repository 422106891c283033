//! Comments (C1 to C8).

use axum::extract::State;
use zaro_core::policy::account::WhileSuspended;
use zaro_core::policy::comment::read_order;
use zaro_core::policy::page::read_size;
use zaro_core::service::comment::{self, CommentDraft};
use zaro_core::types::{CommentId, PostId};

use super::Answer;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::envelope::Success;
use crate::extract::{Body, PAGE_SIZE, Params, Path};
use crate::views::{CommentPage, CommentView};

/// `POST /api/posts/{postId}/comments` (C1 to C4).
pub async fn create(
    State(app): State<App>,
    user: CurrentUser,
    Path(id): Path<i64>,
    params: Params,
    body: Body<CommentDraft>,
) -> Answer<CommentView> {
    user.require_active(WhileSuspended::Refused)?;
    let author = user.id();
    app.blocking(move |ctx| comment::count_try(ctx, author)).await?;
    let draft = body.read()?;
    let size = read_size(params.raw("pageSize"), PAGE_SIZE);
    let (made, page) = app.blocking(move |ctx| comment::create(ctx, author, PostId(id), &draft, size)).await?;
    Ok(Success::created("댓글을 올렸습니다.", CommentView::located(made, page)))
}

/// `GET /api/posts/{postId}/comments` (C5).
pub async fn list(
    State(app): State<App>,
    user: CurrentUser,
    Path(id): Path<i64>,
    params: Params,
) -> Answer<CommentPage> {
    let (paging, order) = (params.paging(), read_order(params.single("sort")?)?);
    let list = app.blocking(move |ctx| comment::list(ctx, user.id(), PostId(id), paging, order)).await?;
    Ok(Success::ok("댓글을 불러왔습니다.", CommentPage::new(list, paging)))
}

/// `PATCH /api/comments/{commentId}` (C6, C7).
pub async fn update(
    State(app): State<App>,
    user: CurrentUser,
    Path(id): Path<i64>,
    body: Body<CommentDraft>,
) -> Answer<CommentView> {
    user.require_active(WhileSuspended::Refused)?;
    let draft = body.read()?;
    let edited = app.blocking(move |ctx| comment::update(ctx, user.id(), CommentId(id), &draft)).await?;
    Ok(Success::ok("댓글을 고쳤습니다.", edited.into()))
}

/// `DELETE /api/comments/{commentId}` (C7).
pub async fn delete(State(app): State<App>, user: CurrentUser, Path(id): Path<i64>) -> Answer {
    user.require_active(WhileSuspended::Allowed)?;
    app.blocking(move |ctx| comment::delete(ctx, user.id(), CommentId(id))).await?;
    Ok(Success::ok("댓글을 삭제했습니다.", ()))
}
