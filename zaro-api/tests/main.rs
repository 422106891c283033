//! The tests of `zaro-api`, in one binary: linking is the dear part.

mod binary;
mod images;
mod routes;
mod support;
mod surface;
