#!/usr/bin/env python3
"""Counts a cohort's genotypes at every variant of a .pgen in one process, by plink2's own decoder.

    pgenlib_counts.py FILE.pgen FILE.psam COHORT.txt [ROUNDS]

Prints what `genodex bench query --cohort NAME=@COHORT.txt` prints: milliseconds to choose the
cohort and count, the median of the rounds, and sums over all variants by which the counts can be
compared. Needs the package pgenlib.
"""

import statistics
import sys
import time

import numpy as np
import pgenlib


def main():
    pgen, psam, cohort = sys.argv[1:4]
    rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 5
    with open(psam) as lines:
        rows = [line.split() for line in lines if not line.startswith("##")]
    names = [name.lstrip("#") for name in rows[0]]
    iid = names.index("IID")
    with open(cohort) as lines:
        asked = {line.split()[-1] for line in lines}
    subset = [i for i, row in enumerate(rows[1:]) if row[iid] in asked]
    subset = np.array(subset, dtype=np.uint32)
    reader = pgenlib.PgenReader(
        pgen.encode(), raw_sample_ct=len(rows) - 1, sample_subset=subset
    )
    n = reader.get_variant_ct()
    counts = np.zeros((n, 4), dtype=np.uint32)
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        reader.change_sample_subset(subset)
        count = reader.count
        for variant, row in enumerate(counts):
            count(variant, row)
        taken.append(1e3 * (time.perf_counter() - started))
    # By row: hom-ref, het, hom-alt, missing. A row's weight tells rows apart.
    weight = np.arange(n, dtype=np.uint64) % 1000 + 1
    sums = [int((counts[:, g] * weight).sum()) for g in range(4)]
    print(f"{statistics.median(taken):.2f}", n, *sums, sep="\t")


main()
