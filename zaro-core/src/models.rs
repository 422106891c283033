//! Rows and their queries, one file a table; no decisions.
//!
//! Every query takes a connection and runs inside whatever transaction its caller opened.

pub mod account_token;
pub mod appeal;
pub mod author;
pub mod belongings;
pub mod comment;
pub mod dormancy_notice;
pub mod export;
pub mod favorite;
pub mod favorite_group;
pub mod feed;
pub mod follow;
pub mod image;
pub mod lease;
pub mod mail;
pub mod moderation_log;
pub mod notification;
pub mod place;
pub mod post;
pub mod post_image;
pub mod post_like;
pub mod profile;
pub mod rank_snapshot;
pub mod ranking;
pub mod report;
pub mod report_queue;
pub mod report_target;
pub mod row_state;
pub mod sanction;
pub mod search_outbox;
pub mod session;
pub mod statistics;
pub mod sweep_run;
pub mod user;
pub mod withdrawal;
