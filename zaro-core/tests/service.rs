//! Services, each against a database of its own.

mod account;
mod comment;
mod demo;
mod export;
mod image;
mod post;
mod sanction;
mod sweep;
