//! What was found.

use serde::Serialize;
use utoipa::ToSchema;
use zaro_core::service::search::{self, SearchHit as Hit};
use zaro_core::types::{Category, PostId, Tag, Time};

/// `SearchPage`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SearchPage {
    content: Vec<SearchHit>,
    total_pages: i64,
    number: u32,
    total: i64,
    degraded: bool,
}

/// `SearchHit`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SearchHit {
    post_id: PostId,
    title: String,
    content_preview: String,
    thumbnail_image: Option<String>,
    category: Category,
    tag: Tag,
    like_count: i32,
    comment_count: i32,
    created_at: Time,
    highlight_title: Option<String>,
    highlight_preview: Option<String>,
}

impl From<search::SearchPage> for SearchPage {
    fn from(page: search::SearchPage) -> Self {
        Self {
            content: page.hits.into_iter().map(SearchHit::from).collect(),
            total_pages: page.total_pages,
            number: page.number,
            total: page.total,
            degraded: page.degraded,
        }
    }
}

impl From<Hit> for SearchHit {
    fn from(Hit { post, preview, highlight_title, highlight_preview }: Hit) -> Self {
        Self {
            post_id: post.id,
            title: post.title,
            content_preview: preview,
            thumbnail_image: post.thumbnail_key,
            category: post.category,
            tag: post.tag,
            like_count: post.like_count,
            comment_count: post.comment_count,
            created_at: post.created_at,
            highlight_title,
            highlight_preview,
        }
    }
}

/// `Suggestion`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Suggestion {
    text: String,
    post_id: PostId,
    category: Category,
}

impl From<search::Suggestion> for Suggestion {
    fn from(found: search::Suggestion) -> Self {
        Self { text: found.text, post_id: found.post_id, category: found.category }
    }
}
