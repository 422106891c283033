//! Posts.

use chrono::NaiveDate;
use serde::Serialize;
use zaro_core::service::post::{Listing, PostPreview as Entry, PostView};
use zaro_core::types::{Category, PostId, Tag, Time, UserId};

use super::profile_image;

/// `PostDetail`.
#[derive(Debug, Serialize)]
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
#[derive(Debug, Serialize)]
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
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PostPreview {
    post_id: PostId,
    title: String,
    content: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail_image: Option<String>,
    category: Category,
    tag: Tag,
    like_count: i32,
    comment_count: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
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
#[serde(rename_all = "camelCase")]
pub struct PostListing {
    content: Vec<PostPreview>,
    #[serde(flatten)]
    page: Option<PageNumbers>,
    next_cursor: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PageNumbers {
    total_pages: i64,
    number: u32,
}

impl From<Listing> for PostListing {
    fn from(listing: Listing) -> Self {
        Self {
            content: listing.posts.into_iter().map(PostPreview::from).collect(),
            page: listing.page.map(|(number, total_pages)| PageNumbers { total_pages, number }),
            next_cursor: listing.next_cursor,
        }
    }
}
