//! Likes (LK1 to LK3).

use zaro_core::Code as C;
use zaro_core::policy::account::WhileSuspended;

use crate::openapi::operation::{Operation, delete, get, post};
use crate::openapi::parameter::id;
use crate::openapi::payload::{nothing, one};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        post("/api/posts/{postId}/like", "likePost", "Like a post", "LK1 to LK3")
            .with(id("postId", "post id"))
            .writes(WhileSuspended::Refused)
            .ok("Liked", nothing())
            .refuses(&[C::AlreadyLiked, C::PostNotFound, C::RateLimited]),
        delete("/api/posts/{postId}/like", "unlikePost", "Take a like back", "LK1 to LK3")
            .with(id("postId", "post id"))
            .writes(WhileSuspended::Allowed)
            .ok("Taken back", nothing())
            .refuses(&[C::LikeNotPost, C::PostNotFound, C::RateLimited]),
        get("/api/posts/{postId}/like", "getLikeStatus", "Does the caller like the post", "LK1")
            .with(id("postId", "post id"))
            .ok("A plain boolean", one::<bool>())
            .refuses(&[C::PostNotFound]),
    ]
}
