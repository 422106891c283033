//! The tests of `zaro-api`, in one binary: linking is the dear part.

mod binary;
#[cfg(feature = "faults")]
mod kill;
mod listener;
mod openapi;
mod operator;
mod routes;
mod sse;
mod support;
mod surface;
