//! The header of a VCF or BCF file.

mod line;

use std::collections::HashMap;

use crate::query::expr::{Field, FieldKind};

use line::{attribute, escaped, is, is_contig, kind, without_idx};

/// A contig of the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contig {
    /// Its name.
    pub name: String,
    /// Bases, where the header says.
    pub length: Option<u64>,
}

/// An INFO or FORMAT field of the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Name, type, and whether `Number=1`.
    pub field: Field,
    /// `Number` as written.
    pub number: String,
}

/// Things in the order added, found by name.
#[derive(Clone, Debug)]
struct Listed<T> {
    items: Vec<T>,
    places: HashMap<String, usize>,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            places: HashMap::new(),
        }
    }
}

impl<T> Listed<T> {
    /// Whether it was new. Of two with the same name the first counts, as for htslib.
    fn add(&mut self, name: &str, item: T) -> bool {
        if self.places.contains_key(name) {
            return false;
        }
        self.places.insert(name.to_owned(), self.items.len());
        self.items.push(item);
        true
    }
}

/// Lines of a header and what they declare, and the samples.
#[derive(Clone, Debug, Default)]
pub struct Header {
    lines: Vec<String>,
    contigs: Listed<Contig>,
    filters: Listed<String>,
    infos: Listed<Definition>,
    formats: Listed<Definition>,
    /// Names of filters and fields, as BCF numbers them.
    strings: Listed<()>,
    samples: Vec<String>,
}

impl Header {
    /// A header of the `##` lines in `text` and these samples; lines that do not start with
    /// `##` are left out. `##fileformat` and the filter PASS are added where they lack, and
    /// BCF's `IDX` is taken off.
    #[must_use]
    pub fn new(text: &str, samples: Vec<String>) -> Self {
        let mut header = Self {
            samples,
            ..Self::default()
        };
        header.strings.add("PASS", ());
        let lines = text.lines().map(str::trim_end);
        for line in lines.filter(|l| l.starts_with("##")) {
            header.push(line);
        }
        if !(header.lines.first()).is_some_and(|l| l.starts_with("##fileformat=")) {
            header.lines.retain(|l| !l.starts_with("##fileformat="));
            header.lines.insert(0, "##fileformat=VCFv4.2".to_owned());
        }
        if header.filters.items.first().is_none_or(|f| f != "PASS") {
            // BCF's dictionary starts with PASS, wherever its line is.
            let mut filters = Listed::default();
            filters.add("PASS", "PASS".to_owned());
            for name in std::mem::take(&mut header.filters.items) {
                filters.add(&name.clone(), name);
            }
            header.filters = filters;
        }
        if !header.lines.iter().any(|l| is(l, "FILTER", "PASS")) {
            let line = "##FILTER=<ID=PASS,Description=\"All filters passed\">";
            header.lines.insert(1, line.to_owned());
        }
        header
    }

    fn push(&mut self, line: &str) {
        let line = &*escaped(line);
        let Some((key, body)) = line.trim_start_matches("##").split_once("=<") else {
            self.lines.push(line.to_owned());
            return;
        };
        let Some(id) = attribute(body, "ID") else {
            self.lines.push(line.to_owned());
            return;
        };
        let definition = || {
            let number = attribute(body, "Number").unwrap_or(".");
            Definition {
                field: Field {
                    name: id.to_owned(),
                    kind: kind(attribute(body, "Type")),
                    single: number == "1",
                },
                number: number.to_owned(),
            }
        };
        if matches!(key, "FILTER" | "INFO" | "FORMAT") {
            self.strings.add(id, ());
        }
        let new = match key {
            "contig" => {
                let length = attribute(body, "length").and_then(|l| l.parse().ok());
                let name = id.to_owned();
                self.contigs.add(id, Contig { name, length })
            }
            "FILTER" => self.filters.add(id, id.to_owned()),
            "INFO" => self.infos.add(id, definition()),
            "FORMAT" => self.formats.add(id, definition()),
            _ => true,
        };
        if new {
            self.lines.push(without_idx(line));
        }
    }

    /// Adds a `##` line, if what it declares is not declared yet.
    pub fn add_line(&mut self, line: &str) {
        if line.starts_with("##") && !line.contains(['\n', '\r']) {
            self.push(line);
        }
    }

    /// Takes the lines of FORMAT fields away.
    pub fn remove_formats(&mut self) {
        self.lines.retain(|l| !l.starts_with("##FORMAT="));
        self.formats = Listed::default();
        // BCF's dictionary is numbered by the lines that are left.
        let mut strings = Listed::default();
        strings.add("PASS", ());
        for line in &self.lines {
            let field = ["FILTER", "INFO"].into_iter().find_map(|key| {
                let body = line.strip_prefix("##")?.strip_prefix(key)?;
                attribute(body.strip_prefix("=<")?, "ID")
            });
            if let Some(id) = field {
                strings.add(id, ());
            }
        }
        self.strings = strings;
    }

    /// The place of a contig, declared now if it was not.
    pub fn add_contig(&mut self, name: &str, length: Option<u64>) -> usize {
        let length = length.map_or_else(String::new, |l| format!(",length={l}"));
        self.add_line(&format!("##contig=<ID={name}{length}>"));
        self.contig_index(name).unwrap_or(usize::MAX)
    }

    /// Puts contigs into this order; all others keep their places. Where records lie in another
    /// order than their contigs in the header, the file has no index.
    pub fn order_contigs<'n>(&mut self, names: impl IntoIterator<Item = &'n str>) {
        let wanted: Vec<usize> = (names.into_iter())
            .filter_map(|name| self.contig_index(name))
            .collect();
        let mut slots = wanted.clone();
        slots.sort_unstable();
        // A contig for each such line, in the same order.
        let lines: Vec<usize> = (self.lines.iter().enumerate())
            .filter(|(_, line)| is_contig(line))
            .map(|(place, _)| place)
            .collect();
        let (contigs, texts) = (self.contigs.items.clone(), self.lines.clone());
        for (slot, from) in slots.into_iter().zip(wanted) {
            if let (Some(to), Some(contig)) = (self.contigs.items.get_mut(slot), contigs.get(from))
            {
                to.clone_from(contig);
                self.contigs.places.insert(contig.name.clone(), slot);
            }
            let text = lines.get(from).and_then(|&line| texts.get(line));
            let line = lines.get(slot).and_then(|&line| self.lines.get_mut(line));
            if let (Some(line), Some(text)) = (line, text) {
                line.clone_from(text);
            }
        }
    }

    /// The place of a filter, declared now if it was not.
    pub fn add_filter(&mut self, name: &str) -> usize {
        self.add_line(&format!("##FILTER=<ID={name},Description=\"Dummy\">"));
        self.filter_index(name).unwrap_or(usize::MAX)
    }

    /// The place of an INFO field, declared now if it was not, or if it was declared with
    /// another type than `kind`: then its line is replaced.
    pub fn declare_info(
        &mut self,
        name: &str,
        number: &str,
        kind: FieldKind,
        description: &str,
    ) -> usize {
        let kind_name = match kind {
            FieldKind::Int => "Integer",
            FieldKind::Float => "Float",
            FieldKind::Flag => "Flag",
            FieldKind::Text => "String",
        };
        let description = description.replace(['\n', '\r'], " ");
        let line = format!(
            "##INFO=<ID={name},Number={number},Type={kind_name},Description=\"{description}\">"
        );
        let line = escaped(&line).into_owned();
        let place = self.info_index(name);
        if let Some(there) = place.and_then(|i| self.infos.items.get_mut(i))
            && there.field.kind != kind
        {
            there.field.kind = kind;
            there.field.single = number == "1";
            number.clone_into(&mut there.number);
            if let Some(old) = self.lines.iter_mut().find(|l| is(l, "INFO", name)) {
                *old = line;
            }
            return place.unwrap_or(usize::MAX);
        }
        self.add_line(&line);
        self.info_index(name).unwrap_or(usize::MAX)
    }

    /// The `##` lines, without their ends.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// Contigs, in order.
    #[must_use]
    pub fn contigs(&self) -> &[Contig] {
        &self.contigs.items
    }

    /// Names of filters, PASS first.
    #[must_use]
    pub fn filters(&self) -> &[String] {
        &self.filters.items
    }

    /// INFO fields, in order.
    #[must_use]
    pub fn infos(&self) -> &[Definition] {
        &self.infos.items
    }

    /// FORMAT fields, in order; GT is one.
    #[must_use]
    pub fn formats(&self) -> &[Definition] {
        &self.formats.items
    }

    /// Ids of the samples.
    #[must_use]
    pub fn samples(&self) -> &[String] {
        &self.samples
    }

    /// The place of a contig.
    #[must_use]
    pub fn contig_index(&self, name: &str) -> Option<usize> {
        self.contigs.places.get(name).copied()
    }

    /// The place of a filter.
    #[must_use]
    pub fn filter_index(&self, name: &str) -> Option<usize> {
        self.filters.places.get(name).copied()
    }

    /// The place of an INFO field.
    #[must_use]
    pub fn info_index(&self, name: &str) -> Option<usize> {
        self.infos.places.get(name).copied()
    }

    /// The place of a FORMAT field.
    #[must_use]
    pub fn format_index(&self, name: &str) -> Option<usize> {
        self.formats.places.get(name).copied()
    }

    /// The place of a filter or field in BCF's dictionary of strings: PASS is 0, the others
    /// follow in the order of their lines, those of one name together.
    #[must_use]
    pub fn string_index(&self, name: &str) -> Option<usize> {
        self.strings.places.get(name).copied()
    }

    /// The header as text: the lines, then `#CHROM` and so on, with the samples.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        for line in &self.lines {
            out.push_str(line);
            out.push('\n');
        }
        out.push_str("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO");
        if !self.samples.is_empty() {
            out.push_str("\tFORMAT");
        }
        for sample in &self.samples {
            out.push('\t');
            out.push_str(sample);
        }
        out.push('\n');
        out
    }
}
