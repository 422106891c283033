//! What ZARO knows and does: rows, decisions, services; nothing of HTTP and nothing of terminals.
//!
//! The layers, from the bottom up; a test (`tests/layers.rs`) reads the `use` lines and fails on a reversed arrow:
//!
//! - [`types`], [`error`], [`clock`]: values, failures and time, known to everyone.
//! - [`policy`]: decisions only, pure functions of facts and `now`.
//! - [`db`], [`schema`], [`models`]: connections, generated tables, rows and their queries.
//! - [`ports`] and [`adapters`]: the parts outside the database; only [`context`] names an adapter.
//! - [`service`]: what can be done. Every write of the API, the scheduler and the commands goes through here: one
//!   transaction, then whatever needs the network.
//!
//! Everything is synchronous: the database drivers block, the commands need no runtime, and tests need no executor.

pub mod adapters;
pub mod clock;
pub mod config;
pub mod context;
pub mod db;
pub mod error;
pub mod fault;
pub mod models;
pub mod policy;
pub mod ports;
#[expect(missing_docs, reason = "generated")]
pub mod schema;
pub mod secrets;
pub mod service;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod types;

pub use error::{Code, Error, Result};
