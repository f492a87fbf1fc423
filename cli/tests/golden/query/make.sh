#!/usr/bin/env bash
# Makes expected.txt of cases.txt with bcftools 1.16. Each case is a file and the arguments of
# `bcftools query`; what it prints follows the case.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
: > expected.txt
while IFS= read -r line; do
  printf '== %s\n' "$line" >> expected.txt
  file=${line%% *}
  indexed=$work/$(basename "${file%.gz}").bcf
  [ -f "$indexed" ] || { bcftools view -Ob "$file" -o "$indexed" && bcftools index "$indexed"; }
  eval "bcftools query ${line#* } $indexed" >> expected.txt
done < cases.txt
rm -r "$work"
# The records as bcftools writes them; it writes what it did not have to read as it was, hence BCF
# in between.
bcftools view -Ou info.vcf | bcftools view -H > info.view.txt
