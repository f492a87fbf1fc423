//! From text to items.

use std::ops::Range;

use super::{Item, Undefined};
use crate::diagnostic::{Diagnostic, nearest};
use crate::query::expr::{Count, Expr, ExprError, Schema};

/// Names that are not fields.
const WORDS: [&str; 22] = [
    "CHROM",
    "POS",
    "POS0",
    "END",
    "END0",
    "ID",
    "REF",
    "ALT",
    "FIRST_ALT",
    "QUAL",
    "FILTER",
    "TYPE",
    "INFO",
    "SAMPLE",
    "GT",
    "TGT",
    "IUPACGT",
    "LINE",
    "MASK",
    "FORMAT",
    "N_PASS",
    "F_PASS",
];

/// What bcftools has and this has not.
const ELSEWHERE: [&str; 4] = ["TBCSQ", "PBINOM", "RSX", "VKX"];

/// What a name is said to be of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Any,
    Site,
    Info,
    Sample,
}

pub(super) struct Parser<'a> {
    source: &'a str,
    at: usize,
    schema: &'a Schema,
    undefined: Undefined,
    formats: Vec<usize>,
}

impl<'a> Parser<'a> {
    pub(super) const fn new(source: &'a str, schema: &'a Schema, undefined: Undefined) -> Self {
        Self {
            source,
            at: 0,
            schema,
            undefined,
            formats: Vec::new(),
        }
    }

    /// The items, and the FORMAT fields that they show.
    pub(super) fn all(mut self) -> Result<(Vec<Item>, Vec<usize>), Box<Diagnostic>> {
        let items = self.items(false)?;
        Ok((items, self.formats))
    }

    fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn error(&self, message: impl Into<String>, span: Range<usize>) -> Box<Diagnostic> {
        Box::new(Diagnostic::new(message, self.source, span))
    }

    fn items(&mut self, within: bool) -> Result<Vec<Item>, Box<Diagnostic>> {
        let opened = self.at.saturating_sub(1);
        let mut items = Vec::new();
        let mut text = String::new();
        while let Some(c) = self.rest().chars().next() {
            let at = self.at;
            self.at += c.len_utf8();
            let item = match c {
                '%' => self.tag(within)?,
                '[' if within => return Err(self.error("brackets within brackets", at..at + 1)),
                '[' => Item::Each(self.items(true)?),
                ']' if within => {
                    if !text.is_empty() {
                        items.push(Item::Text(text));
                    }
                    return Ok(items);
                }
                ']' => return Err(self.error("there is no [ before it", at..at + 1)),
                '\\' => {
                    let next = self.rest().chars().next();
                    self.at += next.map_or(0, char::len_utf8);
                    match next {
                        Some('n') => text.push('\n'),
                        Some('t') => text.push('\t'),
                        Some(c) => text.push(c),
                        None => text.push('\\'),
                    }
                    continue;
                }
                c => {
                    text.push(c);
                    continue;
                }
            };
            if !text.is_empty() {
                items.push(Item::Text(std::mem::take(&mut text)));
            }
            items.push(item);
        }
        if within {
            return Err(self.error("the bracket is not closed", opened..opened + 1));
        }
        if !text.is_empty() {
            items.push(Item::Text(text));
        }
        Ok(items)
    }

    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let part = |c: char| c.is_ascii_alphanumeric() || "_.+-".contains(c);
        let len = rest.find(|c| !part(c)).unwrap_or(rest.len());
        // A full stop at the end is a sentence's, or a separator.
        let word = rest[..len].trim_end_matches(['.', '-', '+']);
        self.at += word.len();
        word
    }

    /// What stands in braces.
    fn braces(&mut self) -> Result<Option<&'a str>, Box<Diagnostic>> {
        let Some(body) = self.rest().strip_prefix('{') else {
            return Ok(None);
        };
        let Some(end) = body.find('}') else {
            return Err(self.error("the brace is not closed", self.at..self.at + 1));
        };
        self.at += end + 2;
        Ok(Some(&body[..end]))
    }

    fn tag(&mut self, within: bool) -> Result<Item, Box<Diagnostic>> {
        let start = self.at - 1;
        let mut word = self.word();
        let mut of = Of::Any;
        if self.rest().starts_with('/') {
            of = match word {
                "" => Of::Site,
                "INFO" => Of::Info,
                "FORMAT" | "FMT" => Of::Sample,
                _ => Of::Any,
            };
            if of != Of::Any {
                self.at += 1;
                word = self.word();
            }
        }
        if of == Of::Any && matches!(word, "N_PASS" | "F_PASS") && self.rest().starts_with('(') {
            return self.passing(word == "F_PASS");
        }
        let braces = self.braces()?;
        let span = start..self.at;
        if word.is_empty() {
            return Err(self.error("a name should follow the %", span));
        }
        let index = braces.and_then(|b| b.parse().ok());
        if matches!(of, Of::Any | Of::Site)
            && let Some(cohort) = braces.filter(|b| b.parse::<usize>().is_err())
        {
            return self.count(word, cohort, span);
        }
        // Within brackets a FORMAT field goes before the site's of the same name.
        let sampled = |parser: &mut Self| parser.sampled(word, index, within, of, &span);
        if within
            && matches!(of, Of::Any | Of::Sample)
            && let Some(item) = sampled(self)?
        {
            return Ok(item);
        }
        if matches!(of, Of::Any | Of::Site)
            && let Some(item) = site(word, braces)
        {
            return Ok(item);
        }
        if matches!(of, Of::Any | Of::Sample)
            && let Some(item) = sampled(self)?
        {
            return Ok(item);
        }
        if of != Of::Sample {
            if let Some(at) = self.schema.predicted_index(word).filter(|_| of != Of::Info) {
                return Ok(Item::Column(word.to_owned(), at));
            }
            if let Some(at) = self.schema.info_index(word) {
                return Ok(Item::Info(word.to_owned(), at, index));
            }
            if let Some(at) = self.schema.column_index(word).filter(|_| of != Of::Info) {
                return Ok(Item::Column(word.to_owned(), at));
            }
        }
        if self.undefined == Undefined::Missing {
            return Ok(Item::Undefined(word.to_owned()));
        }
        if ELSEWHERE.contains(&word) {
            return Err(self.error(format!("%{word} is not supported"), span));
        }
        if self.rest().starts_with('(') {
            let message = format!("%{word}(...) is not supported");
            return Err(Box::new(
                Diagnostic::new(message, self.source, span)
                    .with_help("of functions there are N_PASS and F_PASS"),
            ));
        }
        let names = self.schema.info_names().chain(WORDS);
        let similar = nearest(word, names.chain(self.schema.format_names()));
        let message = format!("no field {word:?}");
        let diagnostic = Diagnostic::new(message, self.source, span);
        Err(Box::new(match similar {
            Some(_) => diagnostic.with_similar(similar),
            None => diagnostic.with_help("-u shows what is not there as missing"),
        }))
    }

    /// What is of each sample; `None` for what is not.
    fn sampled(
        &mut self,
        word: &str,
        index: Option<usize>,
        within: bool,
        of: Of,
        span: &Range<usize>,
    ) -> Result<Option<Item>, Box<Diagnostic>> {
        let kept = self.schema.format_index(word).filter(|_| word != "GT");
        let item = match (sample(word), kept) {
            (Some(item), None) => item,
            // Without brackets it is INFO's, where there is such a field.
            (None, _) if !within && of == Of::Any && self.schema.info_index(word).is_some() => {
                return Ok(None);
            }
            (_, Some(field)) => {
                let at = self.formats.iter().position(|f| *f == field);
                let at = at.unwrap_or_else(|| {
                    self.formats.push(field);
                    self.formats.len() - 1
                });
                Item::Sampled(word.to_owned(), at, index)
            }
            (None, None) => match self.schema.not_kept(word) {
                Some(hint) if within || of == Of::Sample => {
                    let message = format!("the store has not kept FORMAT/{word}");
                    let diagnostic = Diagnostic::new(message, self.source, span.clone());
                    let info = self.schema.info_index(word).is_some();
                    let hint = match info {
                        true => format!("{hint}; %INFO/{word} is the site's"),
                        false => hint.to_owned(),
                    };
                    return Err(Box::new(diagnostic.with_help(hint)));
                }
                _ => return Ok(None),
            },
        };
        if within {
            return Ok(Some(item));
        }
        let message = format!("%{word} is of each sample");
        Err(Box::new(
            Diagnostic::new(message, self.source, span.clone())
                .with_help(format!("write it within brackets: [%{word}]")),
        ))
    }

    /// The expression in parentheses; quoted ones in it are text.
    fn passing(&mut self, share: bool) -> Result<Item, Box<Diagnostic>> {
        let start = self.at + 1;
        let (mut depth, mut quote) = (0_usize, None);
        for (i, c) in self.rest().char_indices() {
            match (quote, c) {
                (Some(q), c) if q == c => quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') => quote = Some(c),
                (None, '(') => depth += 1,
                (None, ')') => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                let end = self.at + i;
                self.at = end + 1;
                let text = self.source.get(start..end).unwrap_or_default();
                let checked = Expr::parse(text).and_then(|e| e.check(self.schema));
                return match checked {
                    Ok(checked) => Ok(Item::Passing(Box::new(checked), share)),
                    Err(ExprError::Expression(d)) => {
                        let span = start + d.span().start..start + d.span().end;
                        let here = Diagnostic::new(d.message(), self.source, span);
                        Err(Box::new(match d.help() {
                            Some(help) => here.with_help(help),
                            None => here,
                        }))
                    }
                    Err(e) => Err(self.error(e.to_string(), start..end)),
                };
            }
        }
        Err(self.error("the parenthesis is not closed", start - 1..start))
    }

    fn count(&self, word: &str, cohort: &str, span: Range<usize>) -> Result<Item, Box<Diagnostic>> {
        let Some(count) = Count::find(word) else {
            let names = Count::NAMES.map(|n| n.0).join(" ");
            let message = format!("%{word} is no count; in a cohort there are {names}");
            return Err(self.error(message, span));
        };
        match self.schema.cohort_index(cohort) {
            Some(at) => Ok(Item::Count(count, cohort.to_owned(), at)),
            None => {
                let similar = nearest(cohort, self.schema.cohort_names());
                let message = format!("no cohort {cohort:?}");
                Err(Box::new(
                    Diagnostic::new(message, self.source, span).with_similar(similar),
                ))
            }
        }
    }
}

fn site(word: &str, braces: Option<&str>) -> Option<Item> {
    Some(match word {
        "CHROM" => Item::Chrom,
        "POS" => Item::Pos(false),
        "POS0" => Item::Pos(true),
        "END" => Item::End(false),
        "END0" => Item::End(true),
        "ID" => Item::Id,
        "REF" => Item::Ref,
        "ALT" => Item::Alt(braces.and_then(|b| b.parse().ok())),
        "FIRST_ALT" => Item::Alt(Some(0)),
        "QUAL" => Item::Qual,
        "FILTER" => Item::Filter,
        "TYPE" => Item::Type,
        "INFO" => Item::InfoAll,
        "LINE" => Item::Line,
        "MASK" => Item::Mask,
        "FORMAT" => Item::Format,
        _ => return None,
    })
}

fn sample(word: &str) -> Option<Item> {
    Some(match word {
        "SAMPLE" => Item::Sample,
        "GT" => Item::Gt,
        "TGT" => Item::Tgt,
        "IUPACGT" => Item::IupacGt,
        "PS" => Item::PhaseSet,
        _ => return None,
    })
}
