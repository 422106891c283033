//! Services, each against a database of its own.

mod account;
mod comment;
mod counters;
mod demo;
mod favorite;
mod feed;
mod follow;
mod group;
mod image;
mod maintenance;
mod notification;
mod place;
mod post;
mod profile;
mod session;
mod sweep;
