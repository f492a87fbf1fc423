//! Records understood: the site, and the calls as bit planes. One parser for each thread.

use std::sync::Arc;

use genodex_engine::format::annotations::SampleValues;
use genodex_engine::genotype::{CallPlanes, Plane, plane_words};

use super::calls::Rows;
use super::error::{Fault, ReadError};
use super::header::{Header, SourceFormat};
use super::info::{InfoScratch, InfoValue, text_fields};
use super::raw::RawRecord;
use super::record::{CallOptions, Record};
use super::thresholds::Thresholds;
use super::{bcf, format, simd, vcf};

/// The most memory that one record's planes may take.
const MAX_PLANES: usize = 1 << 30;

/// Rows kept for their memory at most.
const MAX_SPARE: usize = 16;

/// Turns [`RawRecord`]s into [`Record`]s.
pub struct Parser {
    header: Arc<Header>,
    options: CallOptions,
    thresholds: Thresholds,
    keep: Option<Keep>,
    /// The calls of all columns, where some are not kept.
    all: Vec<CallPlanes>,
    /// Rows not in use, for their memory.
    spare: Vec<CallPlanes>,
    n_kept: usize,
}

impl Parser {
    /// For the records of the file that `header` is of.
    ///
    /// # Errors
    /// [`ReadError::Options`]: columns to keep that are not there or not ascending.
    pub fn new(header: Arc<Header>, options: CallOptions) -> Result<Self, ReadError> {
        let n_samples = header.samples.len();
        let keep = match &options.keep {
            Some(columns) => Some(Keep::new(columns, n_samples)?),
            None => None,
        };
        Ok(Self {
            thresholds: Thresholds::new(&options, n_samples),
            n_kept: keep.as_ref().map_or(n_samples, |k| k.n_kept),
            header,
            options,
            keep,
            all: Vec::new(),
            spare: Vec::new(),
        })
    }

    /// Number of samples in the planes.
    #[must_use]
    pub const fn n_samples(&self) -> usize {
        self.n_kept
    }

    /// CHROM to FILTER only, so that records that are not wanted cost little.
    ///
    /// # Errors
    /// [`ReadError::Record`], which names the place and the field.
    pub fn parse_site(&mut self, raw: &RawRecord, out: &mut Record) -> Result<(), ReadError> {
        out.clear_site();
        out.contig = raw.contig;
        self.spare.append(&mut out.calls);
        self.spare.truncate(MAX_SPARE);
        let read = match self.header.format {
            SourceFormat::Vcf => vcf::columns(raw.bytes()).and_then(|c| vcf::put_site(&c, out)),
            SourceFormat::Bcf => bcf::put_site(shared(raw), &self.header, out).map(|_| ()),
        };
        read.map_err(|fault| self.located(fault, raw))
    }

    /// The whole record.
    ///
    /// # Errors
    /// [`ReadError::Record`], which names the place, the field and the sample.
    pub fn parse(&mut self, raw: &RawRecord, out: &mut Record) -> Result<(), ReadError> {
        out.clear_site();
        out.contig = raw.contig;
        self.parse_all(raw, out)
            .map_err(|fault| self.located(fault, raw))
    }

    /// INFO as VCF text, appended to `out`; `.` where there is none.
    ///
    /// # Errors
    /// [`ReadError::Record`].
    pub fn info(&self, raw: &RawRecord, out: &mut String) -> Result<(), ReadError> {
        let read = match self.header.format {
            SourceFormat::Vcf => vcf::columns(raw.bytes()).and_then(|c| {
                let text =
                    str::from_utf8(c.info()).map_err(|_| Fault::new("INFO", "it is not UTF-8"))?;
                out.push_str(text);
                Ok(())
            }),
            SourceFormat::Bcf => {
                bcf::open_info(shared(raw)).and_then(|site| site.info(&self.header, out))
            }
        };
        read.map_err(|fault| self.located(fault, raw))
    }

    /// Appends the value of the field `key` of the record's INFO; whether there is one with a
    /// value. Bytes that are not UTF-8 are replaced: the other fields may hold what they want.
    ///
    /// # Errors
    /// [`ReadError::Record`] where INFO cannot be read.
    pub fn info_value(
        &self,
        raw: &RawRecord,
        key: &str,
        out: &mut String,
    ) -> Result<bool, ReadError> {
        let read = match self.header.format {
            SourceFormat::Vcf => vcf::columns(raw.bytes()).map(|c| {
                let fields = c.info().split(|&b| b == b';');
                let value = |field: &'_ [u8]| -> Option<String> {
                    let value = field.strip_prefix(key.as_bytes())?.strip_prefix(b"=")?;
                    Some(String::from_utf8_lossy(value).into_owned())
                };
                let found = fields.into_iter().find_map(value);
                out.push_str(found.as_deref().unwrap_or_default());
                found.is_some()
            }),
            SourceFormat::Bcf => {
                bcf::open_info(shared(raw)).and_then(|site| site.info_value(&self.header, key, out))
            }
        };
        read.map_err(|fault| self.located(fault, raw))
    }

    /// Hands on each field of the record's INFO in order; nothing where it is `.`.
    ///
    /// # Errors
    /// [`ReadError::Record`] where INFO cannot be read.
    pub(crate) fn info_fields(
        &self,
        raw: &RawRecord,
        scratch: &mut InfoScratch,
        take: &mut dyn FnMut(&str, InfoValue<'_>),
    ) -> Result<(), ReadError> {
        let read = match self.header.format {
            SourceFormat::Vcf => vcf::columns(raw.bytes()).and_then(|c| {
                text_fields(c.info()).map(|fields| fields.for_each(|(key, value)| take(key, value)))
            }),
            SourceFormat::Bcf => bcf::open_info(shared(raw))
                .and_then(|site| site.info_fields(&self.header, scratch, take)),
        };
        read.map_err(|fault| self.located(fault, raw))
    }

    /// The values that the kept samples have of the FORMAT field `key`, as whole numbers
    /// (`Some(false)`), floats (`Some(true)`) or text, and how many are not of that type, and
    /// missing therefore; `None` where the record has not got the field. The record was parsed
    /// before.
    ///
    /// # Errors
    /// [`ReadError::Record`] where FORMAT cannot be read.
    pub(crate) fn format_field(
        &self,
        raw: &RawRecord,
        key: &str,
        numbers: Option<bool>,
    ) -> Result<Option<(SampleValues, u64)>, ReadError> {
        let n = self.header.samples.len();
        let keep = self.keep.as_ref();
        let kept = |s: usize| s < n && keep.is_none_or(|k| k.mask.get(s));
        let read = match self.header.format {
            SourceFormat::Vcf => vcf::columns(raw.bytes()).and_then(|c| {
                let texts = vcf::format_texts(&c, key, kept)?;
                Ok(texts.map(|texts| format::from_texts(&texts, numbers)))
            }),
            SourceFormat::Bcf => bcf::open_info(shared(raw)).and_then(|site| {
                let samples = raw.bytes().get(raw.shared..).unwrap_or_default();
                let found = site.format_values(samples, &self.header, key)?;
                Ok(found.map(|(values, len)| {
                    format::from_typed(&values, len, (0..n).filter(|s| kept(*s)), numbers)
                }))
            }),
        };
        read.map_err(|fault| self.located(fault, raw))
    }

    fn parse_all(&mut self, raw: &RawRecord, out: &mut Record) -> Result<(), Fault> {
        let n_samples = self.header.samples.len();
        self.thresholds.clear();
        // Which columns there are is known once the site is read.
        enum Site<'a> {
            Vcf(vcf::Columns<'a>),
            Bcf(bcf::Site<'a>),
        }
        let site = match self.header.format {
            SourceFormat::Vcf => {
                let columns = vcf::columns(raw.bytes())?;
                vcf::put_site(&columns, out)?;
                Site::Vcf(columns)
            }
            SourceFormat::Bcf => Site::Bcf(bcf::put_site(shared(raw), &self.header, out)?),
        };
        let n_alts = out.alternates.len();
        let bytes = n_alts.saturating_mul(5 * 8 * plane_words(n_samples));
        if bytes > MAX_PLANES {
            let reason = format!("{n_alts} alleles of {n_samples} samples need {bytes} bytes");
            return Err(Fault::new("ALT", reason));
        }
        let target = if self.keep.is_some() {
            &mut self.all
        } else {
            &mut out.calls
        };
        make_rows(target, &mut self.spare, n_alts, n_samples);
        let mut rows = Rows {
            rows: target,
            tallies: &mut out.tallies,
            half_call: self.options.half_call,
        };
        match site {
            Site::Vcf(columns) => {
                vcf::put_calls(&columns, n_samples, &mut rows, &mut self.thresholds)?;
            }
            Site::Bcf(site) => {
                let samples = raw.bytes().get(raw.shared..).unwrap_or_default();
                site.put_calls(samples, &self.header, &mut rows, &mut self.thresholds)?;
            }
        }
        let keep = self.keep.as_ref();
        let kept = |s: u32| keep.is_none_or(|k| k.mask.get(s as usize));
        self.thresholds.apply(target, kept, &mut out.tallies);
        if let Some(keep) = keep {
            make_rows(&mut out.calls, &mut self.spare, n_alts, keep.n_kept);
            for (from, to) in self.all.iter().zip(&mut out.calls) {
                keep.copy(from, to);
            }
        }
        Ok(())
    }

    fn located(&self, fault: Fault, raw: &RawRecord) -> ReadError {
        fault.at(&self.header.path, raw.place, &self.header.samples)
    }
}

/// The bytes of a BCF record before its samples.
fn shared(raw: &RawRecord) -> &[u8] {
    raw.bytes().get(..raw.shared).unwrap_or_default()
}

/// `n` clear rows over `n_samples`, from memory in use before where there is some.
fn make_rows(rows: &mut Vec<CallPlanes>, spare: &mut Vec<CallPlanes>, n: usize, n_samples: usize) {
    if rows.len() > n {
        spare.extend(rows.drain(n..));
        spare.truncate(MAX_SPARE);
    }
    while rows.len() < n {
        rows.push(spare.pop().unwrap_or_default());
    }
    for row in rows {
        if row.n_samples == n_samples && row.lo.words().len() == plane_words(n_samples) {
            row.clear();
        } else {
            *row = CallPlanes::new(n_samples);
        }
    }
}

/// The columns that are kept.
struct Keep {
    mask: Plane,
    /// Kept columns before each word of the mask.
    before: Vec<usize>,
    n_kept: usize,
}

impl Keep {
    fn new(columns: &[u32], n_samples: usize) -> Result<Self, ReadError> {
        let mut mask = Plane::zeros(n_samples);
        let mut last = None;
        for &column in columns {
            if column as usize >= n_samples || last.is_some_and(|l| l >= column) {
                let reason = format!(
                    "sample columns to keep: {column} is not among the {n_samples} or not in order"
                );
                return Err(ReadError::Options { reason });
            }
            mask.set(column as usize);
            last = Some(column);
        }
        let mut n_kept = 0;
        let mut before = Vec::with_capacity(mask.words().len());
        for word in mask.words() {
            before.push(n_kept);
            n_kept += word.count_ones() as usize;
        }
        Ok(Self {
            mask,
            before,
            n_kept,
        })
    }

    /// The kept columns of `from`, moved together.
    fn copy(&self, from: &CallPlanes, to: &mut CallPlanes) {
        for (from, to) in [
            (&from.lo, &mut to.lo),
            (&from.hi, &mut to.hi),
            (&from.phased, &mut to.phased),
            (&from.flipped, &mut to.flipped),
            (&from.haploid, &mut to.haploid),
        ] {
            let to = to.words_mut();
            for ((&word, &mask), &at) in
                from.words().iter().zip(self.mask.words()).zip(&self.before)
            {
                if word & mask == 0 {
                    continue;
                }
                let bits = simd::gather(word, mask);
                to[at / 64] |= bits << (at % 64);
                let spill = bits.checked_shr(64 - (at % 64) as u32).unwrap_or(0);
                if spill != 0 {
                    to[at / 64 + 1] |= spill;
                }
            }
        }
        for half in &from.half_calls {
            if let Some(sample) = self.rank(half.sample) {
                to.half_calls
                    .push(genodex_engine::genotype::HalfCall { sample, ..*half });
            }
        }
        for set in &from.phase_sets {
            if let Some(sample) = self.rank(set.sample) {
                to.phase_sets
                    .push(genodex_engine::genotype::PhaseSet { sample, ..*set });
            }
        }
    }

    /// The kept column that was `sample`.
    fn rank(&self, sample: u32) -> Option<u32> {
        let s = sample as usize;
        if !self.mask.get(s) {
            return None;
        }
        let below = self.mask.words()[s / 64] & ((1 << (s % 64)) - 1);
        Some((self.before[s / 64] + below.count_ones() as usize) as u32)
    }
}
