//! Tables over the whole surface.

mod bodies;
mod codes;
mod cors;
mod crowd;
mod ended;
mod error_table;
mod errors;
mod extractors;
mod foreign;
mod maintenance;
mod order;
mod private;
mod states;
mod unauthorized;
