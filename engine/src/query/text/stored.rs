//! Documents as the index keeps them: JSON arrays, a letter for the kind of each name.

use serde::{Deserialize, Serialize};

use super::document::{Document, Kind, Name, NameKind};

/// Kind, identifier, title, Japanese title, words about it, weight, names, fields.
#[derive(Serialize, Deserialize)]
struct Stored(
    Kind,
    String,
    String,
    Option<String>,
    Option<String>,
    u16,
    Vec<String>,
    Vec<(String, Vec<String>)>,
);

const LETTERS: [(NameKind, char); 10] = [
    (NameKind::Symbol, 'S'),
    (NameKind::Label, 'L'),
    (NameKind::Synonym, 's'),
    (NameKind::Reading, 'k'),
    (NameKind::Alias, 'a'),
    (NameKind::Previous, 'p'),
    (NameKind::Related, 'r'),
    (NameKind::Identifier, 'i'),
    (NameKind::Hgvs, 'h'),
    (NameKind::Rsid, 'R'),
];

fn letter(kind: NameKind) -> char {
    let found = LETTERS.iter().find(|(k, _)| *k == kind);
    found.map_or('s', |(_, letter)| *letter)
}

/// Writes a document.
pub(super) fn write(document: &Document) -> Result<Vec<u8>, serde_json::Error> {
    let names = document
        .names
        .iter()
        .map(|n| format!("{}{}", letter(n.kind), n.text));
    let mut fields: Vec<(String, Vec<String>)> = Vec::new();
    for (field, value) in &document.fields {
        match fields.iter_mut().find(|(f, _)| f == field) {
            Some((_, values)) => values.push(value.clone()),
            None => fields.push((field.clone(), vec![value.clone()])),
        }
    }
    serde_json::to_vec(&Stored(
        document.kind,
        document.id.clone(),
        document.title.clone(),
        document.title_ja.clone(),
        document.about.clone(),
        document.weight,
        names.collect(),
        fields,
    ))
}

/// Reads a document.
pub(super) fn read(bytes: &[u8]) -> Result<Document, serde_json::Error> {
    let Stored(kind, id, title, title_ja, about, weight, names, fields) =
        serde_json::from_slice(bytes)?;
    let name = |text: String| {
        let mut chars = text.chars();
        let first = chars.next();
        let known = LETTERS.iter().find(|(_, letter)| Some(*letter) == first);
        Name::new(chars.as_str(), known.map_or(NameKind::Related, |(k, _)| *k))
    };
    let fields = fields
        .into_iter()
        .flat_map(|(field, values)| values.into_iter().map(move |v| (field.clone(), v)));
    Ok(Document {
        kind,
        id,
        title,
        title_ja,
        about,
        names: names.into_iter().map(name).collect(),
        fields: fields.collect(),
        weight,
    })
}
