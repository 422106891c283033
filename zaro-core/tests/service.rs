//! Services, each against a database of its own.

mod account;
mod comment;
mod image;
mod post;
mod sweep;
