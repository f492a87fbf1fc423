//! plink2's `.hardy`: founders, on contigs of which everybody has two copies.

use genodex_engine::query::freq::Counting;
use genodex_engine::stats::plink2::Copies;
use genodex_engine::stats::{HweTest, hwe_exact};

use super::{Inputs, plink2};
use crate::output::number::{push_g6, push_uint};

const HEAD: &str = "#CHROM\tID\tA1\tAX\tHOM_A1_CT\tHET_A1_CT\tTWO_AX_CT\tO(HET_A1)\tE(HET_A1)\tP\n";

pub(super) fn write(inputs: &Inputs<'_>) -> anyhow::Result<()> {
    let counting = Counting::Plink2Alleles { nonfounders: false };
    plink2::write_variants(inputs, counting, HEAD, |block, out| {
        for i in (0..block.len()).filter(|&i| block.copies(i) == Copies::Diploid) {
            let (site, counts) = (block.site(i), block.genotype_counts(i, 0));
            for text in [
                block.plink2_contig(i),
                site.id,
                site.reference,
                site.alternate,
            ] {
                out.extend_from_slice(text.as_bytes());
                out.push(b'\t');
            }
            for count in [counts.hom_ref, counts.het, counts.hom_alt] {
                push_uint(out, count);
                out.push(b'\t');
            }
            let called = (counts.hom_ref + counts.het + counts.hom_alt) as f64;
            let p = (counts.het + 2 * counts.hom_ref) as f64 / (2.0 * called);
            if called > 0.0 {
                push_g6(out, counts.het as f64 / called);
                out.push(b'\t');
                push_g6(out, 2.0 * p * (1.0 - p));
            } else {
                out.extend_from_slice(b"nan\t0");
            }
            out.push(b'\t');
            let p = hwe_exact(counts.hom_ref, counts.het, counts.hom_alt, HweTest::Exact);
            push_g6(out, p);
            out.push(b'\n');
        }
    })
}
