#!/bin/bash
# Writes what bcftools 1.16 makes of the same selections, with AC, AN and AF counted again: what
# `genodex export` must write. Where no samples are chosen, all are named: then bcftools view
# counts, too. A case of `norm` has its records split first.
set -euo pipefail
cd "$(dirname "$0")"
while read -r line; do
  echo "== $line"
  norm=(cat)
  case $line in "norm "*) norm=(bcftools norm -m-any) line=${line#norm } ;; esac
  eval "words=($line)"
  case " $line " in *" -s "*) chosen=() ;; *) chosen=(-s "$(bcftools query -l "${words[0]}" | paste -sd,)") ;; esac
  bcftools view "${words[0]}" 2> /dev/null | "${norm[@]}" 2> /dev/null |
    bcftools view "${chosen[@]}" "${words[@]:1}" 2> /dev/null |
    bcftools +fill-tags 2> /dev/null -- -t AC,AN,AF | grep -v '^##bcftools_'
done < cases.txt > expected.txt
