//! Files of criteria: one a line, `include NAME: RULE` or `exclude NAME: RULE`.

use std::path::PathBuf;

use super::{Criterion, Rule};
use crate::diagnostic::Diagnostic;
use crate::query::cohort::{CohortError, CohortExpr};
use crate::query::expr::Expr;

/// Most criteria of a file.
const MAX_CRITERIA: usize = 1000;
/// From this kinship on two people are related, where nothing else is said: the 3rd degree.
const KINSHIP: f64 = 0.0442;

/// A line that is no criterion.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct CriteriaError {
    /// 1-based line.
    pub line: usize,
    /// What is wrong, with the place.
    pub reason: String,
}

/// Reads criteria. A `#` at the beginning of a line makes it a comment; empty lines are passed
/// over.
///
/// # Errors
/// [`CriteriaError`] of the first line that is none, or of the last where there is none at all.
pub fn parse(text: &str) -> Result<Vec<Criterion>, CriteriaError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut criteria: Vec<Criterion> = Vec::new();
    let mut last = 1;
    for (number, line) in (1..).zip(text.lines()) {
        last = number;
        let error = |reason: String| CriteriaError {
            line: number,
            reason,
        };
        let line = line.trim_end();
        if line.trim_start().is_empty() || line.trim_start().starts_with('#') {
            continue;
        }
        if criteria.len() == MAX_CRITERIA {
            return Err(error(format!("more than {MAX_CRITERIA} criteria")));
        }
        let criterion = criterion(line, number).map_err(error)?;
        if let Some(same) = criteria.iter().find(|c| c.name == criterion.name) {
            let (name, line) = (&same.name, same.line);
            return Err(error(format!("{name:?} is the name of line {line}, too")));
        }
        criteria.push(criterion);
    }
    if criteria.is_empty() {
        return Err(CriteriaError {
            line: last,
            reason: "there is no criterion in the file: include NAME: EXPRESSION is one".to_owned(),
        });
    }
    Ok(criteria)
}

fn criterion(line: &str, number: usize) -> Result<Criterion, String> {
    let at = |place: usize, length: usize, message: &str| {
        Diagnostic::new(message, line, place..place + length)
    };
    let start = line.len() - line.trim_start().len();
    let word = line[start..]
        .split(char::is_whitespace)
        .next()
        .unwrap_or("");
    let include = match word {
        "include" => true,
        "exclude" => false,
        _ => {
            let d = at(start, word.len(), "include or exclude is expected");
            let help = "a criterion is include NAME: EXPRESSION or exclude NAME: EXPRESSION";
            return Err(d.with_help(help).to_string());
        }
    };
    let after = start + word.len();
    let Some(colon) = line[after..].find(':').map(|i| after + i) else {
        let d = at(
            line.len(),
            1,
            "a colon is expected after the criterion's name",
        );
        return Err(d.with_help("as in include adults: age>=18").to_string());
    };
    let name = line[after..colon].trim();
    if name.is_empty() {
        let d = at(colon, 1, "a name is expected before the colon");
        return Err(d.with_help("as in include adults: age>=18").to_string());
    }
    let rest = &line[colon + 1..];
    let begin = colon + 1 + rest.len() - rest.trim_start().len();
    if begin >= line.len() {
        return Err(at(line.len(), 1, "an expression is expected").to_string());
    }
    Ok(Criterion {
        include,
        name: name.to_owned(),
        text: line[begin..].to_owned(),
        line: number,
        rule: rule(line, begin, include)?,
    })
}

fn rule(line: &str, begin: usize, include: bool) -> Result<Rule, String> {
    let text = &line[begin..];
    let error = |from: usize, to: usize, message: &str| Diagnostic::new(message, line, from..to);
    if let Some(inner) = call(line, begin, "carriers")? {
        let (from, to) = inner;
        let expression = unquote(line, from, to)?;
        if let Err(e) = Expr::parse(&expression) {
            return Err(format!("carriers: {e}"));
        }
        return Ok(Rule::Carriers(expression));
    }
    if let Some((from, to)) = call(line, begin, "unrelated")? {
        if !include {
            let d = error(
                begin,
                begin + "unrelated".len(),
                "unrelated() is of include",
            );
            let help = "it keeps people of whom no two are related";
            return Err(d.with_help(help).to_string());
        }
        let (file, least) = match line[from..to].rsplit_once(',') {
            Some((file, least)) => {
                let number = least.trim().parse::<f64>().ok();
                let Some(number) = number.filter(|n| n.is_finite()) else {
                    let place = to - least.len();
                    return Err(error(place, to, "a kinship is expected, as 0.0442").to_string());
                };
                (file, number)
            }
            None => (&line[from..to], KINSHIP),
        };
        let file = file.trim().trim_matches(['"', '\'']);
        if file.is_empty() {
            let d = error(from, to, "a file of related pairs is expected");
            return Err(d.with_help("as in unrelated(cohort.kin0)").to_string());
        }
        return Ok(Rule::Unrelated(PathBuf::from(file), least));
    }
    match CohortExpr::parse(text) {
        Ok(expr) => Ok(Rule::People(expr)),
        Err(CohortError::Expression(d)) => {
            let span = d.span();
            let mut shifted = error(begin + span.start, begin + span.end, d.message());
            if let Some(help) = d.help() {
                shifted = shifted.with_help(help);
            } else if text.contains("carriers(") || text.contains("unrelated(") {
                let help = "carriers() and unrelated() stand alone: give each condition its line";
                shifted = shifted.with_help(help);
            }
            Err(shifted.to_string())
        }
        Err(e) => Err(e.to_string()),
    }
}

/// Where the argument of `name(...)` is, where the rule is a call of it.
fn call(line: &str, begin: usize, name: &str) -> Result<Option<(usize, usize)>, String> {
    let Some(rest) = line[begin..].strip_prefix(name) else {
        return Ok(None);
    };
    if !rest.trim_start().starts_with('(') {
        return Ok(None);
    }
    let open = line.len() - rest.trim_start().len();
    let mut quote = None;
    let mut escaped = false;
    for (i, c) in line[open + 1..].char_indices() {
        let place = open + 1 + i;
        match (quote, c) {
            _ if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(q), c) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, ')') => {
                let after = &line[place + 1..];
                if after.trim().is_empty() {
                    return Ok(Some((open + 1, place)));
                }
                let from = place + 1 + after.len() - after.trim_start().len();
                let d = Diagnostic::new("the criterion should end here", line, from..line.len());
                let help = format!("{name}() stands alone: give each condition its line");
                return Err(d.with_help(help).to_string());
            }
            _ => {}
        }
    }
    let message = format!("the parenthesis of {name}( is not closed");
    Err(Diagnostic::new(message, line, open..open + 1).to_string())
}

/// The text in quotes between two places, `\"` and `\\` in it read.
fn unquote(line: &str, from: usize, to: usize) -> Result<String, String> {
    let text = line[from..to].trim();
    let mut letters = text.chars();
    let quote = letters.next().filter(|c| matches!(c, '"' | '\''));
    let inner = quote.and_then(|q| letters.as_str().strip_suffix(q));
    let Some(inner) = inner.filter(|i| !i.trim().is_empty()) else {
        let message = "an expression over variants is expected, in quotes";
        let d = Diagnostic::new(message, line, from..to.max(from + 1));
        let help = r#"as in carriers('GENE=="PCSK9" && LOF=="HC"')"#;
        return Err(d.with_help(help).to_string());
    };
    let mut out = String::new();
    let mut rest = inner.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' if rest.peek().is_some_and(|n| matches!(n, '"' | '\'' | '\\')) => {
                out.extend(rest.next());
            }
            c => out.push(c),
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_three_kinds() {
        let text = "\u{feff}# trial\r\n\ninclude adults: age>=18 && sex==\"F\"\r\n\
                    exclude lof carriers: carriers(\"GENE==\\\"PCSK9\\\" && LOF==\\\"HC\\\"\")\n\
                    exclude b: carriers('QUAL>3')\n  include far: unrelated(a b.kin0, 0.1)\n";
        let criteria = parse(text).unwrap();
        assert_eq!(criteria.len(), 4);
        let expected = "GENE==\"PCSK9\" && LOF==\"HC\"".to_owned();
        assert_eq!(criteria[1].rule, Rule::Carriers(expected));
        assert_eq!(criteria[1].name, "lof carriers");
        assert_eq!(criteria[2].rule, Rule::Carriers("QUAL>3".to_owned()));
        assert_eq!(criteria[3].rule, Rule::Unrelated("a b.kin0".into(), 0.1));
        assert!(criteria[0].include && !criteria[1].include);
        assert_eq!(criteria[3].line, 6);
    }

    #[test]
    fn errors_point_at_their_place() {
        let of = |text: &str| parse(text).unwrap_err().to_string();
        let caret = |text: &str, place: &str| {
            let said = of(text);
            let at = text.find(place).unwrap();
            let line = said.lines().nth(2).unwrap_or_default();
            assert_eq!(line.find('^'), Some(at + 2), "{said}");
            said
        };
        caret("inclde a: x==1", "inclde");
        caret("include : x==1", ":");
        let ends = of("include a: age >");
        assert!(
            ends.starts_with("line 1: ") && ends.ends_with("\n                  ^"),
            "{ends}"
        );
        caret("include a: age > 3 4", "4");
        caret("include a: carriers('QUAL>3') && age>3", "&& age");
        caret("exclude a: unrelated(x)", "unrelated");
        caret("include a: carriers('QUAL>3'", "('");
        caret("include a: carriers(QUAL>3)", "QUAL");
        assert!(of("include a: carriers('QUAL>')").contains("carriers: "));
        assert!(of("include a b").contains("colon"));
        assert!(of("include a:  ").contains("expression is expected"));
        assert!(of("include a: x==1\ninclude a: x==2").starts_with("line 2: \"a\" is the name"));
        assert!(of("# no\n\n").contains("no criterion"));
        assert!(of("").contains("no criterion"));
    }
}
