//! Records as lines of VCF.

use genodex_engine::record::number::{push_float, push_int, push_unsigned};
use genodex_engine::record::{
    FLOAT_END, FLOAT_MISSING, Header, INT_END, INT_MISSING, Record, SampleValues, Value,
};

use super::Fault;
use super::calls::{push_call, push_calls};

/// Appends the line of a record.
pub(super) fn encode(header: &Header, record: &Record, out: &mut Vec<u8>) -> Result<(), Fault> {
    out.extend_from_slice(record.chrom.as_bytes());
    out.push(b'\t');
    push_unsigned(out, record.pos);
    out.push(b'\t');
    push_list(out, &record.ids, b';');
    out.push(b'\t');
    out.extend_from_slice(record.reference.as_bytes());
    out.push(b'\t');
    push_list(out, &record.alts, b',');
    out.push(b'\t');
    match record.qual {
        Some(q) => push_float(out, f64::from(q)),
        None => out.push(b'.'),
    }
    out.push(b'\t');
    for (i, &filter) in record.filters.iter().enumerate() {
        if i > 0 {
            out.push(b';');
        }
        let name = header.filters().get(filter).ok_or(Fault::Undeclared {
            what: "FILTER",
            index: filter,
            known: header.filters().len(),
        })?;
        out.extend_from_slice(name.as_bytes());
    }
    if record.filters.is_empty() {
        out.push(b'.');
    }
    out.push(b'\t');
    push_info(header, record, out)?;
    if !header.samples().is_empty() {
        push_samples(header, record, out)?;
    }
    out.push(b'\n');
    Ok(())
}

fn push_list(out: &mut Vec<u8>, items: &[String], between: u8) {
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push(between);
        }
        out.extend_from_slice(item.as_bytes());
    }
    if items.is_empty() {
        out.push(b'.');
    }
}

fn push_info(header: &Header, record: &Record, out: &mut Vec<u8>) -> Result<(), Fault> {
    if record.info.is_empty() {
        out.push(b'.');
    }
    for (i, field) in record.info.iter().enumerate() {
        if i > 0 {
            out.push(b';');
        }
        let definition = header.infos().get(field.key).ok_or(Fault::Undeclared {
            what: "INFO",
            index: field.key,
            known: header.infos().len(),
        })?;
        out.extend_from_slice(definition.field.name.as_bytes());
        match &field.value {
            Value::Flag => continue,
            _ => out.push(b'='),
        }
        match &field.value {
            Value::Flag => {}
            Value::Ints(v) if v.is_empty() => out.push(b'.'),
            Value::Ints(v) => push_ints(out, v),
            Value::Floats(v) if v.is_empty() => out.push(b'.'),
            Value::Floats(v) => push_floats(out, v),
            Value::Text(t) => out.extend_from_slice(t.as_bytes()),
        }
    }
    Ok(())
}

fn push_ints(out: &mut Vec<u8>, values: &[i32]) {
    for (i, &v) in values.iter().take_while(|v| **v != INT_END).enumerate() {
        if i > 0 {
            out.push(b',');
        }
        match v {
            INT_MISSING => out.push(b'.'),
            v => push_int(out, i64::from(v)),
        }
    }
}

fn push_floats(out: &mut Vec<u8>, values: &[f32]) {
    let values = values.iter().take_while(|v| v.to_bits() != FLOAT_END);
    for (i, v) in values.enumerate() {
        if i > 0 {
            out.push(b',');
        }
        match v.to_bits() {
            FLOAT_MISSING => out.push(b'.'),
            _ => push_float(out, f64::from(*v)),
        }
    }
}

fn push_samples(header: &Header, record: &Record, out: &mut Vec<u8>) -> Result<(), Fault> {
    let samples = header.samples().len();
    out.push(b'\t');
    if record.has_calls() {
        out.extend_from_slice(b"GT");
    }
    for (i, field) in record.formats.iter().enumerate() {
        let definition = header.formats().get(field.key).ok_or(Fault::Undeclared {
            what: "FORMAT",
            index: field.key,
            known: header.formats().len(),
        })?;
        if i > 0 || record.has_calls() {
            out.push(b':');
        }
        let name = &definition.field.name;
        out.extend_from_slice(name.as_bytes());
        check_values(name, &field.values, samples)?;
    }
    let ploidy = record.calls.ploidy;
    if record.calls.codes.len() != ploidy * samples {
        return Err(Fault::Values {
            field: "GT".to_owned(),
            count: record.calls.codes.len(),
            samples,
        });
    }
    if record.formats.is_empty() {
        if record.has_calls() {
            return push_calls(out, ploidy, &record.calls.codes);
        }
        out.push(b'.');
        out.extend(std::iter::repeat_n(*b"\t.", samples).flatten());
        return Ok(());
    }
    for s in 0..samples {
        out.push(b'\t');
        if record.has_calls() {
            push_call(out, of_sample(&record.calls.codes, ploidy, s))?;
        }
        for (i, field) in record.formats.iter().enumerate() {
            if i > 0 || record.has_calls() {
                out.push(b':');
            }
            match &field.values {
                SampleValues::Ints { width: 0, .. } | SampleValues::Floats { width: 0, .. } => {
                    out.push(b'.');
                }
                SampleValues::Ints { width, values } => {
                    push_ints(out, of_sample(values, *width, s));
                }
                SampleValues::Floats { width, values } => {
                    push_floats(out, of_sample(values, *width, s));
                }
                SampleValues::Text(t) => {
                    out.extend_from_slice(t.get(s).map_or(".", String::as_str).as_bytes());
                }
            }
        }
    }
    Ok(())
}

fn of_sample<T>(values: &[T], width: usize, sample: usize) -> &[T] {
    values
        .get(sample * width..(sample + 1) * width)
        .unwrap_or_default()
}

/// Whether there are as many values for each sample.
pub(super) fn check_values(name: &str, values: &SampleValues, samples: usize) -> Result<(), Fault> {
    let (count, expected) = match values {
        SampleValues::Ints { width, values } => (values.len(), width.checked_mul(samples)),
        SampleValues::Floats { width, values } => (values.len(), width.checked_mul(samples)),
        SampleValues::Text(t) => (t.len(), Some(samples)),
    };
    if Some(count) == expected {
        return Ok(());
    }
    Err(Fault::Values {
        field: name.to_owned(),
        count,
        samples,
    })
}
