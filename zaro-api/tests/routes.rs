//! Routes, mirroring their paths; all go through the real router.

mod auth;
mod comments;
mod health;
mod posts;
mod users;
