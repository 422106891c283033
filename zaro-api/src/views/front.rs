//! The home page and the popular posts.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use zaro_core::service::post::{Home, PostPreview};
use zaro_core::service::rank;
use zaro_core::types::{Category, PostId};

use super::profile_image;

/// `HomePosts`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HomePosts {
    together: Vec<HomeSimplePost>,
    daily_life: Vec<HomeSimplePost>,
    random_buy: Vec<HomeRandomBuyPost>,
}

impl From<Home> for HomePosts {
    fn from(home: Home) -> Self {
        Self {
            together: home.together.into_iter().map(HomeSimplePost::from).collect(),
            daily_life: home.daily_life.into_iter().map(HomeSimplePost::from).collect(),
            random_buy: home.random_buy.into_iter().map(HomeRandomBuyPost::from).collect(),
        }
    }
}

/// `HomeSimplePost`: exactly these members (P12).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct HomeSimplePost {
    post_id: PostId,
    title: String,
    created_at: NaiveDate,
}

impl From<PostPreview> for HomeSimplePost {
    fn from(PostPreview { post, .. }: PostPreview) -> Self {
        Self { post_id: post.id, title: post.title, created_at: post.created_at.seoul_date() }
    }
}

/// `HomeRandomBuyPost`: `thumbnailImage` is always there (P12).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct HomeRandomBuyPost {
    post_id: PostId,
    title: String,
    content: String,
    thumbnail_image: Option<String>,
    like_count: i32,
    comment_count: i32,
    writer_profile_image: Option<String>,
    writer_nickname: String,
    created_at: NaiveDate,
}

impl From<PostPreview> for HomeRandomBuyPost {
    fn from(PostPreview { post, author }: PostPreview) -> Self {
        Self {
            post_id: post.id,
            title: post.title,
            content: post.preview,
            thumbnail_image: post.thumbnail_key,
            like_count: post.like_count,
            comment_count: post.comment_count,
            writer_profile_image: profile_image(author.profile_image.as_deref()),
            writer_nickname: author.nickname,
            created_at: post.created_at.seoul_date(),
        }
    }
}

/// What `GET /api/posts/rank` answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct RankedPosts {
    posts: Vec<RankedPost>,
}

impl From<Vec<rank::RankedPost>> for RankedPosts {
    fn from(posts: Vec<rank::RankedPost>) -> Self {
        Self { posts: posts.into_iter().map(RankedPost::from).collect() }
    }
}

/// `RankedPost`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RankedPost {
    post_id: PostId,
    title: String,
    like_count: i32,
    comment_count: i32,
    baseline_rank_index: i32,
    current_rank_index: i32,
    rank_change: i32,
    category: Category,
}

impl From<rank::RankedPost> for RankedPost {
    fn from(rank::RankedPost { post, baseline, place }: rank::RankedPost) -> Self {
        Self {
            post_id: post.id,
            title: post.title,
            like_count: post.like_count,
            comment_count: post.comment_count,
            baseline_rank_index: baseline,
            current_rank_index: place,
            rank_change: baseline - place,
            category: post.category,
        }
    }
}
