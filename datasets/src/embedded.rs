//! Real genotypes inside the program, so that the demo runs from anywhere. Origin and licence
//! of each file: `README.md` beside this code.

/// A file by name.
#[derive(Clone, Copy, Debug)]
pub struct EmbeddedFile {
    /// Its name, without a folder.
    pub name: &'static str,
    /// What is in it.
    pub bytes: &'static [u8],
}

/// 1000 Genomes Project, phase 3: 2,504 people, chromosome 22 from 16.05 to 16.50 Mb (GRCh37).
pub const CHR22: EmbeddedFile = EmbeddedFile {
    name: "kg-chr22.vcf.gz",
    bytes: include_bytes!("../genotypes/kg-chr22.vcf.gz"),
};

/// The same project: 1,126 of the people, variants all along chromosome X. Males are haploid
/// outside the pseudo-autosomal regions.
pub const CHR_X: EmbeddedFile = EmbeddedFile {
    name: "kg-chrX.vcf.gz",
    bytes: include_bytes!("../genotypes/kg-chrX.vcf.gz"),
};

/// Population (`pop`), continental group (`super_pop`) and sex (`gender`) of the 2,504 people.
pub const PANEL: EmbeddedFile = EmbeddedFile {
    name: "kg-panel.tsv",
    bytes: include_bytes!("../genotypes/kg-panel.tsv"),
};

/// All of them.
pub const ALL: [EmbeddedFile; 3] = [CHR22, CHR_X, PANEL];

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::io::{BufRead, BufReader};

    use super::*;

    /// The fields before the calls, and the calls.
    type Record = (Vec<String>, Vec<String>);

    /// Sample names and records.
    fn read(file: EmbeddedFile) -> (Vec<String>, Vec<Record>) {
        let reader = BufReader::new(noodles_bgzf::io::Reader::new(file.bytes));
        let (mut samples, mut records) = (Vec::new(), Vec::new());
        for line in reader.lines() {
            let line = line.unwrap();
            let mut fields: Vec<String> = line.split('\t').map(str::to_owned).collect();
            if line.starts_with("#CHROM") {
                samples = fields.split_off(9);
            } else if !line.starts_with('#') {
                let calls = fields.split_off(9);
                records.push((fields, calls));
            }
        }
        (samples, records)
    }

    fn panel() -> HashMap<&'static str, (&'static str, &'static str)> {
        let text = std::str::from_utf8(PANEL.bytes).unwrap();
        text.lines()
            .skip(1)
            .map(|line| {
                let fields: Vec<&str> = line.split('\t').collect();
                (fields[0], (fields[2], fields[3]))
            })
            .collect()
    }

    #[test]
    fn small_enough_to_carry() {
        let size: usize = ALL.iter().map(|f| f.bytes.len()).sum();
        assert!(size < 2_000_000, "{size}");
    }

    #[test]
    fn chromosome_22_counts_as_its_project_did() {
        let (samples, records) = read(CHR22);
        assert_eq!((samples.len(), records.len()), (2504, 6109));
        let panel = panel();
        assert!(samples.iter().all(|s| panel.contains_key(s.as_str())));
        let mut compared = 0;
        for (fields, calls) in &records {
            let info = |key: &str| -> Vec<String> {
                let field = fields[7].split(';').find_map(|f| f.strip_prefix(key));
                field.unwrap_or("").split(',').map(str::to_owned).collect()
            };
            for (i, expected) in info("AC=").iter().enumerate() {
                let allele = (i + 1).to_string();
                let alleles = calls.iter().flat_map(|c| c.split('|'));
                assert_eq!(
                    alleles.filter(|a| *a == allele).count().to_string(),
                    *expected
                );
                compared += 1;
            }
        }
        assert!(compared >= 6109, "{compared}");
    }

    #[test]
    fn males_are_haploid_on_x_and_females_are_not() {
        let (samples, records) = read(CHR_X);
        assert_eq!((samples.len(), records.len()), (1126, 1069));
        let panel = panel();
        let mut haploid = 0;
        for (fields, calls) in &records {
            let pos: u32 = fields[1].parse().unwrap();
            let pseudo_autosomal =
                (60_001..=2_699_520).contains(&pos) || (154_931_044..=155_260_560).contains(&pos);
            for (sample, call) in samples.iter().zip(calls) {
                let male = panel[sample.as_str()].1 == "male";
                assert_eq!(
                    !call.contains('|'),
                    male && !pseudo_autosomal,
                    "{pos} {sample}"
                );
                haploid += usize::from(!call.contains('|'));
            }
        }
        assert!(haploid > 500_000, "{haploid}");
    }
}
