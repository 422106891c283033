//! Profiles, who follows whom, and the feed (PF1 to PF3, FO1 to FO3, P13).

use axum::extract::State;
use zaro_core::policy::account::WhileSuspended;
use zaro_core::policy::feed::FeedQuery;
use zaro_core::policy::follow::read_page;
use zaro_core::policy::profile::read_order;
use zaro_core::service::follow::Side;
use zaro_core::service::{feed as feeds, follow as follows, profile};
use zaro_core::types::UserId;

use super::Answer;
use crate::app::App;
use crate::auth::{CurrentUser, MaybeUser};
use crate::envelope::Success;
use crate::extract::{Params, Path};
use crate::views::{FollowUser, PostListing, UserComment, UserPage, UserPost, UserProfile};

/// `GET /api/profile/{userId}` (PF1, PF2).
pub async fn find(State(app): State<App>, viewer: MaybeUser, Path(id): Path<i64>) -> Answer<UserProfile> {
    let found = app.blocking(move |ctx| profile::find(ctx, viewer.id(), UserId(id))).await?;
    Ok(Success::ok("프로필을 불러왔습니다.", found.into()))
}

/// `GET /api/profile/{userId}/posts` (PF3).
pub async fn posts(
    State(app): State<App>,
    _: CurrentUser,
    Path(id): Path<i64>,
    params: Params,
) -> Answer<UserPage<UserPost>> {
    let (paging, order) = (params.paging(), read_order(params.single("sort")?)?);
    let page = app.blocking(move |ctx| profile::posts(ctx, UserId(id), paging, order)).await?;
    Ok(Success::ok("작성한 글을 불러왔습니다.", UserPage::new(page, paging)))
}

/// `GET /api/profile/{userId}/likes` (PF3).
pub async fn likes(
    State(app): State<App>,
    _: CurrentUser,
    Path(id): Path<i64>,
    params: Params,
) -> Answer<UserPage<UserPost>> {
    let (paging, order) = (params.paging(), read_order(params.single("sort")?)?);
    let page = app.blocking(move |ctx| profile::likes(ctx, UserId(id), paging, order)).await?;
    Ok(Success::ok("좋아요를 누른 글을 불러왔습니다.", UserPage::new(page, paging)))
}

/// `GET /api/profile/{userId}/comments` (PF3).
pub async fn comments(
    State(app): State<App>,
    _: CurrentUser,
    Path(id): Path<i64>,
    params: Params,
) -> Answer<UserPage<UserComment>> {
    let (paging, order) = (params.paging(), read_order(params.single("sort")?)?);
    let page = app.blocking(move |ctx| profile::comments(ctx, UserId(id), paging, order)).await?;
    Ok(Success::ok("작성한 댓글을 불러왔습니다.", UserPage::new(page, paging)))
}

/// `POST /api/profile/{userId}/follow` (FO1).
pub async fn follow(State(app): State<App>, user: CurrentUser, Path(id): Path<i64>) -> Answer {
    user.require_active(WhileSuspended::Refused)?;
    app.blocking(move |ctx| {
        follows::count_try(ctx, user.id())?;
        follows::follow(ctx, user.id(), UserId(id))
    })
    .await?;
    Ok(Success::ok("팔로우했습니다.", ()))
}

/// `DELETE /api/profile/{userId}/follow` (FO2).
pub async fn unfollow(State(app): State<App>, user: CurrentUser, Path(id): Path<i64>) -> Answer {
    user.require_active(WhileSuspended::Allowed)?;
    app.blocking(move |ctx| {
        follows::count_try(ctx, user.id())?;
        follows::unfollow(ctx, user.id(), UserId(id))
    })
    .await?;
    Ok(Success::ok("팔로우를 취소했습니다.", ()))
}

/// `GET /api/profile/{userId}/followings` (FO3).
pub async fn followings(
    State(app): State<App>,
    user: CurrentUser,
    Path(id): Path<i64>,
    params: Params,
) -> Answer<Vec<FollowUser>> {
    list(&app, &user, UserId(id), Side::Followings, &params).await
}

/// `GET /api/profile/{userId}/followers` (FO3).
pub async fn followers(
    State(app): State<App>,
    user: CurrentUser,
    Path(id): Path<i64>,
    params: Params,
) -> Answer<Vec<FollowUser>> {
    list(&app, &user, UserId(id), Side::Followers, &params).await
}

async fn list(app: &App, user: &CurrentUser, owner: UserId, side: Side, params: &Params) -> Answer<Vec<FollowUser>> {
    let (viewer, part) = (user.id(), read_page(params.raw("page")));
    let entries = app.blocking(move |ctx| follows::list(ctx, viewer, owner, side, part)).await?;
    Ok(Success::ok("팔로우 목록을 불러왔습니다.", entries.into_iter().map(FollowUser::from).collect()))
}

/// `GET /api/feed` (P13, PG5).
pub async fn feed(State(app): State<App>, user: CurrentUser, params: Params) -> Answer<PostListing> {
    let query = FeedQuery::read(user.id(), params.text("cursor")?, params.raw("size"))?;
    let listing = app.blocking(move |ctx| feeds::read(ctx, user.id(), query)).await?;
    Ok(Success::ok("팔로우한 회원의 글을 불러왔습니다.", listing.into()))
}
