//! Tokens of a name for the index: words, and of runs without blanks every character and every
//! pair of neighbours, at the place of the first.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use super::fold::{Unit, units};

/// The name it is registered under.
pub(super) const TOKENIZER: &str = "genodex_name";

/// Cuts names by [`units`].
#[derive(Clone, Copy, Debug)]
pub(super) struct NameTokenizer;

/// Tokens of one name.
pub(super) struct Tokens {
    tokens: std::vec::IntoIter<(usize, String)>,
    token: Token,
}

/// Places and texts of the tokens of some units.
pub(super) fn index_terms(units: &[Unit]) -> Vec<(usize, String)> {
    let mut terms = Vec::new();
    let mut place = 0;
    for unit in units {
        match unit {
            Unit::Word(word) => terms.push((place, word.clone())),
            Unit::Run(chars) => {
                for (i, c) in chars.iter().enumerate() {
                    terms.push((place + i, c.to_string()));
                    if let Some(next) = chars.get(i + 1) {
                        terms.push((place + i, [*c, *next].iter().collect()));
                    }
                }
            }
        }
        place += unit.len();
    }
    terms
}

/// The fewest tokens that a text must have to contain these units, with their places.
pub(super) fn query_terms(units: &[Unit]) -> Vec<(usize, String)> {
    let mut terms = Vec::new();
    let mut place = 0;
    for unit in units {
        match unit {
            Unit::Word(word) => terms.push((place, word.clone())),
            Unit::Run(chars) if chars.len() < 2 => {
                terms.push((place, chars.iter().collect()));
            }
            Unit::Run(chars) => {
                let pairs = chars.windows(2).enumerate();
                terms.extend(pairs.map(|(i, pair)| (place + i, pair.iter().collect())));
            }
        }
        place += unit.len();
    }
    terms
}

impl Tokenizer for NameTokenizer {
    type TokenStream<'a> = Tokens;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens {
        Tokens {
            tokens: index_terms(&units(text)).into_iter(),
            token: Token::default(),
        }
    }
}

impl TokenStream for Tokens {
    fn advance(&mut self) -> bool {
        let Some((position, text)) = self.tokens.next() else {
            return false;
        };
        self.token.position = position;
        self.token.text = text;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
