#!/bin/sh
# 1KG_phase3_subset_chrX.vcf.gz on standard input, kg-chrX.vcf.gz on standard output.
# The export writes a male's one allele outside the pseudo-autosomal regions as a half call
# (0/.); here it is haploid again, as in the project's own release. Header lines about alleles
# and contigs that do not occur are left out.
set -eu
gzip -dc |
    grep -vE '^##(ALT|contig=<ID=(GL|NC|hs|[1-9]|MT|Y))' |
    awk 'BEGIN { FS = OFS = "\t" }
         !/^#/ { for (i = 10; i <= NF; i++) if ($i ~ /^[0-9]+\/\.$/) $i = substr($i, 1, length($i) - 2) }
         { print }' |
    bgzip -l 9 -c
