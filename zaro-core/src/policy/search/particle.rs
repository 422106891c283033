//! 조사: what is hung on nouns.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::hangul::Syllable;

/// After which syllables a particle stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    Any,
    /// A consonant at its end.
    Closed,
    /// A vowel at its end.
    Open,
    /// A vowel or ㄹ at its end.
    OpenOrRieul,
}

/// ㄹ as an end.
const RIEUL: u32 = 8;

#[rustfmt::skip]
const PARTICLES: &[(&str, After)] = {
    use After::{Any, Closed, Open, OpenOrRieul};
    &[
        ("이라든지", Closed), ("이라도", Closed), ("이라서", Closed), ("이라고", Closed), ("이라는", Closed), ("이라면", Closed),
        ("이에요", Closed), ("이네요", Closed), ("이지만", Closed), ("이었는데", Closed), ("이었어요", Closed), ("이나마", Closed),
        ("이거나", Closed), ("이든지", Closed), ("이면", Closed), ("이란", Closed), ("이랑", Closed), ("이나", Closed),
        ("이고", Closed), ("이며", Closed), ("이야", Closed), ("이요", Closed), ("이죠", Closed), ("이다", Closed),
        ("으로서", Closed), ("으로써", Closed), ("으로", Closed), ("은", Closed), ("이", Closed), ("을", Closed), ("과", Closed),
        ("예요", Open), ("라도", Open), ("라서", Open), ("라고", Open), ("라는", Open), ("라면", Open), ("란", Open), ("랑", Open),
        ("는", Open), ("가", Open), ("를", Open), ("와", Open), ("나", Open), ("든지", Open),
        ("로서", OpenOrRieul), ("로써", OpenOrRieul), ("로", OpenOrRieul),
        ("입니다", Any), ("입니까", Any), ("인가요", Any), ("인데요", Any), ("인데", Any), ("인지", Any), ("에요", Any),
        ("에게서", Any), ("한테서", Any), ("에서", Any), ("에게", Any), ("한테", Any), ("께서", Any), ("에다", Any),
        ("까지", Any), ("부터", Any), ("보다", Any), ("처럼", Any), ("같이", Any), ("하고", Any), ("마다", Any), ("밖에", Any),
        ("조차", Any), ("마저", Any), ("대로", Any), ("만큼", Any), ("끼리", Any), ("의", Any), ("에", Any), ("도", Any),
        ("만", Any), ("뿐", Any), ("들", Any), ("씩", Any), ("쯤", Any), ("께", Any),
    ]
};

/// How many particles are taken off one word: 고양이|들|에게|도.
const ROUNDS: usize = 3;

type ByLast = HashMap<char, Vec<(Vec<char>, After)>>;

/// The particles by their last syllable, longest first: a text has very many words.
fn by_last() -> &'static ByLast {
    static BY_LAST: OnceLock<ByLast> = OnceLock::new();
    BY_LAST.get_or_init(|| {
        let mut by_last = ByLast::new();
        for (particle, after) in PARTICLES {
            let letters: Vec<char> = particle.chars().collect();
            by_last.entry(letters[letters.len() - 1]).or_default().push((letters, *after));
        }
        for particles in by_last.values_mut() {
            particles.sort_by_key(|(letters, _)| std::cmp::Reverse(letters.len()));
        }
        by_last
    })
}

/// How long a word is after each particle that can be taken off its end, longest first; empty where there is none.
pub(super) fn strip(word: &[char]) -> Vec<usize> {
    let mut lengths = Vec::new();
    let mut length = word.len();
    while lengths.len() < ROUNDS {
        let Some(shorter) = once(word.get(..length).unwrap_or_default()) else { break };
        lengths.push(shorter);
        length = shorter;
    }
    lengths
}

/// Whether a word is nothing but particles, as behind a Latin word: `wifi`가.
pub(super) fn is_particle(word: &[char]) -> bool {
    let particles = word.last().and_then(|last| by_last().get(last));
    particles.is_some_and(|particles| particles.iter().any(|(particle, _)| particle == word))
        || once(word).is_some_and(|length| is_particle(word.get(..length).unwrap_or_default()))
}

/// The length without the longest particle that fits the end.
fn once(word: &[char]) -> Option<usize> {
    let particles = by_last().get(word.last()?)?;
    let rest = particles.iter().find_map(|(particle, after)| {
        let rest = word.strip_suffix(particle.as_slice())?;
        let coda = Syllable::of(*rest.last()?).map_or(0, |syllable| syllable.coda);
        let fits = match after {
            After::Any => true,
            After::Closed => coda != 0,
            After::Open => coda == 0,
            After::OpenOrRieul => coda == 0 || coda == RIEUL,
        };
        fits.then_some(rest)
    })?;
    Some(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stripped(word: &str) -> Vec<String> {
        let word: Vec<char> = word.chars().collect();
        strip(&word).into_iter().map(|length| word[..length].iter().collect()).collect()
    }

    #[test]
    fn q2_particles_come_off_where_the_letter_before_allows_them() {
        for (word, expected) in [
            ("자취방", vec![]),
            ("자취방에서", vec!["자취방"]),
            ("자취방에서는", vec!["자취방에서", "자취방"]),
            ("고양이들에게도", vec!["고양이들에게", "고양이들", "고양이"]),
            ("고양이", vec!["고양"]),
            ("나이", vec![]),
            ("아이를", vec!["아이"]),
            ("서울로", vec!["서울"]),
            ("방으로", vec!["방"]),
            ("집이에요", vec!["집"]),
            ("사과", vec![]),
            ("휴지와", vec!["휴지"]),
            ("은", vec![]),
        ] {
            assert_eq!(stripped(word), expected, "{word}");
        }
    }

    #[test]
    fn some_words_are_nothing_but_particles() {
        let is = |word: &str| is_particle(&word.chars().collect::<Vec<_>>());
        assert!(is("가") && is("에서") && is("에서는") && is("까지만"));
        assert!(!is("전자") && !is("층에서"));
    }
}
