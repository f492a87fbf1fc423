#!/usr/bin/env bash
# Exports beside other programs, ratios of the median wall times of whole processes in one run: a
# matrix of genotypes beside `plink2 --export A` (text, twice the bytes), and BCF of some samples
# with AC, AN and AF counted again beside bcftools. Usage: benches/export.sh FILE.bcf [RUNS]
# GENODEX names the program (default: genodex). All threads; the files lie where TMPDIR says.
set -euo pipefail
file=$1 runs=${2:-3}
genodex=${GENODEX:-genodex}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
store=$work/store.gdx
"$genodex" index -q "$file" -o "$store"
plink2 --bcf "$file" --make-pgen --out "$work/p" > /dev/null
# The first 10,000 variants, and every hundredth sample.
last=$(bcftools query -f '%CHROM\t%POS\n' "$file" 2> /dev/null | head -10000 | tail -1 || true)
region=$(bcftools query -f '%CHROM:%POS\n' "$file" | head -1 || true)-${last##*$'\t'}
bcftools query -l "$file" | awk 'NR % 100 == 1' > "$work/ids.txt"
median() { sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
walls() {
  local start i
  for ((i = 0; i < runs; i++)); do
    rm -f "$work"/out*
    start=$(date +%s%N)
    "$1" > /dev/null
    echo $(($(date +%s%N) - start))
  done | median
}
row() {
  local t o
  t=$(walls "$2") o=$(walls "$3")
  awk -v c="$1" -v t="$t" -v o="$o" \
    'BEGIN {printf "%s\t%.1f\t%.1f\t%.1f\n", c, t / 1e6, o / 1e6, t / o}'
}
plink2_matrix() {
  plink2 --pfile "$work/p" --chr "${region%%:*}" --to-bp "${last##*$'\t'}" --export A \
    --out "$work/out"
}
our_matrix() { "$genodex" export -q "$store" -r "$region" --matrix -o "$work/out.npy"; }
their_bcf() {
  bcftools view -r "$region" -S "$work/ids.txt" -Ou "$file" |
    bcftools +fill-tags -Ob -o "$work/out.bcf" -- -t AC,AN,AF
}
our_bcf() { "$genodex" export -q "$store" -r "$region" -S "$work/ids.txt" -o "$work/out.bcf"; }
printf 'export\ttheirs_ms\tgenodex_ms\tratio\n'
row matrix plink2_matrix our_matrix
row bcf their_bcf our_bcf
their_bcf 2> /dev/null && bcftools view -H "$work/out.bcf" | md5sum > "$work/theirs"
our_bcf && bcftools view -H "$work/out.bcf" | md5sum | cmp -s - "$work/theirs" && echo "# same records"
