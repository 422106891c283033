//! The tests of `zaro-api`, in one binary: linking is the dear part.

mod images;
