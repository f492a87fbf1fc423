//! Tokens into steps in postfix order.
//!
//! The form is flat on purpose: no depth of parentheses and no length of a chain makes anything
//! recurse. Operators of one precedence group from the right, as bcftools groups them:
//! `10-5-2` is `10-(5-2)`.

use super::function::Function;
use super::lex::{Op, Scope, Span, Spanned, Subscript, Token, lex};
use super::{ExprError, MAX_STEPS};
use crate::diagnostic::Diagnostic;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum StepKind {
    Number(f64),
    Text(String),
    File(String),
    Name {
        scope: Scope,
        name: String,
        subscript: Option<Subscript>,
    },
    Op(Op),
    Function(Function, usize),
    In {
        negated: bool,
        list: Vec<(String, Span)>,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    pub(super) kind: StepKind,
    /// The token itself.
    pub(super) span: Span,
    /// The whole operand that ends with this step.
    pub(super) extent: Span,
}

/// What waits for its right operand or closing parenthesis.
enum Pending {
    Op(Op, Span),
    Open(Span),
    Call(Function, Span, usize),
}

struct Parser<'a> {
    source: &'a str,
    steps: Vec<Step>,
    pending: Vec<Pending>,
    /// Extents of the operands not used yet.
    operands: Vec<Span>,
    warnings: Vec<Diagnostic>,
}

/// Parses; the warnings are of readings that surprise.
pub(super) fn parse(source: &str) -> Result<(Vec<Step>, Vec<Diagnostic>), ExprError> {
    let tokens = lex(source)?;
    let mut parser = Parser {
        source,
        steps: Vec::new(),
        pending: Vec::new(),
        operands: Vec::new(),
        warnings: Vec::new(),
    };
    parser.run(&tokens)?;
    Ok((parser.steps, parser.warnings))
}

impl Parser<'_> {
    fn error(&self, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(message, self.source, span)
    }

    fn run(&mut self, tokens: &[Spanned]) -> Result<(), Diagnostic> {
        let mut at = 0;
        let mut operand = true;
        while let Some(Spanned { token, span }) = tokens.get(at) {
            if self.steps.len() >= MAX_STEPS {
                return Err(self
                    .error(span.clone(), format!("more than {MAX_STEPS} terms"))
                    .with_help("put long lists of values into a file: ID=@FILE"));
            }
            at += 1;
            if operand {
                operand = self.operand(token, span)?;
                continue;
            }
            match token {
                Token::Op(op) => {
                    self.operator(*op, span)?;
                    operand = true;
                }
                Token::Close => self.close(span)?,
                Token::Comma => {
                    self.comma(span)?;
                    operand = true;
                }
                Token::End => {
                    self.flush_to_open();
                    return match self.pending.last() {
                        None => Ok(()),
                        Some(Pending::Open(s) | Pending::Call(_, s, _) | Pending::Op(_, s)) => {
                            Err(self.error(s.clone(), "the parenthesis is not closed"))
                        }
                    };
                }
                _ => match in_list(self.source, tokens, at - 1)? {
                    Some((negated, list, next)) => {
                        self.flush_above(4);
                        let end = tokens.get(next - 1).map_or(span.end, |t| t.span.end);
                        let extent = self.operands.pop().map_or(span.start, |o| o.start)..end;
                        self.push(StepKind::In { negated, list }, span.start..end, extent);
                        at = next;
                    }
                    None => {
                        return Err(self
                            .error(span.clone(), "expected an operator before this")
                            .with_help("join conditions with && or ||"));
                    }
                },
            }
        }
        Ok(())
    }

    fn push(&mut self, kind: StepKind, span: Span, extent: Span) {
        self.operands.push(extent.clone());
        self.steps.push(Step { kind, span, extent });
    }

    /// Takes a token where an operand is due; whether one is still due after it.
    fn operand(&mut self, token: &Token, span: &Span) -> Result<bool, Diagnostic> {
        let kind = match token {
            Token::Number(n) => StepKind::Number(*n),
            Token::Text(t) => StepKind::Text(t.clone()),
            Token::File(f) => StepKind::File(f.clone()),
            Token::Name {
                scope,
                name,
                subscript,
            } => StepKind::Name {
                scope: *scope,
                name: name.clone(),
                subscript: subscript.clone(),
            },
            Token::Open => {
                self.pending.push(Pending::Open(span.clone()));
                return Ok(true);
            }
            Token::Function(name) => {
                let function = Function::find(name).ok_or_else(|| {
                    let error = self.error(span.clone(), format!("no function {name:?}"));
                    match name.to_ascii_lowercase().as_str() {
                        "hpo" | "mondo" | "nando" => error.with_help(format!(
                            "{name}() chooses people: --cohort 'c={name}(\"...\")', then AC[c]>0"
                        )),
                        _ => {
                            let similar = crate::diagnostic::nearest(name, Function::names());
                            error.with_similar(similar)
                        }
                    }
                })?;
                self.pending.push(Pending::Call(function, span.clone(), 1));
                return Ok(true);
            }
            // A minus before a value multiplies by -1, and binds as a product does.
            Token::Op(Op::Subtract) => {
                self.push(StepKind::Number(-1.0), span.clone(), span.clone());
                self.pending.push(Pending::Op(Op::Multiply, span.clone()));
                return Ok(true);
            }
            Token::End if self.steps.is_empty() => {
                return Err(self.error(span.clone(), "the expression is empty"));
            }
            Token::End => return Err(self.error(span.clone(), "expected a value after this")),
            Token::Op(_) | Token::Close | Token::Comma => {
                return Err(self.error(span.clone(), "expected a value before this"));
            }
        };
        self.push(kind, span.clone(), span.clone());
        Ok(false)
    }

    fn operator(&mut self, op: Op, span: &Span) -> Result<(), Diagnostic> {
        self.flush_above(op.precedence());
        if let Some(Pending::Op(before, at)) = self.pending.last()
            && matches!(before, Op::Subtract | Op::Divide | Op::Modulo)
            && before.precedence() == op.precedence()
        {
            let (a, b) = (before.symbol(), op.symbol());
            let (start, end) = (at.start, span.end);
            let warning = self
                .error(
                    start..end,
                    format!("x{a}y{b}z is read as x{a}(y{b}z), as bcftools reads it"),
                )
                .with_help("write the parentheses you mean");
            self.warnings.push(warning);
        }
        self.pending.push(Pending::Op(op, span.clone()));
        Ok(())
    }

    /// Emits the waiting operators that bind closer than `precedence`.
    fn flush_above(&mut self, precedence: u8) {
        while let Some(Pending::Op(op, _)) = self.pending.last() {
            if op.precedence() <= precedence {
                return;
            }
            self.emit();
        }
    }

    fn flush_to_open(&mut self) {
        self.flush_above(0);
    }

    fn emit(&mut self) {
        if let Some(Pending::Op(op, span)) = self.pending.pop() {
            let right = self.operands.pop().unwrap_or_else(|| span.clone());
            let left = self.operands.pop().unwrap_or_else(|| span.clone());
            self.push(StepKind::Op(op), span, left.start..right.end);
        }
    }

    fn close(&mut self, span: &Span) -> Result<(), Diagnostic> {
        self.flush_to_open();
        match self.pending.pop() {
            Some(Pending::Open(open)) => {
                if let Some(last) = self.operands.last_mut() {
                    *last = open.start..span.end;
                }
                Ok(())
            }
            Some(Pending::Call(function, open, arguments)) => {
                if arguments > function.most_arguments() {
                    let name = function.name();
                    return Err(self.error(
                        open.start..span.end,
                        format!("{name} takes {}", function.arguments_in_words()),
                    ));
                }
                for _ in 0..arguments {
                    self.operands.pop();
                }
                self.push(
                    StepKind::Function(function, arguments),
                    open.clone(),
                    open.start..span.end,
                );
                Ok(())
            }
            _ => Err(self.error(span.clone(), "no parenthesis is open here")),
        }
    }

    fn comma(&mut self, span: &Span) -> Result<(), Diagnostic> {
        self.flush_to_open();
        match self.pending.last_mut() {
            Some(Pending::Call(_, _, arguments)) => {
                *arguments += 1;
                Ok(())
            }
            _ => Err(self
                .error(span.clone(), "a comma stands only between arguments")
                .with_help("for one of several values: FIELD=\"a,b\", or FIELD in (\"a\",\"b\")")),
        }
    }
}

type InList = (bool, Vec<(String, Span)>, usize);

/// `in (...)` or `not in (...)` at token `at`: its values, and the token after it.
fn in_list(source: &str, tokens: &[Spanned], at: usize) -> Result<Option<InList>, Diagnostic> {
    let word = |i: usize| match tokens.get(i).map(|t| &t.token) {
        Some(Token::Name { name, .. }) => Some(name.to_ascii_lowercase()),
        _ => None,
    };
    // `in(` without a space is read as a call.
    let called = |i: usize| match tokens.get(i).map(|t| &t.token) {
        Some(Token::Function(name)) => name.eq_ignore_ascii_case("in"),
        _ => false,
    };
    let negated = word(at).as_deref() == Some("not");
    let here = at + usize::from(negated);
    let mut next = if called(here) {
        here + 1
    } else if word(here).as_deref() == Some("in")
        && matches!(tokens.get(here + 1).map(|t| &t.token), Some(Token::Open))
    {
        here + 2
    } else {
        return Ok(None);
    };
    let mut list = Vec::new();
    loop {
        let Some(value) = tokens.get(next) else {
            return Ok(None);
        };
        let text = match &value.token {
            Token::Text(t) => t.clone(),
            Token::Number(_) => source[value.span.clone()].to_owned(),
            _ => {
                let message = "expected a value of the list: a text in quotes or a number";
                return Err(Diagnostic::new(message, source, value.span.clone()));
            }
        };
        list.push((text, value.span.clone()));
        match tokens.get(next + 1).map(|t| &t.token) {
            Some(Token::Comma) => next += 2,
            Some(Token::Close) => return Ok(Some((negated, list, next + 2))),
            _ => {
                let span = tokens
                    .get(next + 1)
                    .map_or(value.span.clone(), |t| t.span.clone());
                return Err(Diagnostic::new("expected , or ) here", source, span));
            }
        }
    }
}
