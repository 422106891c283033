//! The REST daemon: HTTP in front of the services of `zaro-core`.
//!
//! A request goes `router` → `middleware` → `handlers/<resource>` → one closure on [`App::blocking`] that calls a
//! service, and comes back through `envelope`. Handlers translate; they decide nothing.

pub mod app;
pub mod auth;
pub mod background;
pub mod client;
pub mod envelope;
pub mod error;
pub mod extract;
pub mod handlers;
pub mod middleware;
pub mod router;
pub mod startup;
pub mod telemetry;
pub mod views;

pub use app::{App, HttpSettings};
pub use router::build_router;
