//! A word as it stands in a text, and all it may be found by.

use super::ending::verb;
use super::hangul::is_syllable;
use super::particle;
use super::text::{Run, Script};

/// Longest word that is kept as a whole; a longer one is found by its parts.
const WORD_MAX: usize = 20;
/// Stands behind the keys of verbs, so that the stem of 사다 is not the noun 사.
const VERB_MARK: char = '~';

/// A word of a CJK run, with its stems. What is no Hangul has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Word {
    /// The word as written, folded.
    pub full: String,
    /// Without its last particle.
    pub once: Option<String>,
    /// Without all particles, where that is something else.
    pub root: Option<String>,
    /// The noun in a verb: 청소 of 청소했어요.
    pub act: Option<String>,
    /// Keys of the verb it may be a form of.
    pub verbs: Vec<String>,
}

impl Word {
    /// Takes a run apart; very long ones keep no stems.
    pub fn of(run: &[char]) -> Self {
        let text = |length: usize| run.iter().take(length).collect::<String>();
        let full = text(run.len());
        if !has_stems(run) {
            return Self { full, ..Self::default() };
        }
        let lengths = particle::strip(run);
        let verb = verb(run);
        Self {
            full,
            once: lengths.first().map(|length| text(*length)),
            root: lengths.last().filter(|_| lengths.len() > 1).map(|length| text(*length)),
            act: verb.noun,
            verbs: verb.keys.into_iter().map(|key| format!("{key}{VERB_MARK}")).collect(),
        }
    }

    /// Everything the word is kept under, each once.
    pub fn keys(self) -> Vec<String> {
        let long = self.full.chars().count() > WORD_MAX;
        let mut keys: Vec<String> = Vec::with_capacity(4);
        let nouns = [(!long).then_some(self.full), self.once, self.root, self.act];
        for key in nouns.into_iter().flatten().chain(self.verbs) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys
    }
}

/// Whether a word is taken further apart.
fn has_stems(run: &[char]) -> bool {
    (2..=WORD_MAX).contains(&run.len()) && run.iter().all(|c| is_syllable(*c))
}

/// The keys of all words of a text: words as written, their stems, and words of other scripts.
pub fn keys(runs: &[Run]) -> impl Iterator<Item = String> {
    runs.iter().flat_map(|run| match run.script {
        Script::Other => vec![run.text()],
        Script::Cjk => Word::of(&run.chars).keys(),
    })
}

/// Nouns that some text hangs a particle on: whoever looks for such a word means it as it stands, however much its own
/// end looks like a particle (고양이).
pub fn nouns(runs: &[Run]) -> impl Iterator<Item = String> {
    let words = runs.iter().filter(|run| run.script == Script::Cjk && has_stems(&run.chars));
    words.filter_map(|run| {
        let length = particle::strip(&run.chars).first().copied().filter(|length| *length >= 2)?;
        Some(run.chars.iter().take(length).collect())
    })
}

/// Overlapping pairs of CJK characters, each with its place; between two words one place stays free, so that no chain of
/// pairs goes on from one word into the next.
pub fn pairs(runs: &[Run]) -> impl Iterator<Item = (usize, String)> {
    let mut start = 0;
    runs.iter().filter(|run| run.script == Script::Cjk).flat_map(move |run| {
        let first = start;
        start += run.chars.len();
        run.chars.windows(2).enumerate().map(move |(at, pair)| (first + at, pair.iter().collect::<String>()))
    })
}

/// Single CJK characters, each once.
pub fn singles(runs: &[Run]) -> Vec<String> {
    let cjk = runs.iter().filter(|run| run.script == Script::Cjk);
    let mut all: Vec<char> = cjk.flat_map(|run| run.chars.iter().copied()).collect();
    all.sort_unstable();
    all.dedup();
    all.into_iter().map(String::from).collect()
}

#[cfg(test)]
mod tests {
    use super::super::text::runs;
    use super::*;

    fn word(text: &str) -> Word {
        Word::of(&text.chars().collect::<Vec<_>>())
    }

    #[test]
    fn q2_a_word_is_kept_under_its_stems() {
        assert_eq!(word("자취방에서는").keys(), ["자취방에서는", "자취방에서", "자취방", "자취방에스~"]);
        assert_eq!(word("청소했어요").keys(), ["청소했어요", "청소", "청소하~"]);
        assert_eq!(word("방").keys(), ["방"]);
        assert_eq!(word("ㅋㅋㅋ").keys(), ["ㅋㅋㅋ"]);
        assert_eq!(word(&"가".repeat(21)).keys(), Vec::<String>::new());
    }

    #[test]
    fn q2_pairs_do_not_run_over_words() {
        let runs = runs("자취방 구해 A");
        let expected = [(0, "자취"), (1, "취방"), (3, "구해")].map(|(at, pair)| (at, pair.to_owned()));
        assert_eq!(pairs(&runs).collect::<Vec<_>>(), expected);
        assert_eq!(singles(&runs), ["구", "방", "자", "취", "해"]);
    }

    #[test]
    fn q2_nouns_are_told_by_their_particles() {
        let nouns: Vec<String> = nouns(&runs("고양이를 방을 자취방에서는 a")).collect();
        assert_eq!(nouns, ["고양이", "자취방에서"]);
    }
}
