//! Likes (LK1 to LK3).

use axum::extract::State;
use zaro_core::policy::account::WhileSuspended;
use zaro_core::service::like;
use zaro_core::types::PostId;

use super::Answer;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::envelope::Success;
use crate::extract::Path;

/// `POST /api/posts/{postId}/like`
pub async fn create(State(app): State<App>, user: CurrentUser, Path(id): Path<i64>) -> Answer {
    user.require_active(WhileSuspended::Refused)?;
    let liked = move |ctx: &_| {
        like::count_try(ctx, user.id())?;
        like::like(ctx, user.id(), PostId(id))
    };
    app.blocking(liked).await?;
    Ok(Success::ok("좋아요를 눌렀습니다.", ()))
}

/// `DELETE /api/posts/{postId}/like`
pub async fn delete(State(app): State<App>, user: CurrentUser, Path(id): Path<i64>) -> Answer {
    user.require_active(WhileSuspended::Allowed)?;
    let taken_back = move |ctx: &_| {
        like::count_try(ctx, user.id())?;
        like::unlike(ctx, user.id(), PostId(id))
    };
    app.blocking(taken_back).await?;
    Ok(Success::ok("좋아요를 취소했습니다.", ()))
}

/// `GET /api/posts/{postId}/like`
pub async fn status(State(app): State<App>, user: CurrentUser, Path(id): Path<i64>) -> Answer<bool> {
    let likes = app.blocking(move |ctx| like::status(ctx, user.id(), PostId(id))).await?;
    Ok(Success::ok("좋아요 여부를 불러왔습니다.", likes))
}
