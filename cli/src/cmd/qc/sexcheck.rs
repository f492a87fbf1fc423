//! plink 1.9's `.sexcheck`: sex from F on X alone.

use genodex_engine::format::samples::{Role, Sex};
use genodex_engine::query::qc::Rules;

use super::Inputs;
use crate::output::number::push_uint;

const fn code(sex: Sex) -> u64 {
    match sex {
        Sex::Male => 1,
        Sex::Female => 2,
        Sex::Unknown => 0,
    }
}

/// Four significant digits, as C's `%g`.
fn g4(value: f64) -> String {
    let scientific = format!("{value:.3e}");
    let exponent = scientific
        .split_once('e')
        .and_then(|(_, e)| e.parse::<i32>().ok());
    match exponent {
        Some(e @ -4..=3) => {
            let places = usize::try_from(3 - e).unwrap_or(0);
            let text = format!("{value:.places$}");
            if text.contains('.') {
                text.trim_end_matches('0').trim_end_matches('.').to_owned()
            } else {
                text
            }
        }
        Some(e) => {
            let digits = scientific.split('e').next().unwrap_or("0");
            let digits = digits.trim_end_matches('0').trim_end_matches('.');
            let sign = if e < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", e.abs())
        }
        None => scientific,
    }
}

pub(super) fn write(inputs: &Inputs<'_>) -> anyhow::Result<()> {
    let rules = inputs.args.sex_rules()?;
    let counted = inputs.count(Rules::Calls)?;
    let table = inputs.store.samples();
    let family = table.role(Role::Family);
    let mut out = b"FID\tIID\tPEDSEX\tSNPSEX\tSTATUS\tF\n".to_vec();
    for sample in counted.plan.cohort().bitmap() {
        let sample = sample as usize;
        let id = table.id(sample).unwrap_or(".");
        // As plink 1.9 names people of a VCF.
        let family = family.map_or_else(|| Some(id.to_owned()), |column| column.text(sample));
        let f = counted.answer.person(&counted.plan, sample).f_x;
        let recorded = table.sex(sample);
        let inferred = match f {
            Some(f) if f > rules.male_f => Sex::Male,
            Some(f) if f < rules.female_f => Sex::Female,
            _ => Sex::Unknown,
        };
        let agree = recorded == inferred && recorded != Sex::Unknown;
        for text in [family.as_deref().unwrap_or("0"), id] {
            out.extend_from_slice(text.as_bytes());
            out.push(b'\t');
        }
        for sex in [recorded, inferred] {
            push_uint(&mut out, code(sex));
            out.push(b'\t');
        }
        out.extend_from_slice(if agree { b"OK\t" } else { b"PROBLEM\t" });
        out.extend_from_slice(f.map_or_else(|| "nan".to_owned(), g4).as_bytes());
        out.push(b'\n');
    }
    let mut target = inputs.target()?;
    target.write_all(&out)?;
    target.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_digits_as_c_writes_them() {
        for (value, text) in [
            (1.0, "1"),
            (0.14886, "0.1489"),
            (-0.017_971, "-0.01797"),
            (0.1, "0.1"),
            (-3.25, "-3.25"),
            (12_345.0, "1.234e+04"),
            (0.000_012_34, "1.234e-05"),
            (0.0, "0"),
            (0.999_96, "1"),
        ] {
            assert_eq!(g4(value), text);
        }
    }
}
