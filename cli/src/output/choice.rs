//! `--format` of commands that write other programs' reports beside the general formats.

use std::path::Path;

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::Style;

/// Reports of a command, each with the name that `--format` and the files have.
pub(crate) trait Report: ValueEnum + Send + Sync + 'static {}

/// A general format, or a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice<R> {
    General(Style),
    Report(R),
}

impl<R: Report> Choice<R> {
    /// Understands the names of both.
    pub(crate) fn parser() -> impl TypedValueParser<Value = Self> {
        let general = Style::value_variants()
            .iter()
            .map(ValueEnum::to_possible_value);
        let reports = R::value_variants().iter().map(ValueEnum::to_possible_value);
        PossibleValuesParser::new(general.chain(reports).flatten()).try_map(|name| {
            let general = Style::from_str(&name, false).map(Self::General);
            general.or_else(|_| R::from_str(&name, false).map(Self::Report))
        })
    }

    /// What was asked for, else what the file's name says, else a table on a terminal and TSV in
    /// a pipe.
    pub(crate) fn or_default_for(asked: Option<Self>, path: Option<&Path>) -> Self {
        let named = || {
            let extension = path?.extension()?.to_str()?;
            R::from_str(extension, false).ok().map(Self::Report)
        };
        asked
            .or_else(named)
            .unwrap_or_else(|| Self::General(Style::default_for(path)))
    }

    /// What to say where nothing was asked and the file's name ends in nothing known; none where
    /// it has no ending.
    pub(crate) fn unknown_ending(asked: Option<Self>, path: Option<&Path>) -> Option<String> {
        let path = path.filter(|_| asked.is_none())?;
        let ending = path.extension()?.to_str()?;
        if Style::of_path(path).is_some() || R::from_str(ending, false).is_ok() {
            return None;
        }
        let names = |values: &[R]| -> String {
            let values = values.iter().filter_map(ValueEnum::to_possible_value);
            values.map(|v| format!(", .{}", v.get_name())).collect()
        };
        Some(format!(
            "{} is written as TSV: its name ends in none of .tsv, .csv, .json, .ndjson, .parquet, \
             .arrow{}; --format says it otherwise",
            path.display(),
            names(R::value_variants())
        ))
    }
}

#[cfg(test)]
mod tests {
    use clap::Arg;

    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
    enum Plink2 {
        Gcount,
    }

    impl Report for Plink2 {}

    #[test]
    fn a_name_is_a_format_or_a_report() {
        let parse = |text: &str| {
            let format = Arg::new("format").long("format");
            let format = format.value_parser(Choice::<Plink2>::parser());
            let command = clap::Command::new("x").arg(format);
            let found = command.try_get_matches_from(["x", "--format", text])?;
            Ok::<_, clap::Error>(*found.get_one::<Choice<Plink2>>("format").unwrap())
        };
        assert_eq!(parse("csv").unwrap(), Choice::General(Style::Csv));
        assert_eq!(parse("gcount").unwrap(), Choice::Report(Plink2::Gcount));
        let said = parse("gcoun").unwrap_err().to_string();
        assert!(
            said.contains("tsv, table, csv") && said.contains("arrow, gcount"),
            "{said}"
        );
    }

    #[test]
    fn the_name_of_a_file_tells_where_nothing_was_asked() {
        let of = |asked, path: &str| Choice::<Plink2>::or_default_for(asked, Some(path.as_ref()));
        assert_eq!(of(None, "a.gcount"), Choice::Report(Plink2::Gcount));
        assert_eq!(of(None, "a.json"), Choice::General(Style::Json));
        assert_eq!(of(None, "a"), Choice::General(Style::Tsv));
        let csv = Choice::General(Style::Csv);
        assert_eq!(of(Some(csv), "a.gcount"), csv);
        let said = |asked, path: &str| Choice::<Plink2>::unknown_ending(asked, Some(path.as_ref()));
        let note = said(None, "a.docx").unwrap();
        assert!(
            note.contains("as TSV") && note.contains(".arrow, .gcount;"),
            "{note}"
        );
        for (asked, path) in [
            (None, "a.gcount"),
            (None, "a"),
            (None, "a.csv"),
            (Some(csv), "a.x"),
        ] {
            assert_eq!(said(asked, path), None);
        }
    }
}
