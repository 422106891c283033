//! Routes, mirroring their paths; all go through the real router.

mod auth;
mod health;
mod image;
mod media;
mod presigned_url;
mod users;
