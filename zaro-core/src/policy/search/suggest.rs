//! What was typed so far, as a pattern for the beginnings of words (Q10).
//!
//! A keyboard builds syllables letter by letter, so the last one typed may not be the one that is meant: ㅊ and 추 are on
//! the way to 취, and 박 on the way to 바구. Consonants that stand alone mean any syllable that begins with them.

use std::ops::RangeInclusive;

use super::hangul::{Syllable, cluster, coda, coda_number, initial, initial_number};
use super::text::{Run, compose, runs};
use crate::types::cut;

/// Q10: most suggestions.
pub const SUGGESTIONS_MAX: usize = 10;
/// How much of what was typed is looked at, in characters.
const TYPED_MAX: usize = 30;
/// How much of a word, and of a title without its blanks, is kept for suggestions, in characters.
const KEPT: usize = 12;
/// How many initial consonants of it are.
const INITIALS: usize = 6;
/// Stands before a title without its blanks, among the words.
pub const TITLE_MARK: char = '^';

/// What stands at one place: any character of these ranges.
pub type Place = Vec<RangeInclusive<char>>;

/// What the beginning of a word must be: one of a few sequences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// As typed.
    literal: Vec<char>,
    /// All ways to read it.
    ways: Vec<Vec<Place>>,
}

/// What was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// A pattern for each word.
    pub words: Vec<Pattern>,
    /// A pattern for all of it, without blanks.
    pub joined: Pattern,
}

/// How well a title fits what was typed; the last is the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// Each word is the beginning of one, when unfinished syllables and lone consonants are filled in.
    LooseWord,
    /// The same, at the beginning of the title.
    LooseTitle,
    /// Each word is the beginning of one, letter by letter.
    Word,
    /// The title begins with it, letter by letter.
    Title,
}

impl Typed {
    /// Reads what was typed; nothing when there is nothing to look for.
    pub fn read(typed: &str) -> Option<Self> {
        let typed = cut(&compose(typed.trim()), TYPED_MAX);
        let words = words(&typed);
        let joined = Pattern::of(&words.concat());
        let (_, start) = words.split_last()?;
        // Only the last word is still being written.
        let mut patterns: Vec<Pattern> = start.iter().map(|word| Pattern::finished(word)).collect();
        patterns.extend(words.last().map(|word| Pattern::of(word)));
        Some(Self { words: patterns, joined })
    }

    /// How well a title fits, or that it does not.
    pub fn fit(&self, title: &str) -> Option<Fit> {
        let title = compose(title);
        let (spaced, all) = (words(&title), entries(&title));
        let whole = spaced.concat();
        if whole.starts_with(&self.joined.literal) {
            return Some(Fit::Title);
        }
        let every = |fits: &dyn Fn(&Pattern, &[char]) -> bool| {
            self.words.iter().all(|pattern| all.iter().any(|word| fits(pattern, word)))
        };
        if every(&|pattern, word| word.starts_with(&pattern.literal)) {
            return Some(Fit::Word);
        }
        if self.joined.begins(&whole) {
            return Some(Fit::LooseTitle);
        }
        every(&Pattern::begins).then_some(Fit::LooseWord)
    }
}

impl Pattern {
    /// The pattern of a word that is still being written.
    fn of(word: &[char]) -> Self {
        let keys = keys(word);
        let Some((&last, start)) = keys.split_last() else { return Self { literal: Vec::new(), ways: Vec::new() } };
        let start: Vec<Place> = start.iter().map(|c| finished(*c)).collect();
        let ways = endings(last).into_iter().map(|end| start.iter().cloned().chain(end).collect()).collect();
        Self { literal: word.to_vec(), ways }
    }

    /// How the index is asked for words that begin letter by letter as typed; nothing when no word can.
    pub fn literally(&self) -> Option<Vec<Place>> {
        let can = self.literal.iter().all(|c| initial_number(*c).is_none() && cluster(*c).is_none());
        can.then(|| self.literal.iter().take(KEPT).map(|c| vec![*c..=*c]).collect())
    }

    /// How it is asked for everything that fits, and perhaps more: only so much of a word is kept.
    pub fn loosely(&self) -> Vec<Vec<Place>> {
        self.ways.iter().map(|way| way.iter().take(KEPT).cloned().collect()).collect()
    }

    /// The consonants, when nothing else was typed.
    pub fn initials(&self) -> Option<String> {
        let keys = keys(&self.literal);
        keys.iter().all(|c| initial_number(*c).is_some()).then(|| keys.iter().take(INITIALS).collect())
    }

    /// The pattern of a word that another one follows.
    fn finished(word: &[char]) -> Self {
        Self { literal: word.to_vec(), ways: vec![keys(word).into_iter().map(finished).collect()] }
    }

    /// Whether a word begins like this.
    fn begins(&self, word: &[char]) -> bool {
        self.ways.iter().any(|way| {
            way.len() <= word.len()
                && way.iter().zip(word).all(|(place, c)| place.iter().any(|range| range.contains(c)))
        })
    }
}

/// What a title is found by: each of its words, and all of it without blanks.
pub fn keys_of_title(title: &str) -> Vec<String> {
    beginnings(title, KEPT, |c| c)
}

/// The same by initial consonants alone.
pub fn initials_of_title(title: &str) -> Vec<String> {
    beginnings(title, INITIALS, |c| initial(c).unwrap_or(c))
}

fn beginnings(title: &str, most: usize, letter: impl Fn(char) -> char) -> Vec<String> {
    let title = compose(title);
    let beginning = |word: &[char]| word.iter().take(most).map(|c| letter(*c)).collect::<String>();
    let mut keys: Vec<String> = entries(&title).iter().map(|word| beginning(word)).collect();
    let whole = beginning(&words(&title).concat());
    if !whole.is_empty() {
        keys.push(format!("{TITLE_MARK}{whole}"));
    }
    keys.sort();
    keys.dedup();
    keys
}

/// The words between blanks, without signs.
fn words(text: &str) -> Vec<Vec<char>> {
    let folded = |word: &str| runs(word).into_iter().flat_map(|run| run.chars).collect::<Vec<_>>();
    text.split_whitespace().map(folded).filter(|word| !word.is_empty()).collect()
}

/// The same, and the words within them that signs or a change of script set off.
fn entries(text: &str) -> Vec<Vec<char>> {
    let mut all = words(text);
    all.extend(runs(text).into_iter().map(|Run { chars, .. }| chars));
    all
}

/// Clusters that a keyboard makes of two consonants typed in a row, taken apart again.
fn keys(word: &[char]) -> Vec<char> {
    word.iter().flat_map(|c| cluster(*c).map_or_else(|| vec![*c], |(first, second)| vec![first, second])).collect()
}

/// A syllable that is complete, or any that begins with a consonant.
fn finished(c: char) -> Place {
    initial_number(c).map_or_else(|| vec![c..=c], |initial| vec![syllables_from(initial), c..=c])
}

fn syllables_from(initial: u32) -> RangeInclusive<char> {
    let first = Syllable { initial, vowel: 0, coda: 0 };
    let last = Syllable { initial, vowel: 20, coda: 27 };
    first.char()..=last.char()
}

/// All ways in which what is meant by the last character can go on.
fn endings(c: char) -> Vec<Vec<Place>> {
    let Some(syllable) = Syllable::of(c) else { return vec![vec![finished(c)]] };
    if syllable.coda == 0 {
        // Any end may follow, and the vowel may be the first half of a double one: ㅗ → ㅘ, ㅙ, ㅚ.
        let last = match syllable.vowel {
            8 => 11,
            13 => 16,
            18 => 19,
            vowel => vowel,
        };
        return vec![vec![vec![c..=syllable.with_vowel(last).with_coda(27).char()]]];
    }
    // The end may become a double one, or move on to begin the next syllable.
    let mut same: Place = vec![c..=c];
    let mut ways = Vec::new();
    if let Some(consonant) = coda(syllable.coda) {
        let doubles =
            (1..=27).filter(|number| coda(*number).and_then(cluster).is_some_and(|(first, _)| first == consonant));
        same.extend(doubles.map(|number| syllable.with_coda(number).char()).map(|c| c..=c));
        let (kept, moved) = match cluster(consonant) {
            Some((first, second)) => (coda_number(first).unwrap_or(0), second),
            None => (0, consonant),
        };
        if let Some(initial) = initial_number(moved) {
            let open = syllable.with_coda(kept).char();
            ways.push(vec![vec![open..=open], vec![syllables_from(initial)]]);
        }
    }
    ways.insert(0, vec![same]);
    ways
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(typed: &str, title: &str) -> Option<Fit> {
        Typed::read(typed).and_then(|typed| typed.fit(title))
    }

    #[test]
    fn q10_while_a_syllable_is_unfinished() {
        for typed in ["ㅈ", "자", "자ㅊ", "자추", "자취", "자췹", "자취ㅂ", "자취바", "자취방"] {
            assert!(fit(typed, "자취방 구하기").is_some(), "{typed}");
        }
        for (typed, title) in [("박", "바구니"), ("닭", "달걀"), ("오", "왕십리"), ("안", "않는"), ("갑", "값")]
        {
            assert!(fit(typed, title).is_some(), "{typed} {title}");
        }
        for (typed, title) in
            [("달ㄱ", "닭가슴살"), ("자치", "자취방"), ("자차", "자취방"), ("취방", "자취방"), ("방자", "자취방")]
        {
            assert_eq!(fit(typed, title), None, "{typed} {title}");
        }
    }

    #[test]
    fn q10_by_initial_consonants_and_mixed() {
        for typed in ["ㅈㅊㅂ", "ㅈㅊ방", "자ㅊㅂ", "자ㅊ방", "ㅈ취ㅂ", "ㅈㅊㅂㄱㅎㄱ", "ㅈㅊㅂ ㄱㅎ", "ㅊㄱㅎ"]
        {
            assert_eq!(fit(typed, "자취방 구하기").is_some(), typed != "ㅊㄱㅎ", "{typed}");
        }
        assert!(fit("ㄳ", "가스비").is_some(), "a keyboard joins ㄱ and ㅅ");
        assert!(fit("ㅄ", "방세").is_some());
    }

    #[test]
    fn q10_the_best_fit_of_a_title() {
        for (typed, title, expected) in [
            ("자취방", "자취방 구하기", Fit::Title),
            ("자취방구", "자취방 구하기", Fit::Title),
            ("자취방 구", "자취방 구하기", Fit::Title),
            ("구하", "자취방 구하기", Fit::Word),
            ("구하 자취", "자취방 구하기", Fit::Word),
            ("ㅈㅊ", "자취방 구하기", Fit::LooseTitle),
            ("ㄱㅎ", "자취방 구하기", Fit::LooseWord),
            ("나눔", "[나눔] 전자레인지", Fit::Title),
            ("전자", "LG전자 세탁기", Fit::Word),
            ("lg", "LG전자 세탁기", Fit::Title),
            ("AIR", "새 Air-fryer", Fit::Word),
        ] {
            assert_eq!(fit(typed, title), Some(expected), "{typed} {title}");
        }
        assert!(Typed::read(" !? ").is_none() && Typed::read("").is_none());
    }

    #[test]
    fn q10_a_title_is_kept_by_its_words() {
        assert_eq!(keys_of_title("[나눔] LG전자 TV"), ["^나눔lg전자tv", "lg", "lg전자", "tv", "나눔", "전자"]);
        assert_eq!(initials_of_title("[나눔] LG전자 TV"), ["^ㄴㄴlgㅈㅈ", "lg", "lgㅈㅈ", "tv", "ㄴㄴ", "ㅈㅈ"]);
        assert_eq!(keys_of_title("!!"), Vec::<String>::new());
    }
}
