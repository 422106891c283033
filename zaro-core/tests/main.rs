//! The tests of `zaro-core`, in one binary: linking is the dear part.

mod schema_parity;
mod service;
