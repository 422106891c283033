//! The tests of `zaro-core`, in one binary: linking is the dear part.

mod layers;
mod policy_matrix;
mod schema_parity;
mod service;
