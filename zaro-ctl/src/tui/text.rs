//! Text in cells: Hangul takes two, and what members wrote must not steer the terminal.

use std::borrow::Cow;

use chrono::TimeDelta;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};
use zaro_core::types::Time;

/// Cells that a text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// The text on one line and without anything that a terminal would obey: control characters, and those that turn the
/// direction of writing around.
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.chars().any(steers) {
        return Cow::Borrowed(text);
    }
    let calm = |c: char| match c {
        '\n' | '\r' | '\t' => ' ',
        c if steers(c) => '\u{b7}',
        c => c,
    };
    Cow::Owned(text.chars().map(calm).collect())
}

fn steers(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The beginning that fits into so many cells, with `…` where something was cut.
pub fn cut(text: &str, cells: usize) -> Cow<'_, str> {
    let text = clean(text);
    if text.width() <= cells {
        return text;
    }
    let (mut kept, mut used) = (String::new(), 0);
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if used + wide + 1 > cells {
            break;
        }
        used += wide;
        kept.push(c);
    }
    if cells > 0 {
        kept.push('…');
    }
    Cow::Owned(kept)
}

/// Cut or filled up to exactly so many cells.
pub fn pad(text: &str, cells: usize) -> String {
    let mut text = cut(text, cells).into_owned();
    let missing = cells.saturating_sub(text.width());
    text.extend(std::iter::repeat_n(' ', missing));
    text
}

/// The same with the text at the right end.
pub fn pad_left(text: &str, cells: usize) -> String {
    let text = cut(text, cells);
    format!("{}{text}", " ".repeat(cells.saturating_sub(text.width())))
}

/// The text in lines of at most so many cells, broken at spaces where there are any; its own line ends are kept.
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    let cells = cells.max(2);
    text.lines().flat_map(|line| wrap_line(&clean(line), cells)).collect()
}

fn wrap_line(line: &str, cells: usize) -> Vec<String> {
    let (mut lines, mut now) = (Vec::new(), String::new());
    for word in line.split_inclusive(' ') {
        if now.width() + word.trim_end().width() > cells && !now.is_empty() {
            lines.push(std::mem::take(&mut now).trim_end().to_owned());
        }
        for c in word.chars() {
            if now.width() + c.width().unwrap_or(0) > cells {
                if c == ' ' {
                    continue;
                }
                lines.push(std::mem::take(&mut now));
            }
            now.push(c);
        }
    }
    lines.push(now.trim_end().to_owned());
    lines
}

/// How long ago, in one unit.
pub fn age(of: Time, now: Time) -> String {
    span(now.since(of))
}

/// How long, in one unit.
pub fn span(delta: TimeDelta) -> String {
    let seconds = delta.num_seconds().max(0);
    match seconds {
        0..=59 => format!("{seconds}s"),
        60..=3599 => format!("{}m", seconds / 60),
        3600..=172_799 => format!("{}h", seconds / 3600),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// An instant on a Seoul clock, to the minute.
pub fn minute(at: Time) -> String {
    at.seoul().format("%Y-%m-%d %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hangul_is_never_cut_in_half() {
        assert_eq!(cut("자취의 로망", 11), "자취의 로망");
        assert_eq!(cut("자취의 로망", 10), "자취의 로…");
        assert_eq!(cut("자취의 로망", 4), "자…");
        assert_eq!(cut("자취", 1), "…");
        assert_eq!(cut("자취", 0), "");
        for cells in 0..14 {
            assert_eq!(width(&pad("자취 a 로망", cells)), cells);
            assert_eq!(width(&pad_left("자취 a 로망", cells)), cells);
        }
    }

    #[test]
    fn what_members_wrote_steers_nothing() {
        assert_eq!(clean("빨간\u{1b}[31m글\r\n둘째"), "빨간·[31m글  둘째");
        assert_eq!(clean("abc\u{202e}fed"), "abc·fed");
        assert!(matches!(clean("보통 글"), Cow::Borrowed(_)));
    }

    #[test]
    fn lines_break_at_spaces_and_long_words_anywhere() {
        assert_eq!(wrap("월세 계약 팁\n\n끝", 9), ["월세 계약", "팁", "", "끝"]);
        assert_eq!(wrap("가나다라마", 4), ["가나", "다라", "마"]);
        assert_eq!(wrap("a 가나다라", 5), ["a", "가나", "다라"]);
        assert!(wrap("자취 방 구하기 abc defghijk", 7).iter().all(|line| width(line) <= 7));
    }

    #[test]
    fn ages_have_one_unit() {
        let now = Time::from_micros(0).plus(TimeDelta::days(3));
        let ages = [0, 59, 60, 3600, 172_799, 172_800].map(|s| age(now.minus(TimeDelta::seconds(s)), now));
        assert_eq!(ages, ["0s", "59s", "1m", "1h", "47h", "2d"]);
    }
}
