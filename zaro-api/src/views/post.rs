//! Posts.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use zaro_core::service::post::{Listing, PostPreview as Entry, PostView};
use zaro_core::types::{Category, PostId, Tag, Time, UserId};

use super::profile_image;

/// `PostDetail`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PostDetail {
    post_id: PostId,
    title: String,
    content: String,
    thumbnail_image: Option<String>,
    category: Category,
    tag: Tag,
    like_count: i32,
    comment_count: i32,
    post_image_list: Vec<String>,
    created_at: Time,
    user: PostAuthor,
}

/// `PostAuthor`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PostAuthor {
    user_id: UserId,
    nickname: String,
    profile_image: Option<String>,
    live_alone_date: Option<NaiveDate>,
    following: bool,
}

impl From<PostView> for PostDetail {
    fn from(PostView { post, images, author, following }: PostView) -> Self {
        Self {
            post_id: post.id,
            title: post.title,
            content: post.content,
            thumbnail_image: post.thumbnail_key,
            category: post.category,
            tag: post.tag,
            like_count: post.like_count,
            comment_count: post.comment_count,
            post_image_list: images,
            created_at: post.created_at,
            user: PostAuthor {
                user_id: author.id,
                profile_image: profile_image(author.profile_image.as_deref()),
                nickname: author.nickname,
                live_alone_date: author.live_alone_date,
                following,
            },
        }
    }
}

/// `PostPreview`: members that would be null are left out (P8).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PostPreview {
    post_id: PostId,
    title: String,
    content: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    thumbnail_image: Option<String>,
    category: Category,
    tag: Tag,
    like_count: i32,
    comment_count: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    writer_profile_image: Option<String>,
    writer_nickname: String,
    created_at: Time,
}

impl From<Entry> for PostPreview {
    fn from(Entry { post, author }: Entry) -> Self {
        Self {
            post_id: post.id,
            title: post.title,
            content: post.preview,
            thumbnail_image: post.thumbnail_key,
            category: post.category,
            tag: post.tag,
            like_count: post.like_count,
            comment_count: post.comment_count,
            writer_profile_image: profile_image(author.profile_image.as_deref()),
            writer_nickname: author.nickname,
            created_at: post.created_at,
        }
    }
}

/// `PostPage`, or `PostCursorPage` when a cursor was sent.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum PostListing {
    /// By number.
    Page(PostPage),
    /// By cursor.
    Cursor(PostCursorPage),
}

/// `PostPage`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PostPage {
    content: Vec<PostPreview>,
    total_pages: i64,
    number: u32,
    next_cursor: Option<String>,
}

/// `PostCursorPage`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PostCursorPage {
    content: Vec<PostPreview>,
    next_cursor: Option<String>,
}

impl From<Listing> for PostListing {
    fn from(Listing { posts, page, next_cursor }: Listing) -> Self {
        let content = posts.into_iter().map(PostPreview::from).collect();
        match page {
            Some((number, total_pages)) => Self::Page(PostPage { content, total_pages, number, next_cursor }),
            None => Self::Cursor(PostCursorPage { content, next_cursor }),
        }
    }
}
