//! Files as others publish them: HGNC's complete set and ontologies in OBO.

use std::collections::HashMap;

use super::gene::Gene;
use super::genes::require;
use super::ontology::Ontology;
use super::table::Table;
use super::term::Term;
use super::{File, KnowledgeError, bytes};

/// The genes of HGNC's complete set. Columns are found by their names.
pub(super) fn hgnc(file: &File) -> Result<Vec<Gene>, KnowledgeError> {
    let text = bytes::text(file)?;
    let table = Table::new(&file.name, &text);
    let id = table.column("hgnc_id")?;
    let symbol = table.column("symbol")?;
    let name = table.column("name")?;
    let status = table.column("status")?;
    let locus_type = table.column("locus_type")?;
    let location = table.column("location")?;
    let alias_symbol = table.column("alias_symbol")?;
    let alias_name = table.column("alias_name")?;
    let prev_symbol = table.column("prev_symbol")?;
    let prev_name = table.column("prev_name")?;
    let entrez = table.column("entrez_id")?;
    let ensembl = table.column("ensembl_gene_id")?;
    let uniprot = table.column("uniprot_ids")?;
    let omim = table.column("omim_id")?;
    let mane = table.column("mane_select")?;
    let mut genes = Vec::new();
    table.read(|row| {
        require(row, id, "hgnc_id")?;
        require(row, symbol, "symbol")?;
        if row.get(status) != "Approved" {
            return Ok(());
        }
        // Lists are quoted in HGNC's own files.
        let list = |column| {
            let items = row.get(column).trim_matches('"').split('|').map(str::trim);
            let items = items.filter(|item| !item.is_empty()).map(str::to_owned);
            items.collect::<Vec<_>>()
        };
        genes.push(Gene {
            id: row.owned(id),
            symbol: row.owned(symbol),
            name: row.get(name).trim_matches('"').to_owned(),
            aliases: list(alias_symbol),
            alias_names: list(alias_name),
            previous: list(prev_symbol),
            previous_names: list(prev_name),
            locus_type: row.owned(locus_type),
            cytoband: row.owned(location),
            ensembl: row.owned(ensembl),
            entrez: row.owned(entrez),
            uniprot: list(uniprot),
            omim: list(omim),
            mane_select: list(mane),
            ..Gene::default()
        });
        Ok(())
    })?;
    Ok(genes)
}

/// The terms of OBO files; what only `own`, the table before them, knows is kept: Japanese names,
/// readings, Mondo's terms and numbers.
pub(super) fn obo(
    files: &[File],
    ontology: Ontology,
    own: Vec<Term>,
) -> Result<Vec<Term>, KnowledgeError> {
    let mut terms: Vec<Term> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for file in files {
        let text = bytes::text(file)?;
        for term in read_obo(&file.name, &text, ontology)? {
            match places.get(&term.id).and_then(|&place| terms.get_mut(place)) {
                Some(known) => join(known, term),
                None => {
                    places.insert(term.id.clone(), terms.len());
                    terms.push(term);
                }
            }
        }
    }
    for old in own {
        let place = places.get(&old.id).and_then(|&place| terms.get_mut(place));
        let Some(term) = place else { continue };
        term.label_ja = term.label_ja.take().or(old.label_ja);
        if term.readings.is_empty() {
            term.readings = old.readings;
        }
        if term.mondo.is_empty() {
            term.mondo = old.mondo;
        }
        term.number = term.number.take().or(old.number);
        let japanese = old.synonyms.into_iter().filter(|s| !s.is_ascii());
        for name in japanese {
            if !term.names().any(|known| known == name) {
                term.synonyms.push(name);
            }
        }
    }
    Ok(terms)
}

/// Joins a term with itself in another language.
fn join(known: &mut Term, other: Term) {
    let japanese = |text: &str| text.chars().any(|c| ('\u{3040}'..='\u{9fff}').contains(&c));
    if japanese(&known.label) && !japanese(&other.label) {
        let label = std::mem::replace(&mut known.label, other.label);
        known.label_ja.get_or_insert(label);
    } else if japanese(&other.label) {
        known.label_ja.get_or_insert(other.label);
    }
    for (list, more) in [
        (&mut known.synonyms, other.synonyms),
        (&mut known.related, other.related),
        (&mut known.parents, other.parents),
        (&mut known.xrefs, other.xrefs),
        (&mut known.mondo, other.mondo),
    ] {
        for item in more {
            if !list.contains(&item) {
                list.push(item);
            }
        }
    }
}

/// Catalogues whose identifiers are kept, and how they are written.
fn xref(text: &str) -> Option<String> {
    let (space, id) = text.split([' ', '{']).next()?.split_once(':')?;
    let space = match space {
        "OMIM" | "OMIMPS" | "ORPHA" | "ICD10CM" | "DOID" | "HP" => space,
        "Orphanet" => "ORPHA",
        _ => return None,
    };
    Some(format!("{space}:{id}"))
}

fn read_obo(name: &str, text: &str, ontology: Ontology) -> Result<Vec<Term>, KnowledgeError> {
    let mut terms: Vec<Term> = Vec::new();
    let mut now: Option<(usize, Term)> = None;
    let mut in_term = false;
    let mut finish = |term: Option<(usize, Term)>| -> Result<(), KnowledgeError> {
        let Some((line, term)) = term else {
            return Ok(());
        };
        let fault = |reason: String| KnowledgeError::Line {
            file: name.to_owned(),
            line,
            reason,
        };
        if term.id.is_empty() {
            return Err(fault("a term without an id".to_owned()));
        }
        // Terms of other ontologies are imported for what they are to these.
        if !term.id.starts_with(ontology.prefix()) {
            return Ok(());
        }
        if term.label.is_empty() {
            return Err(fault(format!("{} has no name", term.id)));
        }
        terms.push(term);
        Ok(())
    };
    for (number, line) in text.lines().enumerate() {
        let line = line.trim_end();
        if line.starts_with('[') {
            finish(now.take())?;
            in_term = line == "[Term]";
            if in_term {
                now = Some((number + 1, Term::new(ontology, "", "")));
            }
            continue;
        }
        let (Some((_, term)), true) = (&mut now, in_term) else {
            continue;
        };
        if line.is_empty() || line.starts_with('!') {
            continue;
        }
        let fault = |reason: String| KnowledgeError::Line {
            file: name.to_owned(),
            line: number + 1,
            reason,
        };
        let Some((key, value)) = line.split_once(':') else {
            return Err(fault(format!("{line:?} is not KEY: VALUE")));
        };
        let value = value.trim();
        let bare = || {
            value
                .split([' ', '{'])
                .next()
                .unwrap_or_default()
                .to_owned()
        };
        match key {
            "id" => term.id = bare(),
            "name" => term.label = unescape(value),
            "alt_id" => term.former_ids.push(bare()),
            "is_a" => {
                let parent = bare();
                if parent.starts_with(ontology.prefix()) {
                    term.parents.push(parent);
                }
            }
            "is_obsolete" => term.obsolete = value.starts_with("true"),
            "replaced_by" => term.replaced_by.insert(0, bare()),
            "consider" => term.replaced_by.push(bare()),
            "xref" => term.xrefs.extend(xref(value)),
            "property_value" => {
                // exactMatch MONDO:0019056
                let id = value.split(' ').nth(1).unwrap_or_default();
                let mapped = value.contains("Match") && id.starts_with("MONDO:");
                if ontology == Ontology::Nando && mapped {
                    term.mondo.push(id.to_owned());
                }
            }
            "synonym" => {
                let (name, scope) = quoted(value).ok_or_else(|| {
                    fault("field synonym: a name in \"quotation marks\" is expected".to_owned())
                })?;
                if scope.trim_start().starts_with("EXACT") {
                    term.synonyms.push(name);
                } else {
                    term.related.push(name);
                }
            }
            _ => {}
        }
    }
    finish(now)?;
    Ok(terms)
}

fn unescape(text: &str) -> String {
    let (mut out, mut chars) = (String::with_capacity(text.len()), text.chars());
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            c => out.push(c),
        }
    }
    out
}

/// A text in quotation marks, and what follows it.
fn quoted(value: &str) -> Option<(String, &str)> {
    let rest = value.strip_prefix('"')?;
    let mut escaped = false;
    for (at, c) in rest.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => {
                let (inside, after) = rest.split_at(at);
                return Some((unescape(inside), after.get(1..)?));
            }
            _ => {}
        }
    }
    None
}
