//! Syllables and their letters.

/// `초성`: what a syllable begins with, in the order of Unicode.
const INITIALS: [char; 19] =
    ['ㄱ', 'ㄲ', 'ㄴ', 'ㄷ', 'ㄸ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅃ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅉ', 'ㅊ', 'ㅋ', 'ㅌ', 'ㅍ', 'ㅎ'];
/// `종성`: what a syllable ends with, in the order of Unicode, without "nothing".
const CODAS: [char; 27] = [
    'ㄱ', 'ㄲ', 'ㄳ', 'ㄴ', 'ㄵ', 'ㄶ', 'ㄷ', 'ㄹ', 'ㄺ', 'ㄻ', 'ㄼ', 'ㄽ', 'ㄾ', 'ㄿ', 'ㅀ', 'ㅁ', 'ㅂ', 'ㅄ', 'ㅅ',
    'ㅆ', 'ㅇ', 'ㅈ', 'ㅊ', 'ㅋ', 'ㅌ', 'ㅍ', 'ㅎ',
];
const FIRST: u32 = '가' as u32;
const VOWELS: u32 = 21;
/// With "nothing".
const ENDS: u32 = 28;

/// A syllable taken apart; each part is its number in the order of Unicode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Syllable {
    /// `초성`, 0 to 18.
    pub initial: u32,
    /// `중성`, 0 to 20.
    pub vowel: u32,
    /// `종성`, 1 to 27; 0 for an open syllable.
    pub coda: u32,
}

impl Syllable {
    /// Takes a complete syllable apart.
    pub const fn of(c: char) -> Option<Self> {
        if !is_syllable(c) {
            return None;
        }
        let index = c as u32 - FIRST;
        Some(Self { initial: index / (VOWELS * ENDS), vowel: index / ENDS % VOWELS, coda: index % ENDS })
    }

    /// The syllable as a character.
    pub const fn char(self) -> char {
        // In range by construction; the syllable of nothing else than three small numbers.
        match char::from_u32(FIRST + (self.initial * VOWELS + self.vowel) * ENDS + self.coda) {
            Some(c) => c,
            None => '가',
        }
    }

    /// The same with another end.
    #[must_use]
    pub const fn with_coda(self, coda: u32) -> Self {
        Self { coda, ..self }
    }

    /// The same with another vowel.
    #[must_use]
    pub const fn with_vowel(self, vowel: u32) -> Self {
        Self { vowel, ..self }
    }
}

/// Whether this is a complete syllable.
pub const fn is_syllable(c: char) -> bool {
    matches!(c, '가'..='힣')
}

/// The letter that a syllable begins with.
pub fn initial(c: char) -> Option<char> {
    Syllable::of(c).and_then(|syllable| INITIALS.get(syllable.initial as usize).copied())
}

/// The number of a consonant as the beginning of a syllable.
pub fn initial_number(consonant: char) -> Option<u32> {
    INITIALS.iter().position(|c| *c == consonant).and_then(|at| u32::try_from(at).ok())
}

/// The number of a consonant as the end of a syllable.
pub fn coda_number(consonant: char) -> Option<u32> {
    CODAS.iter().position(|c| *c == consonant).and_then(|at| u32::try_from(at + 1).ok())
}

/// The consonant of an end.
pub fn coda(number: u32) -> Option<char> {
    let at = usize::try_from(number).ok()?.checked_sub(1)?;
    CODAS.get(at).copied()
}

/// The two keys that a cluster of consonants is typed with.
pub const fn cluster(consonant: char) -> Option<(char, char)> {
    Some(match consonant {
        'ㄳ' => ('ㄱ', 'ㅅ'),
        'ㄵ' => ('ㄴ', 'ㅈ'),
        'ㄶ' => ('ㄴ', 'ㅎ'),
        'ㄺ' => ('ㄹ', 'ㄱ'),
        'ㄻ' => ('ㄹ', 'ㅁ'),
        'ㄼ' => ('ㄹ', 'ㅂ'),
        'ㄽ' => ('ㄹ', 'ㅅ'),
        'ㄾ' => ('ㄹ', 'ㅌ'),
        'ㄿ' => ('ㄹ', 'ㅍ'),
        'ㅀ' => ('ㄹ', 'ㅎ'),
        'ㅄ' => ('ㅂ', 'ㅅ'),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_syllable_comes_apart_and_together() {
        for c in '가'..='힣' {
            assert_eq!(Syllable::of(c).expect("a syllable").char(), c);
        }
        assert_eq!(Syllable::of('취'), Some(Syllable { initial: 14, vowel: 16, coda: 0 }));
        assert_eq!((Syllable::of('ㅊ'), Syllable::of('a')), (None, None));
    }

    #[test]
    fn letters_have_numbers() {
        assert_eq!((initial('취'), initial('쌀'), initial('x')), (Some('ㅊ'), Some('ㅆ'), None));
        assert_eq!((initial_number('ㅎ'), initial_number('ㄳ')), (Some(18), None));
        assert_eq!((coda_number('ㄱ'), coda_number('ㅎ'), coda_number('ㄸ')), (Some(1), Some(27), None));
        assert_eq!((coda(0), coda(1), coda(27), coda(28)), (None, Some('ㄱ'), Some('ㅎ'), None));
        for number in 1..=27 {
            let consonant = coda(number).expect("a consonant");
            if let Some((first, second)) = cluster(consonant) {
                assert!(coda_number(first).is_some() && initial_number(second).is_some(), "{consonant}");
            }
        }
    }
}
