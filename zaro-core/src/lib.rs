//! ZARO's core.

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
