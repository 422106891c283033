//! Services, each against a database of its own.

mod account;
mod comment;
mod post;
mod sweep;
