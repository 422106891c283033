//! Decisions, and nothing else: pure functions of facts and `now`.
//!
//! Sees the standard library, chrono, serde's derives (for the policy file) and [`crate::types`]; no Diesel, no port,
//! no configuration, no clock.

pub mod account;
pub mod author;
pub mod comment;
pub mod credential;
pub mod cursor;
pub mod field;
pub mod mail;
pub mod notification;
pub mod page;
pub mod post;
pub mod preview;
pub mod retention;
pub mod search;
pub mod token;
pub mod upload;
