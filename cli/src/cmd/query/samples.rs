//! Samples from `-s` and `-S`, in the order given.

use anyhow::bail;
use genodex_engine::diagnostic::nearest;
use genodex_engine::store::Store;

/// The columns asked for; `None` where none were.
pub(in crate::cmd) fn chosen(
    list: Option<&str>,
    file: Option<&str>,
    store: &Store,
) -> anyhow::Result<Option<Vec<u32>>> {
    let (asked, not) = match list.or(file) {
        None => return Ok(None),
        Some(text) => (
            text.strip_prefix('^').unwrap_or(text),
            text.starts_with('^'),
        ),
    };
    let ids: Vec<String> = if list.is_some() {
        asked.split(',').map(str::to_owned).collect()
    } else {
        let text = crate::cmd::read_file(asked.as_ref())?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        // Further columns are passed over, as by bcftools.
        let first = |line: &'_ str| line.split('\t').next().unwrap_or("").trim_end().to_owned();
        let lines = text.lines().map(first);
        let ids: Vec<String> = lines.filter(|l| !l.is_empty()).collect();
        if ids.is_empty() {
            bail!("{asked}: no sample is named in it: one id a line is expected");
        }
        ids
    };
    let table = store.samples();
    let mut found = Vec::with_capacity(ids.len());
    let mut seen = std::collections::HashSet::new();
    for id in &ids {
        let sample = table.index_of(id).and_then(|s| u32::try_from(s).ok());
        let Some(sample) = sample.filter(|&s| store.active().contains(s)) else {
            let known = (0..table.len()).filter_map(|s| table.id(s));
            let hint =
                nearest(id, known).map_or(String::new(), |h| format!("; did you mean {h:?}?"));
            bail!("sample {id:?} is not in the store{hint}");
        };
        if !seen.insert(sample) {
            bail!("sample {id:?} is asked for twice");
        }
        found.push(sample);
    }
    if not {
        let all = store.active().bitmap().iter();
        found = all.filter(|s| !seen.contains(s)).collect();
    }
    Ok(Some(found))
}
