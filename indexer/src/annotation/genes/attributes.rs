//! The ninth column of GFF3 (`ID=gene:ENSG1;Name=A`) and GTF (`gene_id "ENSG1"; tag "basic";`).

use std::borrow::Cow;

use super::error::Fault;
use crate::annotation::percent::decode;

/// The pairs of a line, in order; a key may come again.
pub(super) type Attributes<'a> = Vec<(&'a str, Cow<'a, str>)>;

/// Whether a ninth column is GTF's.
pub(super) fn is_gtf(column: &str) -> bool {
    let first = column.trim_start();
    let key = first.find(|c: char| c.is_whitespace() || c == '=' || c == ';');
    key.is_some_and(|end| !first[end..].starts_with(['=', ';']))
}

/// GFF3's.
pub(super) fn gff3(column: &str) -> Result<Attributes<'_>, Fault> {
    let pairs = column
        .split(';')
        .map(str::trim)
        .filter(|p| !p.is_empty() && *p != ".");
    pairs
        .map(|pair| match pair.split_once('=') {
            Some((key, value)) => Ok((key.trim(), decode(value.trim()))),
            None => Err(Fault::new(
                "attributes",
                format!(
                    "{} has no \"=\"; attributes are KEY=VALUE, separated by \";\"",
                    quote(pair)
                ),
            )),
        })
        .collect()
}

/// GTF's.
pub(super) fn gtf(column: &str) -> Result<Attributes<'_>, Fault> {
    let mut pairs = Vec::new();
    let mut rest = column.trim();
    while !rest.is_empty() {
        let missing = || {
            let reason = format!(
                "{} has no value; attributes are KEY \"VALUE\";",
                quote(rest)
            );
            Fault::new("attributes", reason)
        };
        let end = rest.find(char::is_whitespace).ok_or_else(missing)?;
        let key = &rest[..end];
        let after = rest[end..].trim_start();
        let (value, left) = if let Some(quoted) = after.strip_prefix('"') {
            let Some((value, left)) = quoted.split_once('"') else {
                let reason = format!("the quotes of {} do not end", quote(after));
                return Err(Fault::new("attributes", reason));
            };
            (value, left)
        } else {
            let end = after.find(';').unwrap_or(after.len());
            (after[..end].trim_end(), &after[end..])
        };
        pairs.push((key, Cow::Borrowed(value)));
        rest = left.trim_start_matches(|c: char| c == ';' || c.is_whitespace());
    }
    Ok(pairs)
}

/// A part of a line, short.
fn quote(text: &str) -> String {
    let mut shown: String = text.chars().take(40).collect();
    if shown.len() < text.len() {
        shown.push_str("...");
    }
    format!("{shown:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_are_told_apart_and_read() {
        let gff = "ID=gene:E1;Name=A%3BB;Dbxref=GeneID:1,HGNC:2";
        let gtf_text = r#"gene_id "E1"; level 2; tag "a b"; tag "c;d";"#;
        assert!(!is_gtf(gff) && is_gtf(gtf_text) && !is_gtf("Parent=x y"));
        let pairs = gff3(gff).unwrap();
        assert_eq!(pairs[1], ("Name", "A;B".into()));
        let pairs = gtf(gtf_text).unwrap();
        let expected = [
            ("gene_id", "E1"),
            ("level", "2"),
            ("tag", "a b"),
            ("tag", "c;d"),
        ];
        assert_eq!(pairs, expected.map(|(k, v)| (k, v.into())));
        for bad in ["gene_id", "gene_id \"E1"] {
            assert!(gtf(bad).is_err(), "{bad}");
        }
        assert!(gff3("ID=1;x").unwrap_err().reason.contains("\"x\""));
        assert_eq!(gff3("."), Ok(vec![]));
    }
}
