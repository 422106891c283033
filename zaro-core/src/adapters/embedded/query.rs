//! Looking for a keyword (Q1 to Q4).
//!
//! Each part of the keyword must match somewhere in title or text, in one of several ways that weigh differently: as a
//! word, by a stem, within a longer word, as the words that a compound is made of.

use tantivy::query::{
    BooleanQuery, BoostQuery, ConstScoreQuery, FuzzyTermQuery, Occur, PhraseQuery, Query, RegexQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Score, Searcher, Term};

use super::best::{Best, Second};
use super::schema::{Fields, TextFields};
use super::suggest::class;
use crate::policy::search::query::{HITS_MAX, Part, matches_as_prefix, tolerance};
use crate::policy::search::word::Word;
use crate::ports::{Found, SearchQuery};
use crate::types::PostId;

/// Q2: a match in the title counts so many times one in the text.
const TITLE: Score = 3.0;
/// The word as it stands.
const WORD: Score = 2.0;
/// The word without its particles.
const STEM: Score = 1.6;
/// Another form of the verb.
const VERB: Score = 1.2;
/// Within a longer word.
const WITHIN: Score = 1.0;
/// The stem within a longer word.
const STEM_WITHIN: Score = 0.7;
/// A single character within a longer word.
const SINGLE: Score = 0.4;
/// The beginning of a longer word of another script.
const PREFIX: Score = 1.0;
/// A misspelt word.
const MISSPELT: Score = 0.5;
/// The words that a compound is made of, each somewhere.
const PIECES: Score = 0.3;

/// From how many characters on a word may be a compound of words.
const COMPOUND_FROM: usize = 4;
/// Shortest word that a compound is made of.
const PIECE_FROM: usize = 2;
/// Longest.
const PIECE_TO: usize = 8;

type Clause = (Occur, Box<dyn Query>);

/// Looks, and counts.
pub(super) fn run(searcher: &Searcher, fields: &Fields, query: &SearchQuery<'_>) -> tantivy::Result<Found> {
    let asked = Asked { searcher, fields };
    let mut also = Vec::new();
    let mut clauses: Vec<Clause> = Vec::new();
    for part in &query.keyword.parts {
        clauses.push((Occur::Must, asked.part(part, &mut also)?));
    }
    if clauses.is_empty() {
        return Ok(Found::default());
    }
    let filters = [
        query.category.map(|category| Term::from_field_text(fields.category, category.as_str())),
        query.tag.map(|tag| Term::from_field_text(fields.tag, tag.as_str())),
    ];
    for filter in filters.into_iter().flatten() {
        let exact = Box::new(TermQuery::new(filter, IndexRecordOption::Basic));
        clauses.push((Occur::Must, Box::new(ConstScoreQuery::new(exact, 0.0))));
    }
    let most = (query.offset + query.limit).min(HITS_MAX as usize);
    let (ids, total) = searcher.search(&BooleanQuery::new(clauses), &Best { most, second: Second::Newer })?;
    Ok(Found { ids: ids.into_iter().skip(query.offset).map(PostId).collect(), total, also })
}

/// What is asked, and the index that knows which words there are.
struct Asked<'a> {
    searcher: &'a Searcher,
    fields: &'a Fields,
}

impl Asked<'_> {
    fn part(&self, part: &Part, also: &mut Vec<String>) -> tantivy::Result<Box<dyn Query>> {
        let mut ways = Vec::new();
        match part {
            Part::Other(term) => self.other(term, &mut ways)?,
            Part::Cjk(word) => {
                self.word(word, &mut ways)?;
                if let Some(pieces) = self.pieces(&word.full)? {
                    let each = pieces.iter().map(|piece| {
                        let mut ways = Vec::new();
                        self.word(piece, &mut ways)?;
                        Ok((Occur::Must, any(ways)))
                    });
                    let all = BooleanQuery::new(each.collect::<tantivy::Result<_>>()?);
                    ways.push((Occur::Should, Box::new(BoostQuery::new(Box::new(all), PIECES))));
                    also.extend(pieces.into_iter().map(|piece| piece.full));
                }
            }
        }
        Ok(any(ways))
    }

    /// A word of another script: itself, the beginning of a longer one, or a misspelt one (Q4).
    fn other(&self, term: &str, ways: &mut Vec<Clause>) -> tantivy::Result<()> {
        let most = tolerance(term);
        for (fields, weight) in self.texts() {
            let exact = Term::from_field_text(fields.words, term);
            ways.push(weighed(TermQuery::new(exact.clone(), IndexRecordOption::WithFreqs), weight * WORD));
            if matches_as_prefix(term) {
                let letters: String = term.chars().map(|c| class(&vec![c..=c])).collect();
                let longer = RegexQuery::from_pattern(&format!("{letters}.+"), fields.words)?;
                ways.push(weighed(longer, weight * PREFIX));
            }
            if most > 0 {
                ways.push(weighed(FuzzyTermQuery::new(exact, most, true), weight * MISSPELT));
            }
        }
        Ok(())
    }

    /// A word of Hangul, Han or Kana.
    fn word(&self, word: &Word, ways: &mut Vec<Clause>) -> tantivy::Result<()> {
        // A word that others hang a particle on is a word itself, however much its end looks like one (고양이).
        let whole = self.searcher.doc_freq(&Term::from_field_text(self.fields.nouns, &word.full))? > 0;
        let stems: Vec<&String> =
            if whole { Vec::new() } else { [&word.once, &word.root].into_iter().flatten().collect() };
        let stems: Vec<&String> = stems.into_iter().chain(&word.act).collect();
        for (fields, weight) in self.texts() {
            ways.push(term(fields.words, &word.full, weight * WORD));
            ways.extend(within(fields, &word.full, weight * WITHIN));
            for stem in &stems {
                ways.push(term(fields.words, stem, weight * STEM));
                ways.extend(
                    within(fields, stem, weight * STEM_WITHIN)
                        .filter(|_| stem.chars().nth(1).is_some() || names(word, stem)),
                );
            }
            ways.extend(word.verbs.iter().map(|key| term(fields.words, key, weight * VERB)));
        }
        Ok(())
    }

    fn texts(&self) -> [(TextFields, Score); 2] {
        [(self.fields.title, TITLE), (self.fields.text, 1.0)]
    }

    /// The fewest known words that make up a compound (원룸이사비용 → 원룸, 이사, 비용); nothing when it is one word itself or
    /// has a piece that nobody ever wrote.
    fn pieces(&self, compound: &str) -> tantivy::Result<Option<Vec<Word>>> {
        let letters: Vec<char> = compound.chars().collect();
        if letters.len() < COMPOUND_FROM {
            return Ok(None);
        }
        // The best way to write the first so many letters: fewest words, of those the one whose shortest is longest.
        let mut best: Vec<Option<(usize, usize, usize)>> = vec![None; letters.len() + 1];
        best[0] = Some((0, usize::MAX, 0));
        for end in PIECE_FROM..=letters.len() {
            for start in end.saturating_sub(PIECE_TO)..=end - PIECE_FROM {
                let Some((words, shortest, _)) = best[start] else { continue };
                let candidate = (words + 1, shortest.min(end - start), start);
                let better = best[end].is_none_or(|(words, shortest, _)| {
                    candidate.0 < words || candidate.0 == words && candidate.1 > shortest
                });
                if better && end - start < letters.len() && self.is_known(&letters[start..end], end == letters.len())? {
                    best[end] = Some(candidate);
                }
            }
        }
        let mut pieces = Vec::new();
        let mut end = letters.len();
        while end > 0 {
            let Some((.., start)) = best[end] else { return Ok(None) };
            pieces.push(Word::of(&letters[start..end]));
            end = start;
        }
        pieces.reverse();
        Ok(Some(pieces))
    }

    /// Whether some text has this word; the last piece of a compound may be in another form there.
    fn is_known(&self, letters: &[char], last: bool) -> tantivy::Result<bool> {
        let word = Word::of(letters);
        let mut keys = vec![word.full];
        if last {
            keys.extend(
                [word.once, word.root, word.act].into_iter().flatten().filter(|stem| stem.chars().nth(1).is_some()),
            );
            keys.extend(word.verbs);
        }
        for key in keys {
            for (fields, _) in self.texts() {
                if self.searcher.doc_freq(&Term::from_field_text(fields.words, &key))? > 0 {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

/// Whether a stem of one character is a noun for certain: 방을, but not 회의.
fn names(word: &Word, stem: &str) -> bool {
    word.full.strip_prefix(stem).is_some_and(|particle| matches!(particle, "을" | "를"))
}

/// Everywhere within words: a chain of pairs, or a single character.
fn within(fields: TextFields, word: &str, weight: Score) -> std::option::IntoIter<Clause> {
    let letters: Vec<char> = word.chars().collect();
    let pairs: Vec<String> = letters.windows(2).map(|pair| pair.iter().collect()).collect();
    let clause = match pairs.as_slice() {
        [] => term(fields.singles, word, weight * SINGLE),
        [pair] => term(fields.pairs, pair, weight),
        pairs => {
            // Every other pair says the same as all of them; the last one ends the chain.
            let ends = pairs.len() - 1;
            let chain = pairs.iter().enumerate().filter(|(at, _)| at % 2 == 0 || *at == ends);
            let chain: Vec<(usize, Term)> =
                chain.map(|(at, pair)| (at, Term::from_field_text(fields.pairs, pair))).collect();
            #[expect(clippy::cast_precision_loss, reason = "at most a hundred pairs")]
            let each = weight / chain.len() as Score;
            weighed(PhraseQuery::new_with_offset(chain), each)
        }
    };
    Some(clause).into_iter()
}

fn term(field: Field, text: &str, weight: Score) -> Clause {
    weighed(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::WithFreqs), weight)
}

fn weighed(query: impl Query, weight: Score) -> Clause {
    (Occur::Should, Box::new(BoostQuery::new(Box::new(query), weight)))
}

fn any(ways: Vec<Clause>) -> Box<dyn Query> {
    Box::new(BooleanQuery::new(ways))
}
