#!/usr/bin/env bash
# Expression queries beside `bcftools query -i`: the same template, the same lines, ratios of the
# median wall times of whole processes in one run. Usage: benches/query.sh FILE.bcf [RUNS]
# The file should have INFO/AC, AN and AF (bcftools +fill-tags). GENODEX names the program
# (default: genodex); one thread each. A cohort is every tenth sample.
set -euo pipefail
file=$1 runs=${2:-3}
genodex=${GENODEX:-genodex}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
store=$work/store.gdx
"$genodex" index -q "$file" -o "$store"
bcftools query -l "$file" | awk 'NR % 10 == 1' > "$work/cohort.txt"
template='%CHROM\t%POS\t%REF\t%ALT\n'
median() { sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
walls() {
  local start i
  for ((i = 0; i < runs; i++)); do
    start=$(date +%s%N)
    "$@" > /dev/null
    echo $(($(date +%s%N) - start))
  done | median
}
row() { # class, theirs, ours: functions that print the lines
  local same=no t o
  [ "$("$2" | md5sum)" = "$("$3" | md5sum)" ] && same=yes
  t=$(walls "$2") o=$(walls "$3")
  awk -v c="$1" -v e="$expression" -v t="$t" -v o="$o" -v s="$same" \
    'BEGIN {printf "%s\t%s\t%.1f\t%.1f\t%.1f\t%s\n", c, e, t / 1e6, o / 1e6, t / o, s}'
}
theirs() { bcftools query -i "$expression" -f "$template" "$file"; }
ours() { "$genodex" query -q -j 1 "$store" -i "$expression" -f "$template"; }
# bcftools has no cohorts: the samples are taken first.
theirs_cohort() {
  bcftools view -I -S "$work/cohort.txt" -Ou "$file" | bcftools query -i "$counted" -f "$template"
}
ours_cohort() {
  "$genodex" query -q -j 1 "$store" --cohort "c=@$work/cohort.txt" -i "$expression" -f "$template"
}
printf 'class\texpression\tbcftools_ms\tgenodex_ms\tratio\tsame\n'
for expression in 'INFO/AF<0.001' 'INFO/AC=3 && TYPE="snp"'; do row INFO theirs ours; done
for expression in 'F_MISSING<0.01 && N_ALT=1 && INFO/AC<3' 'COUNT(GT="het")>3' 'COUNT(GT="alt")=2'; do
  row genotypes theirs ours
done
counted='COUNT(GT="AA")>0' expression='HOMALT[c]>0'
row cohort theirs_cohort ours_cohort
