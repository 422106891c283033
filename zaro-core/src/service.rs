//! What can be *done*: free functions, one transaction each; network only after commit.

pub mod account;
pub mod actor;
pub mod bell;
pub mod image;
pub mod mail;
pub mod member;
pub mod password;
pub mod session;
pub mod token;
pub mod withdrawal;
