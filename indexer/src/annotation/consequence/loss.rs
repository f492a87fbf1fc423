//! SnpEff's `LOF` and `NMD`: genes that lose their function, or whose transcripts decay.

/// One entry of `LOF` or `NMD`: `(Gene_Name|Gene_ID|Number_of_transcripts|Percent)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Loss<'a> {
    /// Of `NMD`.
    pub(super) is_decay: bool,
    pub(super) gene: Option<&'a str>,
    pub(super) gene_id: Option<&'a str>,
    /// Transcripts of the gene.
    pub(super) transcripts: &'a str,
    /// Share of them that are affected, from 0 to 1.
    pub(super) percent: &'a str,
}

/// Appends the entries of a value; returns how many are malformed.
pub(super) fn put_losses<'a>(value: &'a str, is_decay: bool, out: &mut Vec<Loss<'a>>) -> u64 {
    let mut malformed = 0;
    for entry in value.split(',').filter(|e| *e != ".") {
        let bare = entry.strip_prefix('(').and_then(|e| e.strip_suffix(')'));
        let mut fields = bare.unwrap_or(entry).split('|').map(str::trim);
        let mut field = || fields.next().unwrap_or_default();
        let name = |text: &'a str| Some(text).filter(|t| !t.is_empty());
        let loss = Loss {
            is_decay,
            gene: name(field()),
            gene_id: name(field()),
            transcripts: field(),
            percent: field(),
        };
        if loss.percent.is_empty() || fields.next().is_some() {
            malformed += 1;
        } else {
            out.push(loss);
        }
    }
    malformed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_with_and_without_brackets() {
        let mut out = Vec::new();
        let value = "(TPK1|ENSG1|14|0.14),B|ENSG2|1|1.00,(C|ENSG3)";
        assert_eq!(put_losses(value, false, &mut out), 1);
        let genes: Vec<_> = out.iter().map(|l| (l.gene, l.percent)).collect();
        assert_eq!(genes, [(Some("TPK1"), "0.14"), (Some("B"), "1.00")]);
    }
}
