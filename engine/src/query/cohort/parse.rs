//! Tokens to a tree, by recursive descent.

use super::ast::{Literal, Name, Node, Span, Test, Value};
use super::lex::{Spanned, Token, error, lex};
use super::{CohortError, MAX_CONDITIONS, MAX_DEPTH};
use crate::diagnostic::Diagnostic;

pub(super) fn parse(source: &str) -> Result<Node, CohortError> {
    let tokens = lex(source)?;
    let mut parser = Parser {
        source,
        tokens,
        at: 0,
        depth: 0,
        conditions: 0,
    };
    let node = parser.or()?;
    let end = parser.peek().clone();
    match end.token {
        Token::End => Ok(node),
        Token::Close => Err(parser.error(end.span, "no parenthesis is open here").into()),
        _ => Err(parser
            .error(end.span, "the expression should end here")
            .with_help("join conditions with && or ||")
            .into()),
    }
}

struct Parser<'a> {
    source: &'a str,
    /// Never empty; the last is [`Token::End`].
    tokens: Vec<Spanned>,
    at: usize,
    depth: usize,
    conditions: usize,
}

type Parsed<T> = Result<T, Diagnostic>;

/// One side of a comparison.
enum Side {
    Column(Name),
    Value(Value),
}

impl Parser<'_> {
    fn peek(&self) -> &Spanned {
        // `take` never passes the last token.
        &self.tokens[self.at]
    }

    fn take(&mut self) -> Spanned {
        let token = self.peek().clone();
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
        token
    }

    fn take_if(&mut self, token: &Token) -> bool {
        let found = self.peek().token == *token;
        if found {
            self.take();
        }
        found
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = matches!(&self.peek().token, Token::Word(w) if w == word);
        if found {
            self.take();
        }
        found
    }

    fn error(&self, span: Span, message: &str) -> Diagnostic {
        error(self.source, span, message)
    }

    fn expect(&mut self, token: &Token, message: &str) -> Parsed<()> {
        if self.take_if(token) {
            Ok(())
        } else {
            Err(self.error(self.peek().span.clone(), message))
        }
    }

    fn deeper<T>(&mut self, f: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} parentheses inside each other");
            return Err(self.error(self.peek().span.clone(), &message));
        }
        let result = f(self);
        self.depth -= 1;
        result
    }

    fn or(&mut self) -> Parsed<Node> {
        let mut nodes = vec![self.and()?];
        while self.take_if(&Token::Or) {
            nodes.push(self.and()?);
        }
        self.refuse_word("or", "||")?;
        Ok(single(nodes, Node::Or))
    }

    fn and(&mut self) -> Parsed<Node> {
        let mut nodes = vec![self.not()?];
        while self.take_if(&Token::And) {
            nodes.push(self.not()?);
        }
        self.refuse_word("and", "&&")?;
        Ok(single(nodes, Node::And))
    }

    /// A word of other languages where an operator stands.
    fn refuse_word(&self, word: &str, symbol: &str) -> Parsed<()> {
        match &self.peek().token {
            Token::Word(w) if w.eq_ignore_ascii_case(word) => {
                let hint = format!("use {symbol} for \"{word}\"");
                Err(self
                    .error(self.peek().span.clone(), "this is not an operator")
                    .with_help(hint))
            }
            _ => Ok(()),
        }
    }

    fn not(&mut self) -> Parsed<Node> {
        if self.take_if(&Token::Not) {
            return Ok(Node::Not(Box::new(self.deeper(Self::not)?)));
        }
        if matches!(&self.peek().token, Token::Word(w) if w == "not") {
            let span = self.peek().span.clone();
            return Err(self
                .error(span, "\"not\" stands only before \"in\"")
                .with_help("use !( ) for \"not\""));
        }
        if self.take_if(&Token::Open) {
            let node = self.deeper(Self::or)?;
            self.expect(&Token::Close, "a parenthesis should close here")?;
            return Ok(node);
        }
        self.test()
    }

    fn test(&mut self) -> Parsed<Node> {
        self.conditions += 1;
        if self.conditions > MAX_CONDITIONS {
            let message = format!("more than {MAX_CONDITIONS} conditions");
            let d = self.error(self.peek().span.clone(), &message);
            return Err(d.with_help("ask for many values of a column by: column in [a, b]"));
        }
        let side = self.side()?;
        let column = match side {
            Side::Column(column) => column,
            Side::Value(value) => return self.flipped(value),
        };
        let token = self.peek().token.clone();
        let test = match token {
            Token::Op(op) => {
                self.take();
                match self.side()? {
                    Side::Value(value) => Test::Compare(op, value),
                    Side::Column(other) => {
                        let quoted = format!("to compare with text, write \"{}\"", other.text);
                        return Err(self
                            .error(
                                other.span,
                                "a column is compared with a value, not a column",
                            )
                            .with_help(quoted));
                    }
                }
            }
            Token::Word(w) if w == "in" => {
                self.take();
                self.list(false)?
            }
            Token::Word(w) if w == "not" => {
                self.take();
                if !self.take_word("in") {
                    let span = self.peek().span.clone();
                    return Err(self.error(span, "\"in\" should follow \"not\""));
                }
                self.list(true)?
            }
            Token::Open if column.text == "missing" => {
                self.take();
                let column = match self.side()? {
                    Side::Column(column) => column,
                    Side::Value(v) => return Err(self.error(v.span, "missing() takes a column")),
                };
                self.expect(&Token::Close, "a parenthesis should close here")?;
                let test = Test::IsMissing;
                return Ok(Node::Test { column, test });
            }
            Token::Open if super::code::SYSTEMS.contains(&column.text.as_str()) => {
                self.take();
                let (code, span) = match self.side()? {
                    Side::Value(Value {
                        literal: Literal::Text(code),
                        span,
                    }) if !code.trim().is_empty() => (code, span),
                    Side::Value(Value { span, .. }) | Side::Column(Name { span, .. }) => {
                        return Err(self
                            .error(span, "a code in quotes should stand here")
                            .with_help("as in hpo(\"HP:0001638\") or icd(\"I42\")"));
                    }
                };
                self.expect(&Token::Close, "a parenthesis should close here")?;
                self.end_of_test()?;
                return Ok(Node::Code {
                    system: column,
                    code,
                    span,
                });
            }
            Token::Open => {
                return Err(self
                    .error(column.span, "there is no such function")
                    .with_help("the functions are missing(column), hpo(code), icd(code), mondo(code) and nando(code)"));
            }
            _ => Test::IsTrue,
        };
        self.end_of_test()?;
        Ok(Node::Test { column, test })
    }

    /// Two comparisons in a row would have to be joined.
    fn end_of_test(&self) -> Parsed<()> {
        if let Token::Op(op) = self.peek().token {
            let hint = format!("join two comparisons: a < b && b {} c", op.symbol());
            let span = self.peek().span.clone();
            return Err(self.error(span, "comparisons do not chain").with_help(hint));
        }
        Ok(())
    }

    /// `3 < age`.
    fn flipped(&mut self, value: Value) -> Parsed<Node> {
        let Token::Op(op) = self.peek().token else {
            let message = "a value alone is no condition";
            return Err(self
                .error(value.span, message)
                .with_help("compare it with a column: column == value"));
        };
        self.take();
        match self.side()? {
            Side::Column(column) => {
                self.end_of_test()?;
                let test = Test::Compare(op.flipped(), value);
                Ok(Node::Test { column, test })
            }
            Side::Value(other) => {
                let span = value.span.start..other.span.end;
                Err(self.error(span, "one side of a comparison is a column"))
            }
        }
    }

    fn list(&mut self, negated: bool) -> Parsed<Test> {
        self.expect(&Token::OpenList, "a list should start here: [\"a\", \"b\"]")?;
        let mut list = Vec::new();
        while !self.take_if(&Token::CloseList) {
            match self.side()? {
                Side::Value(value) => list.push(value),
                Side::Column(name) => {
                    return Err(self
                        .error(name.span, "a list holds values, not columns")
                        .with_help(format!("write \"{}\" for text", name.text)));
                }
            }
            if !self.take_if(&Token::Comma) {
                self.expect(&Token::CloseList, "a comma or ] should stand here")?;
                break;
            }
        }
        Ok(Test::In { negated, list })
    }

    fn side(&mut self) -> Parsed<Side> {
        let Spanned { token, span } = self.take();
        let value = |literal| {
            let span = span.clone();
            Ok(Side::Value(Value { literal, span }))
        };
        match token {
            Token::Text(text) => value(Literal::Text(text)),
            Token::Number(number) => value(Literal::Number(number)),
            Token::Word(w) if w == "true" || w == "TRUE" => value(Literal::Bool(true)),
            Token::Word(w) if w == "false" || w == "FALSE" => value(Literal::Bool(false)),
            Token::Word(w) if w == "NA" => value(Literal::Missing),
            Token::Word(text) if text != "in" && text != "not" => {
                Ok(Side::Column(Name { text, span }))
            }
            Token::Quoted(text) => Ok(Side::Column(Name { text, span })),
            Token::End => Err(self.error(span, "the expression ends early")),
            Token::Op(_) | Token::And | Token::Or => {
                Err(self.error(span, "a column or value should stand before this operator"))
            }
            _ => Err(self.error(span, "a column or value should stand here")),
        }
    }
}

/// One node as it is, several under `parent`.
fn single(mut nodes: Vec<Node>, parent: fn(Vec<Node>) -> Node) -> Node {
    match nodes.pop() {
        Some(only) if nodes.is_empty() => only,
        Some(last) => {
            nodes.push(last);
            parent(nodes)
        }
        None => parent(nodes),
    }
}
