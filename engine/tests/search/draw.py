#!/usr/bin/env python3
"""Draws the lower half of queries.tsv from synonyms of HPO, NANDO and HGNC.

    draw.py KNOWLEDGE > drawn.tsv

KNOWLEDGE is a folder with genes/, hpo/ and nando/ as the catalogues publish them. The same files
and seed give the same queries. Names that several things have are left out, since none of them
must come first; NANDO's terms may be found as the term of Mondo that they map to. One query in
four is misprinted: two letters exchanged, one left out, or one doubled.
"""
import csv
import gzip
import random
import re
import sys

SEED = 20261125
EACH = 28


def lines(path):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from (line.rstrip("\n") for line in file if not line.startswith("#"))


def folded(name):
    return re.sub(r"[\W_]+", "", name.lower())


def genes(root):
    for row in csv.DictReader(lines(f"{root}/genes/hgnc_entries.tsv.gz"), delimiter="\t"):
        if row["Status"] == "Approved":
            yield row["Approved symbol"], row["HGNC ID"], False
            yield row["Approved name"], row["HGNC ID"], False
            for column in ["Alias symbols", "Previous symbols"]:
                for name in filter(None, row[column].split(", ")):
                    yield name, row["HGNC ID"], True


def phenotypes(root):
    for stanza in "\n".join(lines(f"{root}/hpo/hp.obo.gz")).split("\n[Term]\n")[1:]:
        if "is_obsolete: true" in stanza:
            continue
        stanza = stanza.split("\n[")[0]
        ident = re.search(r"^id: (.*)", stanza, re.M)[1]
        yield re.search(r"^name: (.*)", stanza, re.M)[1], ident, False
        for name, scope in re.findall(r'^synonym: "(.*?)" (\w+)', stanza, re.M):
            yield name, ident, scope == "EXACT"


def diseases(root):
    mondo = {}
    rows = lines(f"{root}/nando/nando-mondo.sssom.tsv.gz")
    for row in csv.DictReader(rows, delimiter="\t"):
        mondo.setdefault(row["subject_id"], []).append(row["object_id"])
    for row in csv.DictReader(lines(f"{root}/nando/nando.tsv.gz"), delimiter="\t"):
        idents = "|".join([row["id"], *mondo.get(row["id"], [])])
        for column in ["label_en", "label_ja"]:
            yield re.sub(r"^\[.*?\] *", "", row[column]), idents, False
        for name in filter(None, (row["synonym_en"] + "|" + row["synonym_ja"]).split("|")):
            yield name, idents, True


def misprinted(name, draw):
    at = draw.randrange(1, len(name) - 2)
    how = draw.randrange(3)
    if how == 0:
        return name[:at] + name[at + 1] + name[at] + name[at + 2:]
    if how == 1:
        return name[:at] + name[at + 1:]
    return name[:at] + name[at] + name[at:]


def main():
    root = sys.argv[1]
    catalogues = [list(f(root)) for f in (genes, phenotypes, diseases)]
    owners = {}
    for name, ident, _ in sum(catalogues, []):
        owners.setdefault(folded(name), set()).add(ident)
    draw = random.Random(SEED)
    for catalogue in catalogues:
        known = [(n, i) for n, i, synonym in catalogue if synonym and len(owners[folded(n)]) == 1]
        for number, (name, ident) in enumerate(draw.sample(known, EACH)):
            # Symbols are short: with a letter changed they are other symbols.
            if number % 4 == 3 and len(name) > 12 and name.isascii():
                name = misprinted(name, draw)
            print(f"{name}\t{ident}")


if __name__ == "__main__":
    main()
