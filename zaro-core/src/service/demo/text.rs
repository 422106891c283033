//! What the community writes: composed from embedded sentences, or taken from a file.

mod file;

use std::collections::BTreeMap;
use std::path::Path;

use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

use self::file::Lines;
use super::dice::{chance, pick};
use crate::error::Result;
use crate::policy::preview::preview;
use crate::types::{Tag, cut};

/// Sections of sentences; its head says how it is written.
const EMBEDDED: &str = include_str!("texts.txt");
/// Longest title made of a sentence from a file, in characters.
const TITLE_CHARS: usize = 40;
/// Longest comment made of a sentence from a file, in characters: below C2's 500 UTF-16 units, whatever they are.
const COMMENT_CHARS: usize = 200;

/// Where texts come from.
pub(super) enum Texts {
    Embedded(Sections),
    File(Lines),
}

/// The texts of a post.
pub(super) struct Written {
    pub(super) title: String,
    pub(super) content: String,
    pub(super) preview: String,
}

/// Sentences by kind and tag.
pub(super) struct Sections(BTreeMap<(&'static str, Option<Tag>), Vec<&'static str>>);

impl Texts {
    pub(super) fn open(file: Option<&Path>) -> Result<Self> {
        Ok(match file {
            Some(path) => Self::File(Lines::read(path)?),
            None => Self::Embedded(Sections::parse(EMBEDDED)),
        })
    }

    pub(super) fn post(&self, tag: Tag, rng: &mut ChaCha8Rng) -> Written {
        let (title, content) = match self {
            Self::Embedded(sections) => sections.post(tag, rng),
            Self::File(lines) => {
                let title = cut(lines.pick(rng), TITLE_CHARS).trim_end().to_owned();
                let sentences = rng.random_range(2..8);
                (title, (0..sentences).map(|_| lines.pick(rng)).collect::<Vec<_>>().join("\n"))
            }
        };
        Written { preview: preview(&content), title, content }
    }

    /// The comment that comes after `nth` others under a post.
    pub(super) fn comment(&self, tag: Tag, post: u32, nth: u32, rng: &mut ChaCha8Rng) -> String {
        match self {
            Self::Embedded(sections) => sections.comment(tag, post, nth).to_owned(),
            Self::File(lines) => cut(lines.pick(rng), COMMENT_CHARS),
        }
    }
}

impl Sections {
    fn parse(text: &'static str) -> Self {
        let mut sections: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let mut current = ("", None);
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some(head) = line.strip_prefix('[').and_then(|head| head.strip_suffix(']')) {
                let (kind, tag) = head.split_once(' ').unwrap_or((head, ""));
                current = (kind, Tag::parse(tag));
            } else {
                sections.entry(current).or_default().push(line);
            }
        }
        Self(sections)
    }

    /// The sentences of a section; a test looks into each.
    fn of(&self, kind: &'static str, tag: Option<Tag>) -> &[&'static str] {
        self.0.get(&(kind, tag)).map_or(&[], Vec::as_slice)
    }

    /// Goes through all comments that fit the tag, each post in an order of its own, before one is repeated.
    fn comment(&self, tag: Tag, post: u32, nth: u32) -> &'static str {
        let (common, fitting) = (self.of("comments", None), self.of("comments", Some(tag)));
        let count = common.len() + fitting.len();
        // A prime count lets every step visit them all.
        let step = 1 + post as usize % (count - 1);
        let place = (post as usize / 7 + nth as usize * step) % count;
        common.get(place).unwrap_or_else(|| &fitting[place - common.len()])
    }

    /// An opening, some sentences, mostly a closing, all about one thing.
    fn post(&self, tag: Tag, rng: &mut ChaCha8Rng) -> (String, String) {
        let mut any = |kind| pick(rng, self.of(kind, Some(tag)));
        let (thing, title, opening, closing) = (any("things"), any("titles"), any("openings"), any("closings"));
        let bodies = self.of("bodies", Some(tag));
        // Steps of five never meet the same sentence twice among a dozen.
        let first = rng.random_range(0..bodies.len());
        let chosen = (0..rng.random_range(2..7)).map(|step| bodies[(first + 5 * step) % bodies.len()]);
        let mut content = fill(opening, thing);
        for sentence in chosen {
            content.push_str(if chance(rng, 300) { "\n\n" } else { " " });
            content.push_str(&fill(sentence, thing));
        }
        if chance(rng, 800) {
            content.push_str("\n\n");
            content.push_str(closing);
        }
        (fill(title, thing), content)
    }
}

/// Puts the thing and fitting particles into their places.
fn fill(pattern: &str, thing: &str) -> String {
    let mut text = String::with_capacity(pattern.len() + thing.len());
    let mut parts = pattern.split(['{', '}']);
    text.push_str(parts.next().unwrap_or_default());
    // Between a brace and its partner, then up to the next brace, in turn.
    while let (Some(place), Some(rest)) = (parts.next(), parts.next()) {
        match place {
            "을" => text.push_str(particle(&text, "을", "를")),
            "이" => text.push_str(particle(&text, "이", "가")),
            "은" => text.push_str(particle(&text, "은", "는")),
            "과" => text.push_str(particle(&text, "과", "와")),
            _ => text.push_str(thing),
        }
        text.push_str(rest);
    }
    text
}

/// The first one after a syllable that ends in a consonant, else the second.
fn particle(before: &str, closed: &'static str, open: &'static str) -> &'static str {
    let last = before.chars().last().filter(|c| ('가'..='힣').contains(c));
    if last.is_some_and(|c| (u32::from(c) - u32::from('가')) % 28 != 0) { closed } else { open }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::service::demo::dice::{Dice, Subject};

    #[test]
    fn every_section_is_there_and_every_place_known() {
        let sections = Sections::parse(EMBEDDED);
        for tag in Tag::ALL {
            for kind in ["things", "titles", "openings", "bodies", "closings", "comments"] {
                assert!(sections.of(kind, Some(*tag)).len() >= 4, "{kind} {tag}");
            }
            assert_eq!(sections.of("bodies", Some(*tag)).len() % 5, 2, "steps of five need a number without factor 5");
        }
        let lines: Vec<_> = sections.0.values().flatten().collect();
        assert!(lines.len() > 300);
        for line in lines {
            let rest = ["{}", "{을}", "{이}", "{은}", "{과}"].iter().fold((*line).to_owned(), |l, p| l.replace(p, ""));
            assert!(!rest.contains(['{', '}', '[']), "{line}");
        }
    }

    #[test]
    fn no_comment_is_repeated_before_all_are_used() {
        let sections = Sections::parse(EMBEDDED);
        for tag in Tag::ALL {
            for post in [0, 5, 36, 1_000_003] {
                let said: BTreeSet<_> = (0..37).map(|nth| sections.comment(*tag, post, nth)).collect();
                assert_eq!(said.len(), 37, "{tag} {post}");
            }
        }
    }

    #[test]
    fn particles_fit_what_stands_before() {
        assert_eq!(fill("{}{을} {}{이} {}{은} {}{과}", "쌀"), "쌀을 쌀이 쌀은 쌀과");
        assert_eq!(fill("{}{을} {}{이} {}{은} {}{과}!", "생수"), "생수를 생수가 생수는 생수와!");
        assert_eq!(fill("그대로", "쌀"), "그대로");
    }

    #[test]
    fn a_post_is_a_title_and_several_sentences() {
        let texts = Texts::open(None).expect("embedded");
        let rng = &mut Dice::new(5).of(Subject::Post, 1);
        for tag in Tag::ALL.iter().cycle().take(200) {
            let post = texts.post(*tag, rng);
            assert!(!post.title.contains('{') && !post.content.contains('{'), "{}", post.content);
            assert!(post.content.chars().count() > 40 && !post.preview.is_empty());
        }
    }
}
