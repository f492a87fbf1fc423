#!/usr/bin/env bash
# Makes the files of this folder with plink2 2.00a3.5 and bcftools 1.16 of the 1000 Genomes subset
# of UW-GAC/analysis_pipeline (see datasets/README.md): make.sh FOLDER-OF-THE-VCFS
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
cd "$work"
bcftools concat $(for c in $(seq 1 22); do echo "$1/1KG_phase3_subset_chr$c.vcf.gz"; done) -Ob -o all.bcf
plink2 --bcf all.bcf --snps-only --max-alleles 2 --set-missing-var-ids '@:#:$r:$a' --make-pgen --out all
plink2 --pfile all --keep "$here/people.txt" --make-king-table --out some
plink2 --pfile all --keep "$here/people.txt" --king-cutoff 0.0 --out some
plink2 --pfile all --keep "$here/people.txt" --pca 4 --out some
plink2 --pfile all --chr 21-22 --indep-pairwise 200kb 0.1 --out kb
plink2 --pfile all --chr 21-22 --indep-pairwise 50 5 0.05 --out variants
plink2 --pfile all --chr 21-22 --maf 0.05 --indep-pairwise 1000kb 0.02 --out maf
cp some.kin0 some.king.cutoff.in.id some.eigenval some.eigenvec "$here"
for name in kb variants maf; do cp $name.prune.in $name.prune.out "$here"; done
