//! Decisions, and nothing else: pure functions of facts and `now`.
//!
//! Sees the standard library, chrono, serde's derives (for the policy file) and [`crate::types`]; no Diesel, no port,
//! no configuration, no clock.

pub mod account;
pub mod author;
pub mod comment;
pub mod credential;
pub mod cursor;
pub mod export;
pub mod favorite;
pub mod feed;
pub mod field;
pub mod follow;
pub mod forecast;
pub mod group;
pub mod mail;
pub mod moderation_log;
pub mod notification;
pub mod page;
pub mod place;
pub mod post;
pub mod preview;
pub mod profile;
pub mod ranking;
pub mod report;
pub mod retention;
pub mod sanction;
pub mod search;
pub mod token;
pub mod upload;
