//! Where in a text the keyword matched, and how that is shown (Q6).

use std::ops::Range;

use super::query::{Keyword, Part, edits, matches_as_prefix, tolerance};
use super::text::{Run, Script, runs};
use super::word::Word;

/// A match: which part of the keyword, and where, in characters of the composed text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Number of the part.
    pub part: usize,
    /// Place in the text.
    pub place: Range<usize>,
}

/// All matches in a composed text, in its order, none over another.
///
/// A part is looked for more loosely only where nothing stricter is there; `also` are further words that the index looked for (parts of compounds).
pub fn marks(text: &str, keyword: &Keyword, also: &[String]) -> Vec<Mark> {
    let runs = runs(text);
    let mut marks = Vec::new();
    for (number, part) in keyword.parts.iter().enumerate() {
        let places = match part {
            Part::Other(term) => other(&runs, term),
            Part::Cjk(word) => cjk(&runs, word),
        };
        marks.extend(places.into_iter().map(|place| Mark { part: number, place }));
    }
    for (number, word) in also.iter().enumerate() {
        let places = infixes(&runs, word);
        marks.extend(places.into_iter().map(|place| Mark { part: keyword.parts.len() + number, place }));
    }
    marks.sort_by_key(|mark| (mark.place.start, std::cmp::Reverse(mark.place.end)));
    let mut end = 0;
    marks.retain(|mark| {
        let free = mark.place.start >= end && !mark.place.is_empty();
        if free {
            end = mark.place.end;
        }
        free
    });
    marks
}

/// A part of a text as HTML, its marks in `<mark>…</mark>`; `text` are the characters the places count.
pub fn html(text: &[char], part: Range<usize>, marks: &[Mark]) -> String {
    let mut html = String::new();
    let mut at = part.start;
    for mark in marks {
        let (start, end) = (mark.place.start.max(part.start), mark.place.end.min(part.end));
        if start < end {
            escape(&mut html, text.get(at..start).unwrap_or_default());
            html.push_str("<mark>");
            escape(&mut html, text.get(start..end).unwrap_or_default());
            html.push_str("</mark>");
            at = end;
        }
    }
    escape(&mut html, text.get(at..part.end).unwrap_or_default());
    html
}

fn escape(html: &mut String, text: &[char]) {
    for c in text {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(*c),
        }
    }
}

fn of_script(runs: &[Run], script: Script) -> impl Iterator<Item = &Run> {
    runs.iter().filter(move |run| run.script == script)
}

fn other(runs: &[Run], term: &str) -> Vec<Range<usize>> {
    let term: Vec<char> = term.chars().collect();
    let spelling: String = term.iter().collect();
    let begins = matches_as_prefix(&spelling);
    let places = |looks: &dyn Fn(&Run) -> Option<usize>| {
        of_script(runs, Script::Other)
            .filter_map(|run| looks(run).map(|length| run.place(0..length)))
            .collect::<Vec<_>>()
    };
    let exact = places(&|run| (run.chars == term || begins && run.chars.starts_with(&term)).then_some(term.len()));
    if !exact.is_empty() {
        return exact;
    }
    let most = tolerance(&spelling);
    places(&|run| (most > 0).then(|| edits(&term, &run.chars, most)).flatten().map(|_| run.chars.len()))
}

fn cjk(runs: &[Run], word: &Word) -> Vec<Range<usize>> {
    let exact = infixes(runs, &word.full);
    if !exact.is_empty() {
        return exact;
    }
    let stems: Vec<&String> = [&word.once, &word.root, &word.act].into_iter().flatten().collect();
    for stem in &stems {
        let places = infixes(runs, stem);
        if !places.is_empty() && stem.chars().count() >= 2 {
            return places;
        }
    }
    // Whatever shares a stem: 추워요 for 추운, 방이 for 방을.
    of_script(runs, Script::Cjk)
        .filter(|run| {
            let keys = Word::of(&run.chars).keys();
            word.verbs.iter().chain(stems.iter().copied()).any(|stem| keys.contains(stem))
        })
        .map(|run| run.place(0..run.chars.len()))
        .collect()
}

/// Everywhere that a word stands within others.
fn infixes(runs: &[Run], word: &str) -> Vec<Range<usize>> {
    let word: Vec<char> = word.chars().collect();
    let mut places = Vec::new();
    for run in of_script(runs, Script::Cjk).filter(|_| !word.is_empty()) {
        let mut at = 0;
        while let Some(window) = run.chars.get(at..at + word.len()) {
            if window == word {
                places.push(run.place(at..at + word.len()));
                at += word.len();
            } else {
                at += 1;
            }
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, keyword: &str) -> String {
        let keyword = Keyword::read(Some(keyword)).expect("a keyword");
        let characters: Vec<char> = text.chars().collect();
        html(&characters, 0..characters.len(), &marks(text, &keyword, &[]))
    }

    #[test]
    fn q6_matches_are_marked_and_everything_is_escaped() {
        for (text, keyword, expected) in [
            ("자취방 구해요", "자취", "<mark>자취</mark>방 구해요"),
            (
                "<b>자취방</b> & \"월세\" '",
                "월세",
                "&lt;b&gt;자취방&lt;/b&gt; &amp; &quot;<mark>월세</mark>&quot; &#39;",
            ),
            ("원룸 원룸텔", "원룸을", "<mark>원룸</mark> <mark>원룸</mark>텔"),
            ("방이 추워요", "추운 방", "<mark>방</mark>이 <mark>추워요</mark>"),
            ("Airfryer와 AIR", "air", "<mark>Air</mark>fryer와 <mark>AIR</mark>"),
            ("Netflix 같이", "netfilx", "<mark>Netflix</mark> 같이"),
            ("고양이와 고양시", "고양이", "<mark>고양이</mark>와 고양시"),
            ("고양시", "고양이", "<mark>고양</mark>시"),
            ("아무것도 없다", "전세", "아무것도 없다"),
            ("청소했어요", "청소하기", "<mark>청소</mark>했어요"),
            ("1인 가구", "1인", "<mark>1</mark><mark>인</mark> 가구"),
        ] {
            assert_eq!(shown(text, keyword), expected, "{text} / {keyword}");
        }
    }

    #[test]
    fn q6_further_words_of_the_index_are_marked_too() {
        let keyword = Keyword::read(Some("원룸이사")).expect("a keyword");
        let text = "원룸 이사 비용";
        let found = marks(text, &keyword, &["원룸".to_owned(), "이사".to_owned()]);
        assert_eq!(found.iter().map(|mark| mark.place.clone()).collect::<Vec<_>>(), [0..2, 3..5]);
    }
}
