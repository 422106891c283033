//! The fields of the index.
//!
//! Title and text are kept three times each: as words and their stems, as overlapping pairs of characters with their
//! places, and as single characters. Nothing is stored: what is shown comes from the database (Q7).

use tantivy::TantivyDocument;
use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, Schema, SchemaBuilder, TextFieldIndexing, TextOptions};

use super::tokenizer::Pieces;
use crate::ports::SearchDocument;

/// Name of the fast field with the id.
pub(super) const ID: &str = "id";
/// Name of the fast field with the time of writing.
pub(super) const CREATED: &str = "created";
/// Name of the fast field with the score.
pub(super) const SCORE: &str = "score";

/// A text, three times.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextFields {
    pub(super) words: Field,
    pub(super) pairs: Field,
    pub(super) singles: Field,
}

/// All fields.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields {
    pub(super) id: Field,
    created: Field,
    score: Field,
    pub(super) category: Field,
    pub(super) tag: Field,
    pub(super) title: TextFields,
    pub(super) text: TextFields,
    /// Nouns that carry a particle somewhere.
    pub(super) nouns: Field,
    /// What titles and their words begin with.
    pub(super) typed: Field,
    /// The same by initial consonants.
    pub(super) initials: Field,
}

/// The one schema of this version.
pub(super) fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let fields = Fields {
        id: schema.add_i64_field(ID, INDEXED | FAST),
        created: schema.add_i64_field(CREATED, FAST),
        score: schema.add_i64_field(SCORE, FAST),
        category: schema.add_text_field("category", exact()),
        tag: schema.add_text_field("tag", exact()),
        title: text_fields(&mut schema, "title"),
        text: text_fields(&mut schema, "text"),
        nouns: schema.add_text_field("nouns", pieces(Pieces::Nouns, IndexRecordOption::Basic, false)),
        typed: schema.add_text_field("typed", pieces(Pieces::Typed, IndexRecordOption::Basic, false)),
        initials: schema.add_text_field("initials", pieces(Pieces::Initials, IndexRecordOption::Basic, false)),
    };
    (schema.build(), fields)
}

fn text_fields(schema: &mut SchemaBuilder, name: &str) -> TextFields {
    use IndexRecordOption::{Basic, WithFreqs, WithFreqsAndPositions};
    TextFields {
        words: schema.add_text_field(&format!("{name}_words"), pieces(Pieces::Words, WithFreqs, true)),
        pairs: schema.add_text_field(&format!("{name}_pairs"), pieces(Pieces::Pairs, WithFreqsAndPositions, true)),
        singles: schema.add_text_field(&format!("{name}_singles"), pieces(Pieces::Singles, Basic, false)),
    }
}

fn pieces(pieces: Pieces, kept: IndexRecordOption, lengths: bool) -> TextOptions {
    let indexing =
        TextFieldIndexing::default().set_tokenizer(pieces.name()).set_index_option(kept).set_fieldnorms(lengths);
    TextOptions::default().set_indexing_options(indexing)
}

fn exact() -> TextOptions {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("raw")
        .set_index_option(IndexRecordOption::Basic)
        .set_fieldnorms(false);
    TextOptions::default().set_indexing_options(indexing)
}

impl Fields {
    /// A post as the engine takes it.
    pub(super) fn document(&self, post: &SearchDocument) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        document.add_i64(self.id, post.id.0);
        document.add_i64(self.created, post.created_at.micros());
        document.add_i64(self.score, post.score);
        document.add_text(self.category, post.category.as_str());
        document.add_text(self.tag, post.tag.as_str());
        for (fields, text) in [(self.title, &post.title), (self.text, &post.text)] {
            for field in [fields.words, fields.pairs, fields.singles, self.nouns] {
                document.add_text(field, text);
            }
        }
        document.add_text(self.typed, &post.title);
        document.add_text(self.initials, &post.title);
        document
    }
}
