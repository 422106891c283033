//! Profiles and follows.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use zaro_core::models::post::Preview;
use zaro_core::policy::page::Paging;
use zaro_core::service::follow::FollowEntry;
use zaro_core::service::profile::{self, PageOf, Profile};
use zaro_core::types::{Category, Mbti, PostId, Tag, Time, UserId};

use super::profile_image;

/// `UserProfile`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserProfile {
    user_id: UserId,
    nickname: String,
    profile_image: Option<String>,
    live_alone_date: Option<NaiveDate>,
    #[schema(value_type = Option<Mbti>)]
    mbti: Option<String>,
    post_count: i64,
    following_count: i32,
    follower_count: i32,
    is_mine: bool,
    is_following: bool,
}

impl From<Profile> for UserProfile {
    fn from(Profile { member, posts, mine, followed_by_viewer }: Profile) -> Self {
        Self {
            user_id: member.id,
            profile_image: profile_image(member.profile_image.as_deref()),
            nickname: member.nickname,
            live_alone_date: member.live_alone_date,
            mbti: member.mbti,
            post_count: posts,
            following_count: member.following_count,
            follower_count: member.follower_count,
            is_mine: mine,
            is_following: followed_by_viewer,
        }
    }
}

/// `UserPostPage`, `UserCommentPage`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserPage<T> {
    content: Vec<T>,
    total_pages: i64,
    number: u32,
}

impl<T> UserPage<T> {
    /// This page of the list.
    pub fn new<E: Into<T>>(page: PageOf<E>, paging: Paging) -> Self {
        Self {
            content: page.entries.into_iter().map(Into::into).collect(),
            total_pages: paging.total_pages(page.total),
            number: paging.page,
        }
    }
}

/// `UserPost`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserPost {
    post_id: PostId,
    title: String,
    content: String,
    category: Category,
    tag: Tag,
    thumbnail_image: Option<String>,
    like_count: i32,
    comment_count: i32,
    created_at: Time,
}

impl From<Preview> for UserPost {
    fn from(post: Preview) -> Self {
        Self {
            post_id: post.id,
            title: post.title,
            content: post.preview,
            category: post.category,
            tag: post.tag,
            thumbnail_image: post.thumbnail_key,
            like_count: post.like_count,
            comment_count: post.comment_count,
            created_at: post.created_at,
        }
    }
}

/// `UserComment`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserComment {
    post_id: PostId,
    title: String,
    category: Category,
    tag: Tag,
    like_count: i32,
    comment_count: i32,
    comment_content: String,
    comment_created_at: Time,
}

impl From<profile::UserComment> for UserComment {
    fn from(comment: profile::UserComment) -> Self {
        Self {
            post_id: comment.post_id,
            title: comment.title,
            category: comment.category,
            tag: comment.tag,
            like_count: comment.like_count,
            comment_count: comment.comment_count,
            comment_content: comment.content,
            comment_created_at: comment.created_at,
        }
    }
}

/// `FollowUser`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FollowUser {
    user_id: UserId,
    user_name: String,
    profile_image: Option<String>,
    following: bool,
}

impl From<FollowEntry> for FollowUser {
    fn from(entry: FollowEntry) -> Self {
        Self {
            user_id: entry.id,
            user_name: entry.nickname,
            profile_image: profile_image(entry.profile_image.as_deref()),
            following: entry.followed_by_viewer,
        }
    }
}
