//! What is looked for, and how texts are taken apart so that it is found (Q1 to Q4, Q6, Q10).
//!
//! Everything here is pure; the embedded adapter keeps the pieces in its index, and any other adapter may use as
//! much of it as its engine lacks.

mod ending;
pub mod hangul;
pub mod highlight;
mod particle;
pub mod passage;
pub mod query;
pub mod request;
pub mod suggest;
pub mod text;
pub mod word;

/// Raised with every change of the analysis, of the fields or of their meaning: an index of another version is built
/// anew.
pub const ANALYSIS_VERSION: u32 = 1;
