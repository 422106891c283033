//! The tests of `zaro-core`, in one binary: linking is the dear part.

mod contracts;
mod layers;
mod mails;
mod policy_matrix;
mod schema_parity;
mod service;
