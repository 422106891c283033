//! What can be *done*: free functions, one transaction each; network only after commit.

pub mod account;
pub mod actor;
pub(crate) mod author;
pub mod bell;
pub mod comment;
pub mod demo;
pub mod effects;
pub mod image;
pub mod lease;
pub(crate) mod limit;
pub mod mail;
pub mod member;
pub(crate) mod notification;
pub mod password;
pub mod post;
pub mod roster;
pub mod search;
pub mod session;
pub mod sweep;
pub mod token;
pub mod withdrawal;
