//! Profiles and follows (PF, FO).

use utoipa::ToSchema;
use zaro_core::Code as C;
use zaro_core::policy::account::WhileSuspended;

use crate::openapi::operation::{Operation, delete, get, post, reference};
use crate::openapi::parameter::{id, page, query, size, sort};
use crate::openapi::payload::{Payload, list, nothing, one};
use crate::openapi::value::text;
use crate::views::{FollowUser, UserComment, UserPage, UserPost, UserProfile};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        get("/api/profile/{userId}", "getProfile", "Public profile", "PF1, PF2, H11")
            .with(id("userId", "member id"))
            .ok("Profile", one::<UserProfile>())
            .refuses(&[C::UserNotFound]),
        get("/api/profile/{userId}/posts", "listUserPosts", "Posts written by the member", "PF1, PF3, PG1 to PG4")
            .with(id("userId", "member id"))
            .with(page())
            .with(size())
            .with(sort("createdAt", "default createdAt,desc, for likes the time of the like; PG4"))
            .ok("A page", page_of::<UserPost>())
            .refuses(&[C::InvalidRequest, C::UserNotFound]),
        get("/api/profile/{userId}/likes", "listUserLikes", "Posts the member likes", "PF1, PF3, PG1 to PG4")
            .with(id("userId", "member id"))
            .with(page())
            .with(size())
            .with(sort("createdAt", "default createdAt,desc, for likes the time of the like; PG4"))
            .ok("A page", page_of::<UserPost>())
            .refuses(&[C::InvalidRequest, C::UserNotFound]),
        get(
            "/api/profile/{userId}/comments",
            "listUserComments",
            "Comments written by the member",
            "PF1, PF3, PG1 to PG4",
        )
        .with(id("userId", "member id"))
        .with(page())
        .with(size())
        .with(sort("createdAt", "default createdAt,desc, for likes the time of the like; PG4"))
        .ok("A page", page_of::<UserComment>())
        .refuses(&[C::InvalidRequest, C::UserNotFound]),
        post("/api/profile/{userId}/follow", "follow", "Follow a member", "FO1")
            .with(id("userId", "member id"))
            .writes(WhileSuspended::Refused)
            .ok("Followed", nothing())
            .refuses(&[C::FollowSelfNotAllowed, C::UserNotFound, C::FollowAlreadyExists, C::RateLimited]),
        delete("/api/profile/{userId}/follow", "unfollow", "Unfollow a member", "FO2")
            .with(id("userId", "member id"))
            .writes(WhileSuspended::Allowed)
            .ok("Unfollowed", nothing())
            .refuses(&[C::FollowUnfollowSelfNotAllowed, C::UserNotFound, C::FollowNotExist, C::RateLimited]),
        get("/api/profile/{userId}/followings", "listFollowings", "Members whom this member follows", "FO3")
            .with(id("userId", "member id"))
            .with(query("page", text(), "0-based, 1,000 each (PG1)"))
            .ok("Plain array, newest first", list::<FollowUser>())
            .refuses(&[C::UserNotFound]),
        get("/api/profile/{userId}/followers", "listFollowers", "Members who follow this member", "FO3")
            .with(id("userId", "member id"))
            .with(query("page", text(), "0-based, 1,000 each (PG1)"))
            .ok("Plain array, newest first", list::<FollowUser>())
            .refuses(&[C::UserNotFound]),
    ]
}

/// A page of these, under a name of its own: utoipa gives one to all that a generic view is about.
fn page_of<T: ToSchema>() -> Payload {
    let (mut page, entry) = (one::<UserPage<T>>(), one::<T>());
    let name = format!("{}Page", T::name());
    if let Some(schema) = page.named.remove(UserPage::<T>::name().as_ref()) {
        page.named.insert(name.clone(), schema);
        page.schema = reference(&name);
    }
    page.named.extend(entry.named);
    page
}
