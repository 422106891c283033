//! Services, each against a database of its own.

mod account;
mod comment;
mod demo;
mod image;
mod notification;
mod post;
mod session;
mod sweep;
