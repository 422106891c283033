//! Services, each against a database of its own.

mod account;
mod image;
