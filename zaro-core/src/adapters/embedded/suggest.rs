//! Suggestions while typing (Q10).

use std::fmt::Write as _;

use tantivy::Searcher;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, RegexQuery};

use super::best::{Best, Second};
use super::schema::Fields;
use crate::policy::search::suggest::{Pattern, Place, TITLE_MARK, Typed};
use crate::types::PostId;

/// Titles that begin with what was typed come before titles with a word that does.
const TITLE: f32 = 2.0;
/// Letter by letter comes before what is filled in.
const LITERAL: f32 = 4.0;

/// Likeliest first.
pub(super) fn run(searcher: &Searcher, fields: &Fields, typed: &Typed, limit: usize) -> tantivy::Result<Vec<PostId>> {
    let prefix = |pattern: String| -> tantivy::Result<Box<dyn Query>> {
        Ok(Box::new(RegexQuery::from_pattern(&pattern, fields.typed)?))
    };
    let every = |patterns: Vec<String>| -> tantivy::Result<Box<dyn Query>> {
        let words = patterns.into_iter().map(|pattern| Ok((Occur::Must, prefix(pattern)?)));
        Ok(Box::new(BooleanQuery::new(words.collect::<tantivy::Result<_>>()?)))
    };
    let boosted =
        |query, boost| -> (Occur, Box<dyn Query>) { (Occur::Should, Box::new(BoostQuery::new(query, boost))) };
    let title = Some(TITLE_MARK);
    let words = typed.words.len().max(1);
    #[expect(clippy::cast_precision_loss, reason = "a handful of words")]
    let each = 1.0 / words as f32;
    let query = BooleanQuery::new(vec![
        boosted(every(typed.words.iter().map(|word| loose(None, word)).collect())?, each),
        boosted(every(typed.words.iter().map(|word| literal(None, word)).collect())?, LITERAL * each),
        boosted(prefix(loose(title, &typed.joined))?, TITLE),
        boosted(prefix(literal(title, &typed.joined))?, LITERAL * TITLE),
    ]);
    let (ids, _) = searcher.search(&query, &Best { most: limit, second: Second::Score })?;
    Ok(ids.into_iter().map(PostId).collect())
}

/// The pattern as a regular expression for the beginning of a term.
fn loose(mark: Option<char>, pattern: &Pattern) -> String {
    let ways: Vec<String> = pattern.ways.iter().map(|way| way.iter().map(class).collect()).collect();
    expression(mark, &ways.join("|"))
}

fn literal(mark: Option<char>, pattern: &Pattern) -> String {
    let letters: String = pattern.literal().iter().map(|c| class(&vec![*c..=*c])).collect();
    expression(mark, &letters)
}

fn expression(mark: Option<char>, ways: &str) -> String {
    let mark = mark.map(|mark| class(&vec![mark..=mark])).unwrap_or_default();
    format!("{mark}({ways}).*")
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
