//! The passage of a text that shows best why it was found (Q6).

use std::collections::BTreeSet;
use std::ops::Range;

use super::highlight::{Mark, html, marks};
use super::query::Keyword;
use super::text::compose;

/// Q6: longest passage, in characters.
pub const PASSAGE_MAX: usize = 120;
/// Q6: longest plain preview, in characters.
pub const PREVIEW_MAX: usize = 50;
/// How much is shown before the first match, at most.
const LEAD: usize = 30;
/// How far a passage's edge moves so as not to cut a word.
const WORD_REACH: usize = 12;

/// Q6: a title with its matches marked; nothing when nothing in it matched.
pub fn title(text: &str, keyword: &Keyword, also: &[String]) -> Option<String> {
    let text = compose(text);
    let marks = marks(&text, keyword, also);
    let characters: Vec<char> = text.chars().collect();
    (!marks.is_empty()).then(|| html(&characters, 0..characters.len(), &marks))
}

/// Q6: the best passage of a plain text with its matches marked; nothing when nothing in it matched.
pub fn passage(text: &str, keyword: &Keyword, also: &[String]) -> Option<String> {
    let text = compose(text);
    let marks = marks(&text, keyword, also);
    let characters: Vec<char> = text.chars().collect();
    let best = best(&characters, &marks)?;
    Some(html(&characters, best, &marks))
}

/// Q6: the first characters of a preview, with three dots where it goes on.
pub fn preview(text: &str) -> String {
    let mut short: String = text.chars().take(PREVIEW_MAX).collect();
    if text.chars().nth(PREVIEW_MAX).is_some() {
        short.push_str("...");
    }
    short
}

/// The window that holds most different parts of the keyword, then most matches; the first of several.
fn best(text: &[char], marks: &[Mark]) -> Option<Range<usize>> {
    let mut best: Option<((usize, usize), usize)> = None;
    for (number, first) in marks.iter().enumerate() {
        let end = first.place.start + PASSAGE_MAX;
        let within = marks.iter().skip(number).take_while(|mark| mark.place.end <= end);
        let parts: Vec<usize> = within.map(|mark| mark.part).collect();
        let worth = (parts.iter().collect::<BTreeSet<_>>().len(), parts.len());
        if best.is_none_or(|(so_far, _)| worth > so_far) {
            best = Some((worth, number));
        }
    }
    let (worth, number) = best?;
    let first = &marks.get(number)?.place;
    let last = marks.get((number + worth.1).saturating_sub(1)).map_or(first.end, |mark| mark.place.end.max(first.end));
    // What the matches leave free goes before them, up to LEAD, and behind.
    let spare = PASSAGE_MAX.saturating_sub(last - first.start);
    let mut start = first.start.saturating_sub(spare.min(LEAD));
    if start > 0 {
        start = word_start(text, start, first.start);
    }
    let end = (start + PASSAGE_MAX).min(text.len());
    Some(start..if end < text.len() { word_end(text, end, last) } else { end })
}

/// The next beginning of a word, not beyond the first match.
fn word_start(text: &[char], start: usize, first: usize) -> usize {
    let blank = |at: &usize| at.checked_sub(1).and_then(|before| text.get(before)).is_some_and(|c| c.is_whitespace());
    (start..=first.min(start + WORD_REACH)).find(blank).unwrap_or(start)
}

/// The last end of a word, not before the last match.
fn word_end(text: &[char], end: usize, last: usize) -> usize {
    let blank = |at: &usize| text.get(*at).is_some_and(|c| c.is_whitespace());
    (last.max(end.saturating_sub(WORD_REACH)).min(end)..=end).rev().find(blank).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keyword(text: &str) -> Keyword {
        Keyword::read(Some(text)).expect("a keyword")
    }

    #[test]
    fn q6_fifty_characters_and_dots() {
        assert_eq!(preview("짧은 글"), "짧은 글");
        assert_eq!(preview(&"가".repeat(50)), "가".repeat(50));
        assert_eq!(preview(&"가".repeat(51)), format!("{}...", "가".repeat(50)));
    }

    #[test]
    fn q6_the_passage_with_most_of_the_keyword() {
        let filler = "이것은 아무 상관이 없는 문장이다. ".repeat(10);
        let text = format!("전세 이야기. {filler}월세와 전세를 비교하면 이렇다. {filler}");
        let passage = passage(&text, &keyword("전세 월세"), &[]).expect("a passage");
        assert!(passage.contains("<mark>월세</mark>와 <mark>전세</mark>를"), "{passage}");
        let plain = passage.replace("<mark>", "").replace("</mark>", "");
        assert!(plain.chars().count() <= PASSAGE_MAX, "{}", plain.chars().count());
        assert!(text.contains(&plain));
    }

    #[test]
    fn q6_no_match_no_passage() {
        assert_eq!(passage("아무 글", &keyword("전세"), &[]), None);
        assert_eq!(title("아무 글", &keyword("전세"), &[]), None);
        assert_eq!(title("전세 글", &keyword("전세"), &[]).as_deref(), Some("<mark>전세</mark> 글"));
    }

    #[test]
    fn q6_a_passage_is_never_too_long() {
        for (before, word, behind) in
            [(0, 1, 0), (500, 100, 500), (29, 60, 61), (119, 2, 3), (1000, 2, 0), (10, 2, 300)]
        {
            let text = format!("{}{}{}", "나 ".repeat(before), "가".repeat(word), " 다".repeat(behind));
            let shown = passage(&text, &keyword("가"), &[]).expect("a passage");
            let plain = shown.replace("<mark>", "").replace("</mark>", "");
            assert!(plain.chars().count() <= PASSAGE_MAX, "{before} {word} {behind}");
            assert!(shown.contains("<mark>"), "{shown}");
        }
    }
}
