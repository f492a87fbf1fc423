#!/bin/bash
# Writes the expected files with plink2 2.00a3.5 and bcftools: what `genodex freq` must print.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
cd "$work"

for psam in "$here"/*.psam; do
  name=$(basename "$psam" .psam)
  input=$(ls "$here/$name".vcf*)
  awk 'NR > 1 && NR % 3 == 0 {print $1}' "$psam" > "$here/$name.third.txt"
  bcftools norm -m-any "$input" -o split.vcf 2> /dev/null
  plink2 --vcf split.vcf --vcf-half-call missing --psam "$psam" --allow-extra-chr --make-pgen --out p > /dev/null 2>&1
  run() {
    local out=$1
    shift
    plink2 --pfile p --allow-extra-chr "$@" --geno-counts --freq --hardy --out r > /dev/null
    plink2 --pfile p --allow-extra-chr "$@" --freq counts --hardy midp --out c > /dev/null
    cp r.gcount "$here/$out.gcount"
    cp r.afreq "$here/$out.afreq"
    cp c.acount "$here/$out.acount"
    for kind in hardy hardy.x; do
      if [ -s "r.$kind" ] && [ "$(wc -l < "r.$kind")" -gt 1 ]; then
        cp "r.$kind" "$here/$out.$kind"
        cp "c.$kind" "$here/$out.midp.$kind"
      fi
      rm -f "r.$kind" "c.$kind"
    done
  }
  run "$name.ALL"
  run "$name.third" --keep "$here/$name.third.txt"
  if grep -q 'P' <(head -1 "$psam" | grep PAT); then
    plink2 --pfile p --allow-extra-chr --nonfounders --freq counts --out c > /dev/null
    cp c.acount "$here/$name.nonfounders.acount"
    rm -f "$here/$name".*hardy*
  fi
  # Hardy-Weinberg on X is of females alone.
  if grep -q 2 <(cut -f 2 "$psam") && [ -e "$here/$name.ALL.hardy.x" ]; then
    rm "$here/$name".*hardy.x
    plink2 --pfile p --allow-extra-chr --keep-females --hardy --out r > /dev/null
    cp r.hardy.x "$here/$name.females.hardy.x"
  fi
done

# The same with the pseudo-autosomal regions split off.
bcftools norm -m-any "$here/hand.vcf" -o split.vcf 2> /dev/null
plink2 --vcf split.vcf --vcf-half-call missing --psam "$here/hand.psam" --split-par b37 --allow-extra-chr --make-pgen --out p > /dev/null
plink2 --pfile p --allow-extra-chr --geno-counts --freq counts --out r > /dev/null
cp r.gcount "$here/hand.par.gcount"
cp r.acount "$here/hand.par.acount"
