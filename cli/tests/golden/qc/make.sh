#!/bin/bash
# Writes the expected files with plink2 2.00a3.5 and plink 1.90b6.26 (as PLINK1): what
# `genodex qc` must print. The inputs are those of ../freq and two made for these tests.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
plink1=${PLINK1:-plink1.9}
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
cd "$work"

for psam in "$here"/../freq/*.psam "$here/sex.psam"; do
  name=$(basename "$psam" .psam)
  input=$(ls "$(dirname "$psam")/$name".vcf*)
  awk 'NR > 1 && NR % 3 == 0 {print $1}' "$psam" > third.txt
  bcftools norm -m-any "$input" -o split.vcf 2> /dev/null
  plink2 --vcf split.vcf --vcf-half-call missing --psam "$psam" --allow-extra-chr --make-pgen --out p > /dev/null 2>&1
  run() {
    local out=$1 input=$2
    shift 2
    plink2 --pfile "$input" --allow-extra-chr "$@" --sample-counts --missing --hardy --out r > /dev/null
    for kind in scount smiss vmiss; do
      cp "r.$kind" "$here/$out.$kind"
    done
    [ -e r.hardy ] && cp r.hardy "$here/$out.hardy"
    rm -f r.*
  }
  run "$name.ALL" p
  run "$name.third" p --keep third.txt
  if [ "$name" = hand ] || [ "$name" = sex ]; then
    plink2 --pfile p --split-par b37 --allow-extra-chr --make-pgen --out q > /dev/null
    run "$name.par" q
  fi
done

# Sex by F on X.
"$plink1" --vcf "$here/sex.vcf" --keep-allele-order --double-id --make-bed --out s > /dev/null
awk 'NR == FNR {sex[$1] = $2; next} {$5 = sex[$1] == "NA" ? 0 : sex[$1]; print}' "$here/sex.psam" s.fam > t
mv t s.fam
"$plink1" --bfile s --split-x b37 --keep-allele-order --make-bed --out x > /dev/null
"$plink1" --bfile x --check-sex --out x > /dev/null
cp x.sexcheck "$here/sex.sexcheck"

# Trios.
"$plink1" --vcf "$here/mendel.vcf" --keep-allele-order --double-id --make-bed --out m > /dev/null
cp "$here/mendel.fam" m.fam
"$plink1" --bfile m --keep-allele-order --mendel --out m > /dev/null
for kind in mendel imendel fmendel lmendel; do
  cp "m.$kind" "$here/mendel.$kind"
done
