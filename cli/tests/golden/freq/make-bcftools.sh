#!/bin/bash
# Writes what bcftools 1.16 counts in the same inputs, split, with and without a reference to
# left-align against: what `genodex freq` must count.
set -euo pipefail
cd "$(dirname "$0")"
for input in *.vcf *.vcf.gz; do
  case $input in align.vcf) norm=(-f align.fa -m-any) ;; *) norm=(-m-any) ;; esac
  # norm leaves rows that it moved where they were read; sort puts them in their places.
  bcftools norm "${norm[@]}" "$input" 2> /dev/null | bcftools sort 2> /dev/null |
    bcftools +fill-tags 2> /dev/null -- -t AC,AN,AC_Hom,AC_Het,AC_Hemi |
    bcftools query -f '%CHROM\t%POS\t%ID\t%REF\t%ALT\t%AC\t%AN\t%AC_Hom\t%AC_Het\t%AC_Hemi\n' \
      > "${input%%.*}.bcftools.tsv"
done
