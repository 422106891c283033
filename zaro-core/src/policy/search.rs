//! What is looked for, and how texts are taken apart so that it is found (Q1 to Q4, Q6, Q10).
//!
//! Everything here is pure; the embedded adapter keeps the pieces in its index, and any other adapter may use as much of
//! it as its engine lacks.
//!
//! **How good it is.** `tests/data/search` holds 93 judged searches over written posts; of what their readers want, 96 %
//! is among the first ten (`tests/service/search/quality.rs`, whose snapshot names every miss). What is missed, and why:
//! - another word for the same thing: 나눔 does not find 드려요, nor 누래진 누렇게; there are no synonyms;
//! - a word too many: all must match (Q1), so 보증금은 얼마 finds nothing where nobody wrote 얼마;
//! - one syllable within longer words: 방 finds 옥탑방, but behind everything in which it stands alone;
//! - more than ten titles that begin with 자ㅊ.
//!
//! What is found too much: verbs of one syllable that fall together (see `ending`), and what looks like a particle and is
//! none, until some text hangs a particle on that word (회의를 teaches that 회의 is a word).

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
