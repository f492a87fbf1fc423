#!/bin/bash
# Cuts the inputs beside this script out of public collections.
#   slice.sh DATA
# DATA: a folder with the files named below (see ../README.md for where they come from).
set -euo pipefail
data=$1
here=$(cd "$(dirname "$0")" && pwd)
cd "$here"

# Keeps every STEP-th sample of a VCF.
every() { bcftools query -l "$1" | awk -v n="$2" 'NR % n == 1'; }
# No header line but those of the format, contigs and samples: dates and paths change.
plain() { grep -v -E '^##(bcftools|source|filedate|fileDate|INFO|reference|assembly|ploidy|SGCOMMAND|GATK|bcf)' | bgzip; }

kg=$data/kg_chr22_p3/1kg-phaseIII-v5a.20130502.genotypes.chr22-16-16.5mb.vcf.gz
every "$kg" 8 > samples.tmp
bcftools view -S samples.tmp -I "$kg" 2> /dev/null | bcftools annotate -x INFO |
  awk '/^#/ || $5 ~ /,/ || NR % 50 == 0' | plain > autosome.vcf.gz
awk 'NR == FNR {keep[$1]; next} $1 in keep {print $1 "\t" ($4 == "male" ? 1 : 2)}' \
  samples.tmp "$data/kg_labels/kg_phase3_panel_2504.tsv" | (printf '#IID\tSEX\n'; cat) > autosome.psam

x=$data/kg_p3_subset_uwgac/1KG_phase3_subset_chrX.vcf.gz
every "$x" 5 > samples.tmp
bcftools view -S samples.tmp -I "$x" 2> /dev/null | bcftools annotate -x INFO |
  awk '/^#/ || $5 ~ /,/ || NR % 10 == 0' | plain > chrx.vcf.gz
gzip -dc "$data/kg_p3_subset_uwgac/1KG_phase3_subset_annot.tsv.gz" |
  awk 'NR == FNR {keep[$1]; next} $1 in keep {print $1 "\t" ($5 == "M" ? 1 : 2)}' samples.tmp - |
  (printf '#IID\tSEX\n'; cat) > chrx.psam

m=$data/bio2zarr_vcf/chr_m_indels.vcf.gz
bcftools annotate -x INFO,^FORMAT/GT "$m" | plain > chrm.vcf.gz
bcftools query -l "$m" | awk '{print $1 "\tNA"}' | (printf '#IID\tSEX\n'; cat) > chrm.psam

cp "$data/plink2_tests/TEST_ONE_WAY_EXPORT__all_ploidy".{pgen,psam,pvar.zst} .
plink2 --pfile TEST_ONE_WAY_EXPORT__all_ploidy vzs --export vcf --out ploidy.tmp > /dev/null
rm TEST_ONE_WAY_EXPORT__all_ploidy.*
every ploidy.tmp.vcf 12 > samples.tmp
bcftools view -S samples.tmp -I ploidy.tmp.vcf |
  awk '/^#/ || $1 != "X" || $5 ~ /,/ || NR % 8 == 0' | plain > ploidy.vcf.gz
bcftools query -l ploidy.vcf.gz |
  awk 'NR == FNR {keep[$1]; next} $1 in keep {print $1 "\t" ($4 == "male" ? 1 : 2)}' \
  - "$data/kg_labels/kg_phase3_panel_2504.tsv" | (printf '#IID\tSEX\n'; cat) > ploidy.psam

rm -f ./*.tmp ./*.tmp.vcf ./*.log ./*.tmp.log
