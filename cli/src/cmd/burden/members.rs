//! Which variants are in each mask, as files.

use std::path::Path;

use genodex_engine::query::burden::SetAnswer;
use genodex_engine::query::sets::{VariantFinder, VariantSets};
use genodex_engine::store::Store;

use super::arguments::SetArgs;
use crate::output::Target;

/// The files asked for.
pub(super) struct Members<'s> {
    finder: VariantFinder<'s>,
    setlist: Option<Target>,
    snplist: Option<Target>,
}

impl<'s> Members<'s> {
    pub(super) fn create(args: &SetArgs, store: &'s Store) -> anyhow::Result<Self> {
        let open = |path: &Option<std::path::PathBuf>| -> anyhow::Result<Option<Target>> {
            Ok(match path.as_deref().map(|p: &Path| Target::create(p)) {
                Some(target) => Some(target?),
                None => None,
            })
        };
        Ok(Self {
            finder: VariantFinder::new(store),
            setlist: open(&args.write_setlist)?,
            snplist: open(&args.write_mask_snplist)?,
        })
    }

    /// Adds the masks of a set.
    pub(super) fn add(
        &mut self,
        store: &Store,
        sets: &VariantSets,
        answer: &SetAnswer,
    ) -> anyhow::Result<()> {
        let Some(set) = sets.sets.get(answer.set) else {
            return Ok(());
        };
        if self.setlist.is_none() && self.snplist.is_none() {
            return Ok(());
        }
        let contig = store.manifest().contigs.get(set.contig as usize);
        let contig = contig.map_or(".", |c| c.name.as_str());
        for mask in answer.masks.iter().filter(|m| !m.members.is_empty()) {
            let names = (mask.members.iter())
                .filter_map(|&place| set.members.get(place))
                .map(|m| Ok(self.finder.name_of(m.shard, m.row)?))
                .collect::<anyhow::Result<Vec<String>>>()?
                .join(",");
            let name = format!("{}.{}", set.name, mask.name);
            if let Some(target) = &mut self.setlist {
                let line = format!("{name} {contig} {} {names}\n", set.position);
                target.write_all(line.as_bytes())?;
            }
            if let Some(target) = &mut self.snplist {
                target.write_all(format!("{name}\t{names}\n").as_bytes())?;
            }
        }
        Ok(())
    }

    /// Only now the files have their names.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        for target in [self.setlist, self.snplist].into_iter().flatten() {
            target.finish()?;
        }
        Ok(())
    }
}
