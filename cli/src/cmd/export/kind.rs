//! What to write: from the flags and the name of the file.

use std::path::Path;

use anyhow::bail;
use clap::ValueEnum;
use genodex_indexer::writer::OutputKind;

/// What `--format` may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ExportFormat {
    /// Compressed if the name ends in .gz or .bgz
    Vcf,
    Bcf,
    Parquet,
    Arrow,
    /// A matrix for NumPy
    Npy,
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Records(OutputKind),
    Table { parquet: bool },
    Matrix(MatrixFormat),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MatrixFormat {
    Npy,
    Arrow,
}

impl Kind {
    const fn label(self) -> &'static str {
        match self {
            Self::Records(OutputKind::Vcf) => "VCF",
            Self::Records(OutputKind::VcfGz) => "compressed VCF",
            Self::Records(_) => "BCF",
            Self::Table { parquet: true } => "Parquet",
            Self::Table { parquet: false } => "Arrow",
            Self::Matrix(MatrixFormat::Npy) => "a matrix for NumPy",
            Self::Matrix(MatrixFormat::Arrow) => "a matrix in Arrow",
        }
    }

    /// What a file's name says.
    fn of_name(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        if let Some(kind) = OutputKind::from_name(name) {
            return Some(Self::Records(kind));
        }
        Some(match path.extension()?.to_str()? {
            "parquet" => Self::Table { parquet: true },
            "arrow" | "feather" => Self::Table { parquet: false },
            "npy" => Self::Matrix(MatrixFormat::Npy),
            _ => return None,
        })
    }
}

const ENDINGS: &str = ".vcf, .vcf.gz, .bcf, .parquet, .arrow or .npy";

/// What to write, and a remark where the name of the file says something else than the flags.
pub(super) fn choose(
    file: Option<&Path>,
    output_type: Option<OutputKind>,
    format: Option<ExportFormat>,
    matrix: bool,
) -> anyhow::Result<(Kind, Option<String>)> {
    let named = file.and_then(Kind::of_name);
    let gz = file
        .and_then(Path::extension)
        .is_some_and(|e| e == "gz" || e == "bgz");
    let asked = match (output_type, format) {
        (Some(kind), _) => Some(Kind::Records(kind)),
        (None, Some(format)) => Some(match format {
            ExportFormat::Vcf if gz => Kind::Records(OutputKind::VcfGz),
            ExportFormat::Vcf => Kind::Records(OutputKind::Vcf),
            ExportFormat::Bcf => Kind::Records(OutputKind::Bcf),
            ExportFormat::Parquet => Kind::Table { parquet: true },
            ExportFormat::Arrow => Kind::Table { parquet: false },
            ExportFormat::Npy => Kind::Matrix(MatrixFormat::Npy),
        }),
        (None, None) => None,
    };
    let kind = match (asked, named, file) {
        (Some(kind), ..) | (None, Some(kind), _) => kind,
        (None, None, None) if matrix => {
            bail!("--matrix: give a file to write (-o FILE.npy or FILE.arrow), or --format")
        }
        (None, None, None) => Kind::Records(OutputKind::Vcf),
        (None, None, Some(path)) => bail!(
            "{}: its name does not say what to write: let it end in {ENDINGS}, or give -O or \
             --format",
            path.display()
        ),
    };
    let kind = match kind {
        Kind::Table { parquet: false } if matrix => Kind::Matrix(MatrixFormat::Arrow),
        Kind::Matrix(_) => kind,
        _ if matrix => bail!(
            "--matrix writes .npy or Arrow, not {}: name the file so, or give --format",
            kind.label()
        ),
        kind => kind,
    };
    let same = |named: Kind| match (named, kind) {
        (Kind::Table { parquet: false }, Kind::Matrix(MatrixFormat::Arrow)) => true,
        (Kind::Records(OutputKind::Bcf), Kind::Records(OutputKind::BcfUncompressed)) => true,
        (a, b) => a == b,
    };
    let note = match (named, file) {
        (Some(named), Some(path)) if !same(named) => Some(format!(
            "{} is written as {}, as asked for; its name says {}",
            path.display(),
            kind.label(),
            named.label()
        )),
        _ => None,
    };
    Ok((kind, note))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(
        name: &str,
        output_type: Option<OutputKind>,
        format: Option<ExportFormat>,
        matrix: bool,
    ) -> Result<(Kind, bool), String> {
        let file = Some(name).filter(|n| !n.is_empty()).map(Path::new);
        let found = choose(file, output_type, format, matrix);
        found
            .map(|(k, note)| (k, note.is_some()))
            .map_err(|e| e.to_string())
    }

    #[test]
    fn names_and_flags_say_what_to_write() {
        use ExportFormat as F;
        use OutputKind as O;
        let records = Kind::Records;
        for (name, o, f, matrix, expected) in [
            ("", None, None, false, (records(O::Vcf), false)),
            ("a.vcf.gz", None, None, false, (records(O::VcfGz), false)),
            (
                "a.bcf",
                Some(O::BcfUncompressed),
                None,
                false,
                (records(O::BcfUncompressed), false),
            ),
            ("a.vcf", Some(O::Bcf), None, false, (records(O::Bcf), true)),
            (
                "a.vcf.gz",
                None,
                Some(F::Vcf),
                false,
                (records(O::VcfGz), false),
            ),
            (
                "a.parquet",
                None,
                None,
                false,
                (Kind::Table { parquet: true }, false),
            ),
            (
                "a.arrow",
                None,
                None,
                true,
                (Kind::Matrix(MatrixFormat::Arrow), false),
            ),
            (
                "a.npy",
                None,
                None,
                false,
                (Kind::Matrix(MatrixFormat::Npy), false),
            ),
            (
                "a.x",
                None,
                Some(F::Npy),
                true,
                (Kind::Matrix(MatrixFormat::Npy), false),
            ),
        ] {
            assert_eq!(chosen(name, o, f, matrix), Ok(expected), "{name}");
        }
        assert!(
            chosen("a.xyz", None, None, false)
                .unwrap_err()
                .contains(".parquet")
        );
        assert!(
            chosen("a.parquet", None, None, true)
                .unwrap_err()
                .contains("not Parquet")
        );
        assert!(
            chosen("", None, None, true)
                .unwrap_err()
                .contains("-o FILE.npy")
        );
    }
}
