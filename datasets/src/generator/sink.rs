//! Where blocks go: the shards of a store, and files beside it, in order.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use genodex_engine::format::manifest::ShardEntry;
use genodex_engine::format::row::EncodedRow;
use genodex_engine::format::sites::SiteBuf;
use genodex_engine::store::{ShardWriter, StoreWriter};
use noodles_bgzf as bgzf;

use super::plan::Plan;
use super::write::{Block, finish, in_memory};
use super::{GenerateError, Generated};

/// All outputs, fed in order.
pub(super) struct Sink<'a> {
    pub(super) contigs: &'a Plan,
    pub(super) samples: usize,
    pub(super) store: Option<Shards<'a>>,
    pub(super) vcf: Option<Compressed>,
    pub(super) bcf: Option<Compressed>,
    pub(super) truth: Option<Truth>,
    pub(super) done: Generated,
}

impl Sink<'_> {
    pub(super) fn take(
        &mut self,
        block: Block,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(), GenerateError> {
        let rows = block.rows.len() as u64;
        if let Some(file) = &mut self.vcf {
            file.0.write(&block.vcf)?;
        }
        if let Some(file) = &mut self.bcf {
            file.0.write(&block.bcf)?;
        }
        if let Some(file) = &mut self.truth {
            file.0.write(block.truth.as_bytes())?;
        }
        if let Some(shards) = &mut self.store {
            let contig = (
                block.contig as u32,
                &*self.contigs.contigs[block.contig].name,
            );
            for (site, row) in block.rows {
                if let Some(row) = row {
                    shards.push(contig, self.samples, &site, row)?;
                }
            }
        }
        self.done.rows += block.tally.rows;
        self.done.records += block.tally.records;
        self.done.singletons += block.tally.singletons;
        self.done.common += block.tally.common;
        progress(rows);
        Ok(())
    }

    pub(super) fn finish(self) -> Result<(Vec<ShardEntry>, Generated), GenerateError> {
        for file in [self.vcf, self.bcf].into_iter().flatten() {
            let end = bgzf::io::Writer::new(Vec::new())
                .finish()
                .map_err(in_memory)?;
            let mut file = file.0;
            file.write(&end)?;
            file.finish()?;
        }
        if let Some(file) = self.truth {
            file.0.finish()?;
        }
        let shards = match self.store {
            Some(shards) => shards.finish()?,
            None => Vec::new(),
        };
        Ok((shards, self.done))
    }
}

/// The shards of a store, one after the other.
pub(super) struct Shards<'a> {
    store: &'a StoreWriter<'a>,
    open: Option<(u32, ShardWriter<'a>)>,
    done: Vec<ShardEntry>,
}

impl<'a> Shards<'a> {
    pub(super) const fn new(store: &'a StoreWriter<'a>) -> Self {
        Self {
            store,
            open: None,
            done: Vec::new(),
        }
    }

    fn push(
        &mut self,
        contig: (u32, &str),
        samples: usize,
        site: &SiteBuf,
        row: EncodedRow,
    ) -> Result<(), GenerateError> {
        let full = |(of, shard): &(u32, ShardWriter<'_>)| {
            *of != contig.0 || (site.allele == 1 && shard.is_full())
        };
        if self.open.as_ref().is_some_and(full) {
            self.close()?;
        }
        let shard = match &mut self.open {
            Some((_, shard)) => shard,
            None => {
                let shard = self.store.shard(self.done.len(), contig, samples)?;
                &mut self.open.insert((contig.0, shard)).1
            }
        };
        Ok(shard.push(&site.as_site(), row)?)
    }

    fn close(&mut self) -> Result<(), GenerateError> {
        if let Some((_, shard)) = self.open.take() {
            self.done.push(shard.finish()?);
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<ShardEntry>, GenerateError> {
        self.close()?;
        Ok(self.done)
    }
}

/// A file, named in its errors.
struct NamedFile {
    path: PathBuf,
    file: io::BufWriter<File>,
}

impl NamedFile {
    fn create(path: &Path) -> Result<Self, GenerateError> {
        match File::create(path) {
            Ok(file) => Ok(Self {
                path: path.to_owned(),
                file: io::BufWriter::new(file),
            }),
            Err(source) => Err(GenerateError::Io {
                path: path.to_owned(),
                source,
            }),
        }
    }

    fn check(&self, result: io::Result<()>) -> Result<(), GenerateError> {
        result.map_err(|source| GenerateError::Io {
            path: self.path.clone(),
            source,
        })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), GenerateError> {
        let result = self.file.write_all(bytes);
        self.check(result)
    }

    fn finish(mut self) -> Result<(), GenerateError> {
        let result = self.file.flush();
        self.check(result)
    }
}

/// A BGZF file made of blocks that were compressed elsewhere.
pub(super) struct Compressed(NamedFile);

impl Compressed {
    pub(super) fn create(
        path: Option<&Path>,
        header: &[u8],
    ) -> Result<Option<Self>, GenerateError> {
        let Some(path) = path else { return Ok(None) };
        let mut file = NamedFile::create(path)?;
        let mut writer = bgzf::io::Writer::new(Vec::new());
        writer.write_all(header).map_err(in_memory)?;
        file.write(&finish(writer)?)?;
        Ok(Some(Self(file)))
    }
}

/// The table of allele counts.
pub(super) struct Truth(NamedFile);

impl Truth {
    pub(super) fn create(path: Option<&Path>) -> Result<Option<Self>, GenerateError> {
        let Some(path) = path else { return Ok(None) };
        let mut file = NamedFile::create(path)?;
        file.write(b"CHROM\tPOS\tREF\tALT\tAC\tAN\n")?;
        Ok(Some(Self(file)))
    }
}
