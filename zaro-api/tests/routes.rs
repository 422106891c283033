//! Routes, mirroring their paths; all go through the real router.

mod auth;
mod health;
mod users;
