#!/bin/bash
# Writes what bcftools 1.16 makes of the same selections, with AC, AN and AF counted again: what
# `genodex export` must write. Where no samples are chosen, all are named: then bcftools view
# counts, too. Samples are chosen before variants: `bcftools view -s -i` looks at all samples,
# `bcftools query -s -i` and genodex at those chosen. A case of `norm` has its records split
# first.
set -euo pipefail
cd "$(dirname "$0")"
while read -r line; do
  echo "== $line"
  norm=(cat)
  case $line in "norm "*) norm=(bcftools norm -m-any) line=${line#norm } ;; esac
  eval "words=($line)"
  chosen="" drop=() rest=()
  for ((i = 1; i < ${#words[@]}; i++)); do
    case ${words[i]} in
      -s) chosen=${words[++i]} ;;
      -G) drop=(-G) ;;
      *) rest+=("${words[i]}") ;;
    esac
  done
  [[ $chosen ]] || chosen=$(bcftools query -l "${words[0]}" | paste -sd,)
  bcftools view "${words[0]}" 2> /dev/null | "${norm[@]}" 2> /dev/null |
    bcftools view -s "$chosen" 2> /dev/null | bcftools view "${rest[@]}" |
    bcftools +fill-tags 2> /dev/null -- -t AC,AN,AF | bcftools view "${drop[@]}" |
    grep -v '^##bcftools_'
done < cases.txt > expected.txt
