mod golden;
mod language;
mod vcf;
