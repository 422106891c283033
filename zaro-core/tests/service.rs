//! Services, each against a database of its own.

mod account;
mod comment;
mod counters;
mod crowd;
mod demo;
mod export;
mod favorite;
mod feed;
mod follow;
mod group;
mod image;
mod like;
mod maintenance;
mod moderation;
mod notification;
mod place;
mod plans;
mod post;
mod profile;
mod rank;
mod report;
mod sanction;
mod search;
mod session;
mod sweep;
mod visibility;
