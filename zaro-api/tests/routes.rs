//! Routes, mirroring their paths; all go through the real router.

mod auth;
mod comments;
mod health;
mod image;
mod media;
mod posts;
mod presigned_url;
mod search;
mod users;
