//! Texts as runs of one kind of writing, folded so that what reads the same is the same.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;

/// The kind of writing of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// Hangul, Han and Kana: written without blanks where other scripts have them, so taken apart further.
    Cjk,
    /// Letters and digits of other scripts: a word is a word.
    Other,
}

/// A run of one script, without blanks and punctuation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its script.
    pub script: Script,
    /// Folded characters.
    pub chars: Vec<char>,
    /// Where each stands among the characters of the (composed) text.
    places: Vec<usize>,
    /// Whether it follows the run before it without anything in between.
    pub joined: bool,
}

impl Run {
    /// The run as text.
    pub fn text(&self) -> String {
        self.chars.iter().collect()
    }

    /// Where a part of the run stands in the text, in characters.
    pub fn place(&self, part: Range<usize>) -> Range<usize> {
        let first = self.places.get(part.start).copied().unwrap_or_default();
        let last = part.end.checked_sub(1).and_then(|end| self.places.get(end)).map_or(first, |place| place + 1);
        first..last
    }
}

/// The text in the composed form in which everything here counts characters.
pub fn compose(text: &str) -> String {
    text.nfc().collect()
}

/// All runs of a composed text.
pub fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    // Whether the character before belonged to the last run.
    let mut open = false;
    let mut characters = text.chars().enumerate().peekable();
    while let Some((place, c)) = characters.next() {
        let c = half_width(c);
        let Some(script) = script(c) else {
            // Marks on letters are skipped, and what binds two letters is no end of their word: wi-fi, it's.
            let binds = is_mark(c)
                || (matches!(c, '-' | '\'' | '’') && ends_in_letter(&runs) && begins_letter(&mut characters));
            open &= binds;
            continue;
        };
        match runs.last_mut() {
            Some(run) if open && run.script == script => {}
            _ => runs.push(Run { script, chars: Vec::new(), places: Vec::new(), joined: open }),
        }
        if let Some(run) = runs.last_mut() {
            for lower in c.to_lowercase().filter(|c| !is_mark(*c)) {
                run.chars.push(lower);
                run.places.push(place);
            }
        }
        open = true;
    }
    runs
}

fn ends_in_letter(runs: &[Run]) -> bool {
    runs.last().is_some_and(|run| run.script == Script::Other && run.chars.last().is_some_and(|c| c.is_alphabetic()))
}

fn begins_letter(rest: &mut std::iter::Peekable<impl Iterator<Item = (usize, char)>>) -> bool {
    rest.peek().is_some_and(|(_, c)| script(half_width(*c)) == Some(Script::Other) && c.is_alphabetic())
}

/// Full-width forms of ASCII, as Korean and Japanese keyboards write them.
fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        other => other,
    }
}

const fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

fn script(c: char) -> Option<Script> {
    match c {
        '가'..='힣'
        | 'ㄱ'..='ㆎ'
        | '\u{3041}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}' => Some(Script::Cjk),
        _ if c.is_alphanumeric() => Some(Script::Other),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        runs(&compose(text)).iter().map(Run::text).collect()
    }

    #[test]
    fn q2_texts_fall_into_folded_runs() {
        for (text, expected) in [
            ("자취방, 구해요!", vec!["자취방", "구해요"]),
            ("LG전자 3층", vec!["lg", "전자", "3", "층"]),
            ("PS5 와 Wi-Fi", vec!["ps5", "와", "wifi"]),
            ("it's 2024-05-01", vec!["its", "2024", "05", "01"]),
            ("ＡＢＣ　ａ１", vec!["abc", "a1"]),
            ("\u{1112}\u{1161}\u{11ab}", vec!["한"]),
            ("ÉCOLE é", vec!["école", "é"]),
            ("İzmir", vec!["izmir"]),
            ("ㅋㅋ ㅈㅊㅂ", vec!["ㅋㅋ", "ㅈㅊㅂ"]),
            ("東京タワー", vec!["東京タワー"]),
            (" -- 👍 ()", vec![]),
            ("끝-시작", vec!["끝", "시작"]),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn runs_know_where_they_stand() {
        let text = "a 자취방LG, X";
        let runs = runs(text);
        let joined: Vec<bool> = runs.iter().map(|run| run.joined).collect();
        assert_eq!(joined, [false, false, true, false]);
        assert_eq!((runs[1].place(0..3), runs[1].place(1..2), runs[2].place(0..2)), (2..5, 3..4, 5..7));
    }
}
