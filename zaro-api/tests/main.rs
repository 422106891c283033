//! The tests of `zaro-api`, in one binary: linking is the dear part.

mod binary;
#[cfg(feature = "faults")]
mod kill;
mod openapi;
mod routes;
mod support;
mod surface;
