#!/usr/bin/env bash
# Expression queries beside `bcftools query -i`: the same template, the same lines, ratios of wall
# times in one run. Usage: benches/query.sh FILE.bcf STORE.gdx [RUNS]
# GENODEX names the program (default: genodex); one thread each.
set -euo pipefail
file=$1 store=$2 runs=${3:-3}
genodex=${GENODEX:-genodex}
template='%CHROM\t%POS\t%REF\t%ALT\n'
wall() { local start end; start=$(date +%s%N); "$@" > /dev/null; end=$(date +%s%N); echo $((end - start)); }
median() { sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
printf '%s\t%s\t%s\t%s\t%s\n' expression bcftools_ms genodex_ms ratio same
for expression in 'TYPE="snp" && POS%10=0' 'AC<5' 'AC<5 && F_MISSING<0.01' 'AF>0.2 && AF<0.4' 'COUNT(GT="het")>3'; do
  theirs() { bcftools query -i "$expression" -f "$template" "$file"; }
  ours() { "$genodex" query -q -j 1 "$store" -i "$expression" -f "$template"; }
  a=$(theirs | md5sum) b=$(ours | md5sum)
  t=$(for _ in $(seq "$runs"); do wall theirs; done | median)
  o=$(for _ in $(seq "$runs"); do wall ours; done | median)
  same=no; [ "$a" = "$b" ] && same=yes
  awk -v e="$expression" -v t="$t" -v o="$o" -v s="$same" \
    'BEGIN {printf "%s\t%.1f\t%.1f\t%.1f\t%s\n", e, t / 1e6, o / 1e6, t / o, s}'
done
