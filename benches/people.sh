#!/usr/bin/env bash
# Variants of which at least one of 50 people has a copy and that are below 0.1 % in everybody
# else: one query beside the two passes of plink2 that count both groups (putting its two files
# together is not timed). Also one variant with its carriers, beside `bcftools query -r`.
# Usage: benches/people.sh FILE.bcf [RUNS]. GENODEX names the program (default: genodex); one
# thread each, whole processes, the median of the walls.
set -euo pipefail
file=$1 runs=${2:-5}
genodex=${GENODEX:-genodex}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
store=$work/store.gdx
"$genodex" index -q "$file" -o "$store"
[ -e "$file.csi" ] || bcftools index "$file"
plink2 --bcf "$file" --make-pgen --out "$work/all" > /dev/null
bcftools query -l "$file" > "$work/ids.txt"
shuf -n 50 --random-source=<(yes 1) "$work/ids.txt" > "$work/fifty.txt"
grep -vxFf "$work/fifty.txt" "$work/ids.txt" > "$work/others.txt"
median() { sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
wall() { local start=$(date +%s%N); "$@" > /dev/null; echo $(($(date +%s%N) - start)); }
theirs() {
  plink2 --pfile "$work/all" --keep "$work/fifty.txt" --freq counts --threads 1 --out "$work/f"
  plink2 --pfile "$work/all" --remove "$work/fifty.txt" --freq counts --threads 1 --out "$work/o"
}
ours() {
  "$genodex" query -q -j 1 "$store" --split --cohort "fifty=@$work/fifty.txt" \
    --cohort "others=@$work/others.txt" -i 'AC[fifty]>0 && AF[others]<0.001' \
    -f '%POS\t%REF\t%ALT\t%AC{fifty}\n'
}
place=$(bcftools query -f '%CHROM:%POS\n' "$file" | awk '{v[NR] = $0} END {print v[int(NR / 2)]}')
theirs_one() {
  bcftools query -r "$place" -i 'GT="alt"' -f '%CHROM\t%POS\t%REF\t%ALT[\t%SAMPLE=%GT]\n' "$file"
}
ours_one() {
  "$genodex" query -q -j 1 "$store" -r "$place" -i 'GT="alt"' \
    -f '%CHROM\t%POS\t%REF\t%ALT[\t%SAMPLE=%GT]\n'
}
row() { # what, theirs, ours
  local t=() o=() i
  for ((i = 0; i < runs; i++)); do t+=("$(wall "$2")"); o+=("$(wall "$3")"); done
  awk -v w="$1" -v t="$(printf '%s\n' "${t[@]}" | median)" -v o="$(printf '%s\n' "${o[@]}" | median)" \
    -v s="$same" 'BEGIN {printf "%s\t%.1f\t%.1f\t%.1f\t%s\n", w, t / 1e6, o / 1e6, t / o, s}'
}
theirs > /dev/null
# plink2 rounds nothing in .acount: ALT copies and called alleles.
paste "$work/f.acount" "$work/o.acount" | awk 'NR > 1 && $5 > 0 && $12 > 0 && $11 / $12 < 0.001' |
  cut -f3- | awk '{print $2 "\t" $1 "\t" $3}' | sort > "$work/expected"
ours | awk '{print $3 "\t" $2 "\t" $4}' | sort > "$work/found"
same=no; cmp -s "$work/expected" "$work/found" && same=yes
printf 'what\tother_ms\tgenodex_ms\tratio\tsame\n'
row 'one of 50, rare in the others' theirs ours
same=no; [ "$(theirs_one | md5sum)" = "$(ours_one | md5sum)" ] && same=yes
row 'a variant and its carriers' theirs_one ours_one
