//! Hands the pieces of [`crate::policy::search`] to the engine.

use tantivy::Index;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use crate::policy::search::suggest::{initials_of_title, keys_of_title};
use crate::policy::search::text::{compose, runs};
use crate::policy::search::word;

/// What a field keeps of a text.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pieces {
    Words,
    Nouns,
    Pairs,
    Singles,
    Typed,
    Initials,
}

impl Pieces {
    const ALL: [Self; 6] = [Self::Words, Self::Nouns, Self::Pairs, Self::Singles, Self::Typed, Self::Initials];

    /// The name under which the schema knows it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Words => "words",
            Self::Nouns => "nouns",
            Self::Pairs => "pairs",
            Self::Singles => "singles",
            Self::Typed => "typed",
            Self::Initials => "initials",
        }
    }

    fn of(self, text: &str) -> Vec<(usize, String)> {
        let runs = || runs(&compose(text));
        match self {
            Self::Words => word::keys(&runs()).enumerate().collect(),
            Self::Nouns => word::nouns(&runs()).enumerate().collect(),
            Self::Pairs => word::pairs(&runs()).collect(),
            Self::Singles => word::singles(&runs()).into_iter().enumerate().collect(),
            Self::Typed => keys_of_title(text).into_iter().enumerate().collect(),
            Self::Initials => initials_of_title(text).into_iter().enumerate().collect(),
        }
    }
}

/// Makes the pieces known to an index.
pub(super) fn register(index: &Index) {
    for pieces in Pieces::ALL {
        index.tokenizers().register(pieces.name(), pieces);
    }
}

impl Tokenizer for Pieces {
    type TokenStream<'a> = Stream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream {
        Stream { pieces: self.of(text).into_iter(), token: Token::default() }
    }
}

/// The pieces of one text.
#[derive(Debug)]
pub(super) struct Stream {
    pieces: std::vec::IntoIter<(usize, String)>,
    token: Token,
}

impl TokenStream for Stream {
    fn advance(&mut self) -> bool {
        let Some((position, text)) = self.pieces.next() else { return false };
        // Offsets would serve the engine's own highlighter only.
        self.token = Token { offset_from: 0, offset_to: 0, position, position_length: 1, text };
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
