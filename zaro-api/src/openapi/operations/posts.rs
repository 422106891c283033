//! Posts (P1 to P14).

use serde_json::{Value, json};
use zaro_core::Code as C;
use zaro_core::policy::account::WhileSuspended;
use zaro_core::types::{Category, Tag};

use crate::openapi::operation::{Operation, delete, get, patch, post};
use crate::openapi::parameter::{id, page, query, size, sort};
use crate::openapi::payload::{either, nothing, one};
use crate::openapi::value::{fields, filled, optional_text, text, word};
use crate::views::{HomePosts, PostCursorPage, PostDetail, PostPage, RankedPosts};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        post("/api/posts", "createPost", "Write a post", "P1 to P6")
            .takes("PostCreateRequest", new_post())
            .writes(WhileSuspended::Refused)
            .ok("Written (status 200)", one::<PostDetail>())
            .refuses(&[
                C::TitleRequired,
                C::TitleTooLong,
                C::ContentRequired,
                C::ContentTooLong,
                C::InvalidCategory,
                C::InvalidTag,
                C::InvalidTagForCategory,
                C::ThumbnailNotInImageList,
                C::ImageRequiredForRandomBuy,
                C::RateLimited,
            ]),
        get("/api/posts", "listPosts", "Posts of a board, newest first", "P8, P9, PG1 to PG5, F6")
            .with(query("category", word(boards().chain([""])), "blank = all boards"))
            .with(query("tag", word(tags().chain([""])), "one of that board; blank = all"))
            .with(page())
            .with(query("size", text(), "default 10, with category=RANDOM_BUY 12; PG1 tells how odd values are read"))
            .with(sort("(createdAt|likeCount|commentCount|score)", "default createdAt,desc; PG4"))
            .with(query("cursor", text(), "nextCursor of an earlier answer; page is then ignored (PG5)"))
            .ok("A page", either::<PostPage, PostCursorPage>())
            .refuses(&[C::InvalidRequest, C::InvalidCategory, C::InvalidTag, C::InvalidTagForCategory]),
        get("/api/posts/{postId}", "getPost", "One post", "P7")
            .with(id("postId", "post id"))
            .ok("Post", one::<PostDetail>())
            .refuses(&[C::PostNotFound]),
        patch("/api/posts/{postId}", "updatePost", "Edit one's own post", "P10, P2 to P5")
            .with(id("postId", "post id"))
            .takes("PostUpdateRequest", edited_post())
            .writes(WhileSuspended::Refused)
            .ok("Changed", nothing())
            .refuses(&[
                C::TitleRequired,
                C::TitleTooLong,
                C::ContentRequired,
                C::ContentTooLong,
                C::InvalidTag,
                C::InvalidTagForCategory,
                C::ThumbnailNotInImageList,
                C::ImageRequiredForRandomBuy,
                C::InvalidPostOwner,
                C::PostNotFound,
            ]),
        delete("/api/posts/{postId}", "deletePost", "Delete one's own post", "P11")
            .with(id("postId", "post id"))
            .writes(WhileSuspended::Allowed)
            .ok("Deleted", nothing())
            .refuses(&[C::InvalidPostOwner, C::PostNotFound]),
        get("/api/posts/home", "homePosts", "Five newest posts of each board", "P12, H17, F12")
            .ok("Three lists", one::<HomePosts>()),
        get("/api/posts/rank", "rankedPosts", "Popular posts of the week", "RK1 to RK5")
            .ok("Best first, at most five", one::<RankedPosts>()),
        get("/api/feed", "feed", "Posts by members whom the caller follows", "P13, PG5")
            .with(query("cursor", text(), "nextCursor of an earlier answer"))
            .with(size())
            .ok("Newest first", one::<PostCursorPage>())
            .refuses(&[C::InvalidRequest]),
    ]
}

fn boards() -> impl Iterator<Item = &'static str> {
    Category::ALL.iter().map(|board| board.as_str())
}

fn tags() -> impl Iterator<Item = &'static str> {
    Tag::ALL.iter().map(|tag| tag.as_str())
}

fn images() -> Value {
    json!({
        "type": ["array", "null"],
        "maxItems": 50,
        "items": text(),
        "description": "keys images/post/<uuid>.<ext> found in the Markdown; absent or null = none (P4)",
    })
}

fn new_post() -> Value {
    let members = json!({
        "title": filled(255),
        "content": filled(65_535),
        "category": word(boards()),
        "tag": word(tags()),
        "postImageList": images(),
        "thumbnailImage": optional_text(),
    });
    fields(&["title", "content", "category", "tag"], members)
}

/// The board of a post never changes.
fn edited_post() -> Value {
    let members = json!({
        "title": filled(255),
        "content": filled(65_535),
        "tag": word(tags()),
        "postImageList": images(),
        "thumbnailImage": optional_text(),
    });
    fields(&["title", "content", "tag"], members)
}
