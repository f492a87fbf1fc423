//! Variants of a store by place and alleles, by rsID, or by a description, as documents.
//!
//! Places are found by halving; rsIDs by reading the identifiers of all rows.

use rayon::prelude::*;

use crate::format::FormatError;
use crate::format::sites::Site;
use crate::genome::ContigNames;
use crate::store::{Shard, Store};

use super::document::{Document, Kind, Name, NameKind};
use super::{Count, VariantName};

/// A variant of a store, and what it counts for: copies of ALT and called alleles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundVariant {
    /// The variant; its identifier is `contig-pos-ref-alt`, as the store spells them.
    pub document: Document,
    /// `AC` and `AN` among everybody who has not withdrawn.
    pub counts: Vec<Count>,
    /// The shard's ordinal and the row in it.
    pub place: (u32, u32),
}

impl FoundVariant {
    /// The variant at a row, if there is such a row.
    ///
    /// # Errors
    /// [`FormatError`] where the shard cannot be read.
    pub fn at(store: &Store, shard: u32, row: u32) -> Result<Option<Self>, FormatError> {
        let Some(shard) = store.shards().get(shard as usize) else {
            return Ok(None);
        };
        let sites = shard.sites()?;
        Ok(((row as usize) < sites.len()).then(|| describe(store, shard, sites, row as usize)))
    }
}

fn describe(
    store: &Store,
    shard: &Shard,
    sites: &crate::format::sites::SiteTable,
    row: usize,
) -> FoundVariant {
    let site = sites.site(row);
    let contigs = &store.manifest().contigs;
    let contig = contigs.get(shard.entry().contig as usize);
    let contig = contig.map_or("?", |c| c.name.as_str());
    let (pos, reference, alternate) = (site.pos, site.reference, site.alternate);
    let id = format!("{contig}-{pos}-{reference}-{alternate}");
    let mut document = Document::new(Kind::Variant, &id, &id);
    let names = site.id.split(';').filter(|n| !matches!(*n, "" | "."));
    document.names = names
        .map(|n| match VariantName::recognise(n) {
            Some(VariantName::Rsid(_)) => Name::new(n, NameKind::Rsid),
            _ => Name::new(n, NameKind::Identifier),
        })
        .collect();
    let counts = sites.counts(row);
    let count = |what, value| Count { what, value };
    FoundVariant {
        document,
        counts: vec![
            count("AC", counts.allele_count()),
            count("AN", counts.allele_number()),
        ],
        place: (shard.index() as u32, row as u32),
    }
}

/// The variants of the store with this name, in the order of the store, at most `limit`.
/// Descriptions by HGVS' rules are those of its annotations.
///
/// # Errors
/// [`FormatError`] where a shard cannot be read.
pub fn find_variants(
    store: &Store,
    name: &VariantName,
    limit: usize,
) -> Result<Vec<FoundVariant>, FormatError> {
    let names = ContigNames::new(store.manifest().contigs.iter().map(|c| c.name.as_str()));
    let contig = match name {
        VariantName::Place { contig, .. } => match names.find(contig) {
            Some(contig) => Some(contig as u32),
            None => return Ok(Vec::new()),
        },
        VariantName::Rsid(_) | VariantName::Hgvs { .. } => None,
    };
    let shards: Vec<&Shard> = store
        .shards()
        .iter()
        .filter(|s| contig.is_none_or(|c| s.entry().contig == c))
        .collect();
    let found = shards.par_iter().map(|shard| in_shard(store, shard, name));
    let found: Vec<Vec<FoundVariant>> = found.collect::<Result<_, _>>()?;
    Ok(found.into_iter().flatten().take(limit).collect())
}

fn in_shard(
    store: &Store,
    shard: &Shard,
    name: &VariantName,
) -> Result<Vec<FoundVariant>, FormatError> {
    let rows = match name {
        VariantName::Place {
            pos,
            reference,
            alternate,
            ..
        } => {
            let (skipped, reference, alternate) = trimmed(reference, alternate);
            let pos = pos.saturating_add(skipped);
            let entry = shard.entry();
            // Padding before the alleles may put a row's position before the variant's.
            if pos.saturating_add(1) < entry.first || pos > entry.last.saturating_add(entry.longest)
            {
                return Ok(Vec::new());
            }
            let sites = shard.sites()?;
            let first = pos.saturating_sub(entry.longest);
            let positions = sites.positions();
            let start = positions.partition_point(|&p| p < first);
            let end = positions.partition_point(|&p| p <= pos.saturating_add(1));
            let same = |site: &Site<'_>| {
                let (skipped, r, a) = trimmed(site.reference, site.alternate);
                site.pos.saturating_add(skipped) == pos
                    && r.eq_ignore_ascii_case(reference)
                    && a.eq_ignore_ascii_case(alternate)
            };
            (start..end)
                .filter(|&row| same(&sites.site(row)))
                .collect::<Vec<_>>()
        }
        VariantName::Rsid(_) => {
            let sites = shard.sites()?;
            let wanted = name.to_string();
            let is = |row: &usize| {
                let mut ids = sites.site(*row).id.split(';');
                ids.any(|id| id.eq_ignore_ascii_case(&wanted))
            };
            (0..sites.len()).filter(is).collect()
        }
        VariantName::Hgvs { .. } => super::described::rows(store, shard, name)?,
    };
    let sites = shard.sites()?;
    let found = rows
        .into_iter()
        .map(|row| describe(store, shard, sites, row));
    Ok(found.collect())
}

/// Alleles without what they share at their ends, first at the right, and how many bases went at
/// the left. What is left of one allele may be nothing.
fn trimmed<'a>(mut reference: &'a str, mut alternate: &'a str) -> (u32, &'a str, &'a str) {
    let same = |a: Option<u8>, b: Option<u8>| a.is_some() && a == b;
    while same(reference.bytes().last(), alternate.bytes().last()) {
        let cut = |s: &'a str| s.get(..s.len() - 1).unwrap_or("");
        (reference, alternate) = (cut(reference), cut(alternate));
    }
    let mut skipped = 0;
    while same(reference.bytes().next(), alternate.bytes().next()) {
        let cut = |s: &'a str| s.get(1..).unwrap_or("");
        (reference, alternate) = (cut(reference), cut(alternate));
        skipped += 1;
    }
    (skipped, reference, alternate)
}
