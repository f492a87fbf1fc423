//! One line of GFF3 or GTF.

use super::Strand;
use super::attributes::{Attributes, gff3, gtf, is_gtf};
use super::error::Fault;
use genodex_engine::genome::MAX_POS;

/// One line, understood as far as genes need it.
#[derive(Debug)]
pub(super) struct Feature<'a> {
    pub(super) contig: &'a str,
    pub(super) kind: &'a str,
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) strand: Option<Strand>,
    pub(super) attributes: Attributes<'a>,
    pub(super) is_gtf: bool,
}

/// What a feature is to a gene.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Gene,
    Transcript,
    Exon,
    Coding,
    Other,
}

impl<'a> Feature<'a> {
    pub(super) fn parse(line: &'a str) -> Result<Self, Fault> {
        let mut columns = line.split('\t');
        let mut next = |field: &'static str| {
            columns.next().map(str::trim).ok_or_else(|| {
                let reason = "the line ends before it; there are nine columns, separated by tabs";
                Fault::new(field, reason)
            })
        };
        let contig = next("seqid")?;
        next("source")?;
        let kind = next("type")?;
        let start = position(next("start")?, "start")?;
        let end = position(next("end")?, "end")?;
        next("score")?;
        let strand = parse_strand(next("strand")?)?;
        next("phase")?;
        let attributes = next("attributes")?;
        if contig.is_empty() {
            return Err(Fault::new("seqid", "it is empty"));
        }
        if end < start {
            return Err(Fault::new(
                "end",
                format!("{end} is before the start, {start}"),
            ));
        }
        let is_gtf = is_gtf(attributes);
        Ok(Self {
            contig,
            kind,
            start,
            end,
            strand,
            attributes: if is_gtf {
                gtf(attributes)?
            } else {
                gff3(attributes)?
            },
            is_gtf,
        })
    }

    /// The first attribute of one of these names, the first name first.
    pub(super) fn first(&self, names: &[&str]) -> Option<&str> {
        let named = |name: &&str| self.attributes.iter().find(|(key, _)| key == name);
        let found = names.iter().find_map(named)?;
        Some(found.1.as_ref()).filter(|v| !v.is_empty())
    }

    /// All values of attributes of a name, which may hold several, separated by commas.
    pub(super) fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s str> {
        let named = self.attributes.iter().filter(move |(key, _)| *key == name);
        named.flat_map(|(_, value)| value.split(','))
    }

    pub(super) fn part(&self) -> Part {
        let id = || self.first(&["ID"]).unwrap_or_default();
        match self.kind {
            "exon" => Part::Exon,
            "CDS" => Part::Coding,
            "gene" | "pseudogene" => Part::Gene,
            kind if kind.ends_with("_gene") => Part::Gene,
            "transcript" | "mRNA" => Part::Transcript,
            _ if self.is_gtf => Part::Other,
            _ if id().starts_with("gene:") || id().starts_with("gene-") => Part::Gene,
            // Of the many kinds of RNA: what an exon may have for its parent.
            _ if !id().is_empty() && self.first(&["Parent"]).is_some() => Part::Transcript,
            _ => Part::Other,
        }
    }
}

pub(super) fn position(text: &str, field: &'static str) -> Result<u32, Fault> {
    match text.parse::<u32>() {
        Ok(pos) if (1..=MAX_POS).contains(&pos) => Ok(pos),
        _ => Err(Fault::new(
            field,
            format!("{text:?} is not a position from 1 to {MAX_POS}"),
        )),
    }
}

pub(super) fn parse_strand(text: &str) -> Result<Option<Strand>, Fault> {
    match text {
        "+" => Ok(Some(Strand::Plus)),
        "-" => Ok(Some(Strand::Minus)),
        "." | "?" | "" => Ok(None),
        _ => Err(Fault::new(
            "strand",
            format!("{text:?} is neither \"+\" nor \"-\" nor \".\""),
        )),
    }
}
