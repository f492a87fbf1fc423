//! Variants by name: `chrom:pos:ref:alt`, or the ID of the store.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::name::{allele_name, variant_name};
use crate::format::FormatError;
use crate::format::sites::SiteTable;
use crate::genome::ContigNames;
use crate::store::Store;

/// Finds variants of a store by their names.
pub struct VariantFinder<'s> {
    store: &'s Store,
    contigs: ContigNames,
    /// For each contig its shards, ascending.
    shards: Vec<Vec<usize>>,
    ids: OnceLock<Ids<'s>>,
}

struct Ids<'s> {
    /// The first variant of each ID, and whether there are more.
    places: HashMap<&'s str, (u32, u32, bool)>,
}

/// A variant that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// Shard of the store.
    pub shard: u32,
    /// Row of the shard.
    pub row: u32,
    /// Other variants have the same name.
    pub ambiguous: bool,
}

impl<'s> VariantFinder<'s> {
    /// Of a store.
    #[must_use]
    pub fn new(store: &'s Store) -> Self {
        let names = store.manifest().contigs.iter().map(|c| c.name.as_str());
        let contigs = ContigNames::new(names);
        let mut shards = vec![Vec::new(); contigs.names().len()];
        for (index, shard) in store.shards().iter().enumerate() {
            if let Some(of) = shards.get_mut(shard.entry().contig as usize) {
                of.push(index);
            }
        }
        Self {
            store,
            contigs,
            shards,
            ids: OnceLock::new(),
        }
    }

    /// The contigs of the store.
    #[must_use]
    pub const fn contigs(&self) -> &ContigNames {
        &self.contigs
    }

    /// The contig of a shard.
    #[must_use]
    pub fn contig_of(&self, shard: u32) -> u32 {
        let shard = self.store.shards().get(shard as usize);
        shard.map_or(u32::MAX, |s| s.entry().contig)
    }

    /// The variant of a name. A name of four parts (`:`, `-` or `_` between them) is looked up
    /// as chromosome, position and alleles, and, like every other, as an ID.
    ///
    /// # Errors
    /// [`FormatError`] of the store.
    pub fn find(&self, name: &str) -> Result<Option<Found>, FormatError> {
        if let Some((contig, pos, reference, alternate)) = self.parts(name)
            && let Some(found) = self.at(contig, pos, reference, alternate)?
        {
            return Ok(Some(found));
        }
        let ids = self.ids()?;
        Ok(ids.places.get(name).map(|&(shard, row, ambiguous)| Found {
            shard,
            row,
            ambiguous,
        }))
    }

    /// The ID of a variant where it is that of no other, else `chrom:pos:ref:alt`.
    ///
    /// # Errors
    /// [`FormatError`] of the store, also for a row beyond the last.
    pub fn name_of(&self, shard: u32, row: u32) -> Result<String, FormatError> {
        let name = variant_name(self.store, shard as usize, row)?;
        match self.find(&name)? {
            Some(found) if (found.shard, found.row, found.ambiguous) == (shard, row, false) => {
                Ok(name)
            }
            _ => allele_name(self.store, shard as usize, row, ':'),
        }
    }

    /// The 1-based position of a variant.
    ///
    /// # Errors
    /// [`FormatError`] of the store.
    pub fn position(&self, found: Found) -> Result<u64, FormatError> {
        let positions = self.store.shard(found.shard as usize)?.sites()?.positions();
        Ok(u64::from(
            positions.get(found.row as usize).copied().unwrap_or(0),
        ))
    }

    fn parts<'n>(&self, name: &'n str) -> Option<(usize, u32, &'n str, &'n str)> {
        let split = |separator: char| {
            // A contig's name may hold the separator, alleles do not.
            let mut parts = name.rsplitn(4, separator);
            let (alt, reference) = (parts.next()?, parts.next()?);
            let pos = parts.next()?.parse().ok()?;
            let contig = self.contigs.find(parts.next()?)?;
            Some((contig, pos, reference, alt))
        };
        [':', '-', '_'].into_iter().find_map(split)
    }

    fn at(
        &self,
        contig: usize,
        pos: u32,
        reference: &str,
        alternate: &str,
    ) -> Result<Option<Found>, FormatError> {
        let mut found: Option<Found> = None;
        for &index in self.shards.get(contig).map_or(&[][..], Vec::as_slice) {
            let shard = self.store.shard(index)?;
            let entry = shard.entry();
            // Rows that normalisation moved are looked up where they are now.
            if pos < entry.first || pos > entry.last {
                continue;
            }
            let sites = shard.sites()?;
            let positions = sites.positions();
            let start = positions.partition_point(|&p| p < pos);
            for row in (start..positions.len()).take_while(|&r| positions[r] == pos) {
                if alleles_are(sites, row, reference, alternate) {
                    match &mut found {
                        Some(found) => found.ambiguous = true,
                        None => {
                            found = Some(Found {
                                shard: index as u32,
                                row: row as u32,
                                ambiguous: false,
                            });
                        }
                    }
                }
            }
        }
        Ok(found)
    }

    fn ids(&self) -> Result<&Ids<'s>, FormatError> {
        if let Some(ids) = self.ids.get() {
            return Ok(ids);
        }
        let mut places: HashMap<&'s str, (u32, u32, bool)> = HashMap::new();
        for (index, shard) in self.store.shards().iter().enumerate() {
            let sites = shard.sites()?;
            for row in 0..sites.len() {
                // Several ids of one variant are joined by ;.
                for id in sites.id(row).split(';').filter(|id| *id != ".") {
                    places.entry(id).and_modify(|p| p.2 = true).or_insert((
                        index as u32,
                        row as u32,
                        false,
                    ));
                }
            }
        }
        Ok(self.ids.get_or_init(|| Ids { places }))
    }
}

fn alleles_are(sites: &SiteTable, row: usize, reference: &str, alternate: &str) -> bool {
    let (r, a) = sites.alleles_of(row);
    r.eq_ignore_ascii_case(reference) && a.eq_ignore_ascii_case(alternate)
}
