//! What somebody typed into the search field (Q1).

use super::particle::is_particle;
use super::text::{Run, Script, compose, runs};
use super::word::Word;
use crate::error::Code;
use crate::types::cut;

/// Q1: how much of a keyword is looked at, in characters.
pub const KEYWORD_MAX: usize = 100;
/// Q5: how many hits are counted, and can be paged through.
pub const HITS_MAX: u32 = 10_000;
/// Q4: shortest Latin term that may be misspelt.
const TOLERANT_FROM: usize = 4;
/// Q4: from which length two edits are forgiven.
const VERY_TOLERANT_FROM: usize = 8;
/// Shortest word of another script whose beginning finds longer words.
const PREFIX_FROM: usize = 2;

/// A part of what is looked for; all parts must match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A word of Hangul, Han or Kana.
    Cjk(Word),
    /// A word of another script, or a number.
    Other(String),
}

/// A keyword, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyword {
    /// As typed: ends cut, at most [`KEYWORD_MAX`] characters.
    pub text: String,
    /// Its parts, each once; none when it holds nothing but signs.
    pub parts: Vec<Part>,
}

impl Keyword {
    /// Reads a keyword as it was sent.
    ///
    /// # Errors
    /// `SEARCH_KEYWORD_REQUIRED` when it is missing or blank.
    pub fn read(sent: Option<&str>) -> Result<Self, Code> {
        let text = cut(sent.unwrap_or_default().trim(), KEYWORD_MAX);
        if text.is_empty() { Err(Code::SearchKeywordRequired) } else { Ok(Self::of(text)) }
    }

    fn of(text: String) -> Self {
        let mut parts: Vec<Part> = Vec::new();
        let mut before: Option<Script> = None;
        for run in runs(&compose(&text)) {
            // `wifi`가: a particle on a word of another script is no word.
            let hung =
                run.joined && before == Some(Script::Other) && run.script == Script::Cjk && is_particle(&run.chars);
            before = Some(run.script);
            let part = Part::of(&run);
            if !hung && !parts.contains(&part) {
                parts.push(part);
            }
        }
        Self { text, parts }
    }

    /// The pieces between blanks, as typed: what a plain substring search looks for (Q11).
    pub fn terms(&self) -> impl Iterator<Item = &str> {
        self.text.split_whitespace()
    }
}

impl Part {
    fn of(run: &Run) -> Self {
        match run.script {
            Script::Cjk => Self::Cjk(Word::of(&run.chars)),
            Script::Other => Self::Other(run.text()),
        }
    }
}

/// Q4: how many letters of a term may be wrong.
pub fn tolerance(term: &str) -> u8 {
    let letters = term.chars().count();
    let latin = term.chars().all(|c| c.is_alphabetic() && (c.is_ascii() || matches!(c, '\u{c0}'..='\u{24f}')));
    match letters {
        _ if !latin => 0,
        VERY_TOLERANT_FROM.. => 2,
        TOLERANT_FROM.. => 1,
        _ => 0,
    }
}

/// Q2: whether the beginning of a longer word is a match.
pub fn matches_as_prefix(term: &str) -> bool {
    term.chars().count() >= PREFIX_FROM && term.chars().any(char::is_alphabetic)
}

/// Edits that turn one word into another, two letters that change places counted once; gives up above `most`.
pub fn edits(a: &[char], b: &[char], most: u8) -> Option<u8> {
    let most = usize::from(most);
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut least = (above[j] + usize::from(x != y)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().filter(|edits| *edits <= most).and_then(|edits| u8::try_from(edits).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<String> {
        let keyword = Keyword::read(Some(text)).expect("a keyword");
        let text = |part: Part| match part {
            Part::Cjk(word) => word.full,
            Part::Other(text) => text,
        };
        keyword.parts.into_iter().map(text).collect()
    }

    #[test]
    fn q1_a_keyword_is_cut_and_taken_apart() {
        assert_eq!(parts("  자취방\t구하기 자취방 "), ["자취방", "구하기"]);
        assert_eq!(parts("LG전자 wifi가 3층에서"), ["lg", "전자", "wifi", "3", "층에서"]);
        assert_eq!(parts("가"), ["가"], "a particle that stands alone is a word");
        assert_eq!(parts("👍 !!"), Vec::<String>::new());
        let long = Keyword::read(Some(&"가 ".repeat(200))).expect("a keyword");
        assert_eq!(long.text.chars().count(), KEYWORD_MAX);
        for blank in [None, Some(""), Some(" \n\u{3000}")] {
            assert_eq!(Keyword::read(blank), Err(Code::SearchKeywordRequired));
        }
    }

    #[test]
    fn q4_only_latin_words_may_be_misspelt() {
        for (term, expected) in [
            ("ikea", 1),
            ("lg", 0),
            ("air", 0),
            ("airfryer", 2),
            ("ps5pro", 0),
            ("2024", 0),
            ("자취방이다", 0),
            ("café", 1),
        ] {
            assert_eq!(tolerance(term), expected, "{term}");
        }
    }

    #[test]
    fn q4_edits_are_counted() {
        let count =
            |a: &str, b: &str, most| edits(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>(), most);
        for (a, b, expected) in [
            ("ikea", "ikea", Some(0)),
            ("ikae", "ikea", Some(1)),
            ("ikeaa", "ikea", Some(1)),
            ("kea", "ikea", Some(1)),
            ("netfilx", "netflix", Some(1)),
            ("ab", "ba", Some(1)),
            ("abcd", "dcba", None),
        ] {
            assert_eq!(count(a, b, 2), expected, "{a} {b}");
        }
        assert_eq!(count("aikeo", "ikea", 1), None);
    }

    #[test]
    fn q2_beginnings_of_words() {
        assert!(matches_as_prefix("air") && matches_as_prefix("ps5") && matches_as_prefix("lg"));
        assert!(!matches_as_prefix("a") && !matches_as_prefix("10"));
    }
}
