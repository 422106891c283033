//! Services, each against a database of its own.

mod account;
mod comment;
mod demo;
mod image;
mod maintenance;
mod notification;
mod post;
mod session;
mod sweep;
