//! Reports (RP1 to RP3).

use axum::extract::State;
use zaro_core::policy::account::WhileSuspended;
use zaro_core::service::report::{self, ReportDraft};
use zaro_core::types::{CommentId, PostId, Target};

use super::Answer;
use crate::app::App;
use crate::auth::CurrentUser;
use crate::envelope::Success;
use crate::extract::{Body, Path};
use crate::views::ReportResult;

/// `POST /api/posts/{postId}/report`
pub async fn post(
    State(app): State<App>,
    user: CurrentUser,
    Path(id): Path<i64>,
    body: Body<ReportDraft>,
) -> Answer<ReportResult> {
    create(app, user, Target::Post(PostId(id)), body).await
}

/// `POST /api/comments/{commentId}/report`
pub async fn comment(
    State(app): State<App>,
    user: CurrentUser,
    Path(id): Path<i64>,
    body: Body<ReportDraft>,
) -> Answer<ReportResult> {
    create(app, user, Target::Comment(CommentId(id)), body).await
}

async fn create(app: App, user: CurrentUser, target: Target, body: Body<ReportDraft>) -> Answer<ReportResult> {
    user.require_active(WhileSuspended::Refused)?;
    let reporter = user.id();
    app.blocking(move |ctx| report::count_try(ctx, reporter)).await?;
    let draft = body.read()?;
    let taken = app.blocking(move |ctx| report::create(ctx, reporter, target, &draft)).await?;
    Ok(Success::ok("신고를 접수했습니다.", taken.into()))
}
