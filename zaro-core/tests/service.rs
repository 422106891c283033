//! Services, each against a database of its own.

mod account;
mod comment;
mod demo;
mod image;
mod post;
mod search;
mod sweep;
