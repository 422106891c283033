//! Routes, mirroring their paths; all go through the real router.

mod auth;
mod comments;
mod favorite;
mod feed;
mod group;
mod health;
mod image;
mod map;
mod media;
mod notifications;
pub(crate) mod posts;
mod presigned_url;
mod profile;
mod search;
mod users;
