//! Tables over the whole surface.

mod bodies;
mod cors;
mod error_table;
mod errors;
mod extractors;
mod order;
mod private;
mod unauthorized;
