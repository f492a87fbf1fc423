//! Finds what a name stands for: bcftools' own names first, then fields, then columns.

use super::check::Ty;
use super::count::Count;
use super::lex::{Scope, Span, Subscript};
use super::plan::Instr;
use super::schema::{Field, FieldKind, Schema};
use super::subscript::{Pick, is_cohort, parse_format, parse_info};
use crate::diagnostic::Diagnostic;
use crate::query::columns::PREDICTED;

/// Names that stand for something whatever the header says, whatever the case. bcftools also
/// takes their beginnings; here they are refused, as they hide fields.
const BUILT_IN: [&str; 12] = [
    "QUAL",
    "TYPE",
    "FILTER",
    "ID",
    "CHROM",
    "POS",
    "REF",
    "ALT",
    "N_ALT",
    "N_SAMPLES",
    "N_MISSING",
    "F_MISSING",
];

/// Names that are computed where the header has no such field.
const COMPUTED: [&str; 6] = ["AC", "AN", "AF", "MAC", "MAF", "ILEN"];

const NUMBER: Ty = Ty::Number {
    samples: false,
    raw: false,
};
const TEXT: Ty = Ty::Text {
    samples: false,
    split: false,
};

type Name<'a> = (Scope, &'a str, Option<&'a Subscript>);

type Resolved = Result<(Option<Instr>, Ty), Diagnostic>;

/// The instruction that gets the value, if it is got before it is compared, and its type.
pub(super) fn resolve(source: &str, schema: &Schema, name: Name<'_>, span: &Span) -> Resolved {
    let (scope, text, subscript) = name;
    let error = |message: String| Diagnostic::new(message, source, span.clone());
    let at_subscript = |message: String| {
        let place = subscript.map_or_else(|| span.clone(), |s| s.span.clone());
        Diagnostic::new(message, source, place)
    };
    if scope == Scope::Any {
        if subscript.is_none()
            && let Some(found) = built_in(schema, text)
        {
            return Ok(found);
        }
        if subscript.is_none()
            && let Some(whole) = BUILT_IN.iter().find(|b| begins(b, text))
        {
            return Err(error(format!("{text} is short for {whole} in bcftools"))
                .with_help(format!("write {whole}, or INFO/{text} for the field")));
        }
        if let Some(subscript) = subscript
            && is_cohort(subscript)
        {
            return cohort(source, schema, text, subscript, span);
        }
        if subscript.is_none()
            && schema.predicted_index(text).is_some()
            && let Some((place, column)) = schema.column(text)
        {
            return Ok((None, Ty::Column(place, column.kind)));
        }
    }
    let info = schema.info(text).filter(|_| scope != Scope::Format);
    let format = schema.format(text).filter(|_| scope != Scope::Info);
    match (info, format) {
        (Some(_), Some(_)) => Err(error(format!("both INFO and FORMAT have {text}"))
            .with_help(format!("write INFO/{text} or FORMAT/{text}"))),
        (Some((place, field)), None) => {
            let pick = parse_info(subscript).map_err(at_subscript)?;
            Ok(info_field(place, field, pick))
        }
        (None, Some((place, field))) => {
            let (pick, samples) =
                parse_format(subscript, field.single, schema).map_err(at_subscript)?;
            if text == "GT" {
                return Ok((None, Ty::Genotype(samples)));
            }
            Ok(match field.kind {
                FieldKind::Text | FieldKind::Flag => (
                    Some(Instr::FormatText {
                        field: place,
                        pick,
                        samples,
                    }),
                    Ty::Text {
                        samples: true,
                        split: !field.single,
                    },
                ),
                FieldKind::Int | FieldKind::Float => (
                    Some(Instr::FormatNumber {
                        field: place,
                        pick,
                        samples,
                    }),
                    Ty::Number {
                        samples: true,
                        raw: true,
                    },
                ),
            })
        }
        (None, None) => {
            if let Some(hint) = schema.not_kept(text).filter(|_| scope != Scope::Info) {
                let message = format!("the store has not kept FORMAT/{text}");
                return Err(error(message).with_help(hint));
            }
            if scope == Scope::Any {
                let index = || parse_info(subscript).map_err(at_subscript);
                if let Some(found) = computed(text, index)? {
                    return Ok(found);
                }
                if let Some((place, column)) = schema.column(text).filter(|_| subscript.is_none()) {
                    return Ok((None, Ty::Column(place, column.kind)));
                }
            }
            let what = match scope {
                Scope::Any => "field",
                Scope::Info => "INFO field",
                Scope::Format => "FORMAT field",
            };
            let names = BUILT_IN
                .into_iter()
                .chain(COMPUTED)
                .filter(|_| scope == Scope::Any);
            let (info, format) = (scope != Scope::Format, scope != Scope::Info);
            let error = error(format!("no {what} {text:?}"));
            if scope == Scope::Any && is_annotated(text) {
                return Err(error.with_help(
                    "the store has no annotations of this kind: see `genodex annotate`",
                ));
            }
            let similar = schema.nearest_name(text, names, info, format);
            Err(error.with_similar(similar))
        }
    }
}

/// Whether stores with annotations have a column of this name.
fn is_annotated(name: &str) -> bool {
    let mut names = PREDICTED.into_iter().chain(["CLNSIG"]);
    names.any(|n| n.eq_ignore_ascii_case(name))
}

fn begins(whole: &str, text: &str) -> bool {
    whole
        .as_bytes()
        .get(..text.len())
        .is_some_and(|b| b.eq_ignore_ascii_case(text.as_bytes()))
}

fn built_in(schema: &Schema, text: &str) -> Option<(Option<Instr>, Ty)> {
    let name = BUILT_IN.iter().find(|b| b.eq_ignore_ascii_case(text))?;
    Some(match *name {
        "QUAL" => (Some(Instr::Qual), NUMBER),
        "TYPE" => (None, Ty::Type),
        "FILTER" => (None, Ty::Filter),
        "ID" => (None, Ty::Id),
        "CHROM" => (Some(Instr::Chrom), TEXT),
        "POS" => (Some(Instr::Pos), NUMBER),
        "REF" => (Some(Instr::Ref), TEXT),
        "ALT" => (
            Some(Instr::Alt(Pick::All)),
            Ty::Text {
                samples: false,
                split: true,
            },
        ),
        "N_ALT" => (Some(Instr::AltCount), NUMBER),
        "N_SAMPLES" => (Some(Instr::Number(schema.n_samples() as f64)), NUMBER),
        "N_MISSING" => (Some(Instr::MissingSamples(false)), NUMBER),
        _ => (Some(Instr::MissingSamples(true)), NUMBER),
    })
}

/// `AF[cases]` and its like.
fn cohort(
    source: &str,
    schema: &Schema,
    text: &str,
    subscript: &Subscript,
    span: &Span,
) -> Resolved {
    let Some(count) = Count::find(text) else {
        let names = Count::NAMES.map(|(name, _)| name).join(" ");
        let message = format!("{text} is not counted in cohorts");
        return Err(Diagnostic::new(message, source, span.clone())
            .with_help(format!("in a cohort there are {names}")));
    };
    let name = subscript.text.trim();
    let Some(place) = schema.cohort(name) else {
        let message = format!("no cohort {name:?}");
        return Err(Diagnostic::new(message, source, subscript.span.clone())
            .with_similar(schema.nearest_cohort(name)));
    };
    Ok((Some(Instr::Cohort(count, place)), NUMBER))
}

fn info_field(place: usize, field: &Field, pick: Option<Pick>) -> (Option<Instr>, Ty) {
    let single = field.single;
    // Commas separate values where the header or the subscript says that there are several.
    let split = !single || pick.as_ref().is_some_and(|p| !matches!(p, Pick::One(_)));
    let split = split && !matches!(pick, Some(Pick::One(_)));
    let pick = pick.unwrap_or(Pick::All);
    match field.kind {
        FieldKind::Flag => (Some(Instr::InfoFlag(place)), NUMBER),
        FieldKind::Text => (
            Some(Instr::InfoText {
                field: place,
                pick,
                single,
            }),
            Ty::Text {
                samples: false,
                split,
            },
        ),
        FieldKind::Int | FieldKind::Float => (
            Some(Instr::InfoNumber {
                field: place,
                pick,
                single,
            }),
            NUMBER,
        ),
    }
}

/// What is computed where the header has no field of the name.
fn computed(
    text: &str,
    index: impl Fn() -> Result<Option<Pick>, Diagnostic>,
) -> Result<Option<(Option<Instr>, Ty)>, Diagnostic> {
    if text.eq_ignore_ascii_case("ALT") {
        let pick = index()?.unwrap_or(Pick::All);
        let split = !matches!(pick, Pick::One(_));
        return Ok(Some((
            Some(Instr::Alt(pick)),
            Ty::Text {
                samples: false,
                split,
            },
        )));
    }
    if text.eq_ignore_ascii_case("ILEN") || text == "%ILEN" {
        return Ok(index()?
            .is_none()
            .then_some((Some(Instr::IndelLength), NUMBER)));
    }
    let Some(count) = Count::find(text).filter(|c| c.is_bcftools()) else {
        return Ok(None);
    };
    Ok(match index()? {
        // Without an index bcftools takes the first ALT, and all with [*].
        None => Some((Some(Instr::Counts(count, Some(0))), NUMBER)),
        Some(Pick::All) => Some((Some(Instr::Counts(count, None)), NUMBER)),
        Some(Pick::One(i)) => Some((Some(Instr::Counts(count, Some(i))), NUMBER)),
        Some(Pick::Ranges(_)) => None,
    })
}
