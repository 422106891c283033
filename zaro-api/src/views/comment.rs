//! Comments.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use zaro_core::policy::page::Paging;
use zaro_core::service::comment::{self, CommentList};
use zaro_core::types::{CommentId, Time, UserId};

use super::profile_image;

/// `Comment`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Comment)]
pub struct CommentView {
    id: CommentId,
    content: String,
    user_id: UserId,
    nickname: String,
    profile_image: Option<String>,
    live_alone_date: Option<NaiveDate>,
    created_at: Time,
    updated_at: Time,
    is_edited: bool,
    is_mine: bool,
    mentioned_user: Option<MentionedUser>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    comment_located_page: Option<i64>,
}

/// `MentionedUser`.
#[derive(Debug, Serialize, ToSchema)]
struct MentionedUser {
    id: UserId,
    nickname: String,
}

impl From<comment::CommentView> for CommentView {
    fn from(comment: comment::CommentView) -> Self {
        let author = comment.author;
        Self {
            id: comment.id,
            content: comment.content,
            user_id: author.id,
            profile_image: profile_image(author.profile_image.as_deref()),
            nickname: author.nickname,
            live_alone_date: author.live_alone_date,
            created_at: comment.created_at,
            updated_at: comment.edited_at.unwrap_or(comment.created_at),
            is_edited: comment.edited_at.is_some(),
            is_mine: comment.mine,
            mentioned_user: comment.mentioned.map(|(id, nickname)| MentionedUser { id, nickname }),
            comment_located_page: None,
        }
    }
}

impl CommentView {
    /// A new comment and the page on which it stands (C4).
    pub fn located(comment: comment::CommentView, page: i64) -> Self {
        Self { comment_located_page: Some(page), ..comment.into() }
    }
}

/// `CommentPage`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CommentPage {
    content: Vec<CommentView>,
    total_pages: i64,
    number: u32,
    total_comments: i64,
}

impl CommentPage {
    /// This page of the list.
    pub fn new(list: CommentList, paging: Paging) -> Self {
        Self {
            content: list.comments.into_iter().map(CommentView::from).collect(),
            total_pages: paging.total_pages(list.total),
            number: paging.page,
            total_comments: list.total,
        }
    }
}
