//! The VCF header of what is selected.

use std::collections::BTreeSet;

use super::SelectError;
use super::plan::Plan;
use crate::format::manifest::LayerKind;
use crate::record::Header;

impl Plan<'_> {
    /// The lines of the store's inputs; those of what was added to it later; and, as bcftools
    /// does, a line for what records use and no header declares. `genotypes`: with the samples
    /// shown.
    ///
    /// # Errors
    /// [`SelectError::Format`] where the store cannot be read.
    pub fn header(&self, genotypes: bool) -> Result<Header, SelectError> {
        let samples = match genotypes {
            true => self.names.sample_ids.to_vec(),
            false => Vec::new(),
        };
        let mut header = Header::new(&self.store.header()?, samples);
        for contig in &self.store.manifest().contigs {
            header.add_contig(&contig.name, contig.length.map(u64::from));
        }
        // Records come in the order of the shards, which is not the header's where the inputs came
        // in another one.
        let mut seen = BTreeSet::new();
        let contigs = self.store.shards().iter().map(|s| s.entry().contig);
        let contigs = contigs.filter(|&contig| seen.insert(contig));
        let names = contigs.filter_map(|c| self.store.manifest().contigs.get(c as usize));
        header.order_contigs(names.map(|c| c.name.as_str()));
        for filter in self.names.filters.keys().collect::<BTreeSet<_>>() {
            header.add_filter(filter);
        }
        let layers = self.store.layers().iter();
        for column in layers
            .filter(|l| l.kind == LayerKind::Info)
            .flat_map(|l| &l.columns)
        {
            header.declare_info(
                &column.name,
                &column.number,
                super::names::kind(column.kind),
                &column.description,
            );
        }
        for key in self.info_keys()? {
            if header.info_index(&key).is_none() {
                header.add_line(&format!(
                    "##INFO=<ID={key},Number=1,Type=String,Description=\"Not declared\">"
                ));
            }
        }
        let called = genotypes && !self.names.samples.is_empty() && !self.names.without_calls;
        if !genotypes {
            // As bcftools does: what no record has is not declared.
            header.remove_formats();
        } else if called && header.format_index("GT").is_none() {
            header.add_line("##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">");
        }
        Ok(header)
    }

    /// Every key that a record of the planned shards has.
    fn info_keys(&self) -> Result<BTreeSet<String>, SelectError> {
        let mut keys = BTreeSet::new();
        for planned in &self.shards {
            let shard = &self.store.shards()[planned.index];
            for (i, layer) in self.store.layers().iter().enumerate() {
                let table = shard.layer(i, layer)?;
                for text in table.into_iter().flat_map(|t| t.all_keys()) {
                    keys.extend(text.split(';').filter(|k| !k.is_empty()).map(str::to_owned));
                }
            }
        }
        Ok(keys)
    }
}
