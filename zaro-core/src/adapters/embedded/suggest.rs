//! Suggestions while typing (Q10).

use std::fmt::Write as _;

use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, RegexQuery};
use tantivy::schema::Field;
use tantivy::{Score, Searcher};

use super::best::{Best, Second};
use super::schema::Fields;
use crate::policy::search::suggest::{Pattern, Place, TITLE_MARK, Typed};
use crate::types::PostId;

/// Titles that begin with what was typed come before titles with a word that does.
const TITLE: Score = 2.0;
/// Letter by letter comes before what is filled in.
const LITERAL: Score = 4.0;

type Clause = (Occur, Box<dyn Query>);

/// Likeliest first.
pub(super) fn run(searcher: &Searcher, fields: &Fields, typed: &Typed, limit: usize) -> tantivy::Result<Vec<PostId>> {
    let title = Some(TITLE_MARK);
    let mut clauses = vec![
        boosted(every(&typed.words, |word| loosely(fields, None, word))?, 1.0),
        boosted(loosely(fields, title, &typed.joined)?, TITLE),
    ];
    if let Some(joined) = typed.joined.literally() {
        clauses.push(boosted(every(&typed.words, |word| literally(fields, word))?, LITERAL));
        clauses.push(boosted(prefix(fields.typed, title, &[joined])?, LITERAL * TITLE));
    }
    let (ids, _) = searcher.search(&BooleanQuery::new(clauses), &Best { most: limit, second: Second::Score })?;
    Ok(ids.into_iter().map(PostId).collect())
}

/// Titles with all of these words; each counts its part of one.
fn every(
    words: &[Pattern],
    query: impl Fn(&Pattern) -> tantivy::Result<Box<dyn Query>>,
) -> tantivy::Result<Box<dyn Query>> {
    #[expect(clippy::cast_precision_loss, reason = "a handful of words")]
    let each = 1.0 / words.len() as Score;
    let words = words.iter().map(|word| Ok((Occur::Must, boosted(query(word)?, each).1)));
    Ok(Box::new(BooleanQuery::new(words.collect::<tantivy::Result<Vec<Clause>>>()?)))
}

/// Words, or titles, that fit. Consonants alone have a field of their own, whose terms are few.
fn loosely(fields: &Fields, mark: Option<char>, pattern: &Pattern) -> tantivy::Result<Box<dyn Query>> {
    match pattern.initials() {
        Some(initials) => prefix(fields.initials, mark, &[initials.chars().map(|c| vec![c..=c]).collect()]),
        None => prefix(fields.typed, mark, &pattern.loosely()),
    }
}

fn literally(fields: &Fields, word: &Pattern) -> tantivy::Result<Box<dyn Query>> {
    prefix(fields.typed, None, &word.literally().map_or_else(|| word.loosely(), |letters| vec![letters]))
}

/// Everything that begins in one of these ways.
fn prefix(field: Field, mark: Option<char>, ways: &[Vec<Place>]) -> tantivy::Result<Box<dyn Query>> {
    let mark = mark.map(|mark| class(&vec![mark..=mark])).unwrap_or_default();
    let ways: Vec<String> = ways.iter().map(|way| way.iter().map(class).collect()).collect();
    Ok(Box::new(RegexQuery::from_pattern(&format!("{mark}({}).*", ways.join("|")), field)?))
}

/// A class by code points, so that no character needs to be escaped.
pub(super) fn class(place: &Place) -> String {
    let mut class = "[".to_owned();
    for range in place {
        // Writing into a text does not fail.
        let _ = write!(class, "\\x{{{:x}}}-\\x{{{:x}}}", u32::from(*range.start()), u32::from(*range.end()));
    }
    class.push(']');
    class
}

fn boosted(query: Box<dyn Query>, boost: Score) -> Clause {
    (Occur::Should, Box::new(BoostQuery::new(query, boost)))
}
