#!/usr/bin/env bash
# Genodex beside plink2 and pgenlib: the same work on the same data, in turn, in one run.
#
#   compare.sh DIR [SECTION...]
#
# DIR holds w1.bcf, w1.vcf.gz (2,504 people) and w2.bcf (100,000 people); see docs/benchmarks.md.
# SECTIONs: sizes, freq, query, index, kernels; all of them where none is named.
#
# Environment:
#   GENODEX, PLINK2, PYTHON   programs [genodex, else target/release/genodex; plink2; python3]
#   ROUNDS, INDEX_ROUNDS      pairs of runs of short commands [9] and of imports [3]
#   WORK                      folder for what is made, kept [a temporary one, removed]
#   SEED                      of the cohorts [1]
#
# Results are compared before times are taken: a difference ends the run. Ratios above 1 mean that
# Genodex is faster, or smaller.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
data=$(cd "${1:?usage: compare.sh DIR [SECTION...]}" && pwd)
shift
sections=${*:-sizes freq query index kernels}
genodex=${GENODEX:-$(command -v genodex || echo "$here/../target/release/genodex")}
plink2=$(command -v "${PLINK2:-plink2}") || { echo "plink2 is not there: set PLINK2" >&2; exit 1; }
python=${PYTHON:-$("$(command -v python3)" -c 'import sys; print(sys.executable)')}
rounds=${ROUNDS:-9}
index_rounds=${INDEX_ROUNDS:-3}
seed=${SEED:-1}
[ -x "$genodex" ] || { echo "$genodex is not there: cargo build --release, or set GENODEX" >&2; exit 1; }
if [ -n "${WORK:-}" ]; then
    mkdir -p "$WORK"
    work=$(cd "$WORK" && pwd)
else
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
fi
cd "$work"

quietly() { "$@" >"$work/last.log" 2>&1 || { cat "$work/last.log" >&2; echo "failed: $*" >&2; exit 1; }; }
pair() { "$python" "$here/pair.py" "$@"; }
has() { case " $sections " in *" $1 "*) return 0 ;; *) return 1 ;; esac; }

# --- What both start from -------------------------------------------------------------------
for w in w1 w2; do
    [ -d $w.gdx ] || quietly "$genodex" -q index "$data/$w.bcf" -o $w.gdx
    [ -s $w.pgen ] || quietly "$plink2" --bcf "$data/$w.bcf" --make-pgen --memory 8000 --out $w
done
# Cohorts are drawn after indexing: no index can have seen them.
random() { "$python" -c 'import random, sys
rng = random.Random(sys.argv[1])
while chunk := rng.randbytes(1 << 16): sys.stdout.buffer.write(chunk)' "$1" 2>/dev/null; }
for i in $(seq 16); do
    [ -s cohort$i ] || awk '!/^#/ { print $1 }' w2.psam | shuf -n 50000 --random-source=<(random "$seed.$i") >cohort$i
done

printf '#what\tratio\trange\ttarget\twall s, ours/theirs\tCPU s\tpeak MiB\n'

# --- Sizes ------------------------------------------------------------------------------------
if has sizes; then
    bytes() { cat "$@" | wc -c | tr -d ' '; }
    for w in w1 w2; do
        genotypes=$(find $w.gdx -name '*.geno' -exec cat {} + | wc -c | tr -d ' ')
        whole=$(find $w.gdx -type f -exec cat {} + | wc -c | tr -d ' ')
        pgen=$(bytes $w.pgen)
        both=$(bytes $w.pgen $w.pvar)
        awk -v w=$w -v g="$genotypes" -v a="$whole" -v p="$pgen" -v b="$both" 'BEGIN {
            printf "size of %s, genotypes / .pgen\t%.2f\t\t<= 1.2\n", w, g / p
            printf "size of %s, store / (.pgen + .pvar)\t%.2f\t\t<= 1.3\n", w, a / b }'
    done
fi

# --- Frequency, whole processes, one thread -----------------------------------------------------
if has freq; then
    freq=("$genodex" -j 1 freq w2.gdx --format acount)
    theirs=("$plink2" --pfile w2 --freq counts --threads 1)
    "${freq[@]}" --cohort c=@cohort1 -o one.acount
    quietly "${theirs[@]}" --keep cohort1 --out theirs
    cmp one.acount theirs.acount
    pair -n "$rounds" 'freq, a cohort of 50,000' '>= 3x' -- \
        "${freq[@]}" --cohort c=@cohort1 -o one.acount -- "${theirs[@]}" --keep cohort1 --out theirs

    ours=("${freq[@]}" -o many)
    for i in $(seq 16); do ours+=(--cohort "c$i=@cohort$i"); done
    # shellcheck disable=SC2016  # the inner shell expands it
    runs=("$(command -v bash)" -c 'for i in $(seq 16); do "$@" --keep cohort$i --out theirs$i || exit; done' runs "${theirs[@]}")
    "${ours[@]}"
    quietly "${runs[@]}"
    for i in $(seq 16); do cmp many.c$i.acount theirs$i.acount; done
    pair -n "$rounds" 'freq, 16 cohorts of 50,000' '>= 12x' -- "${ours[@]}" -- "${runs[@]}"
    pair -n "$rounds" 'freq, everyone' '' -- \
        "${freq[@]}" -o one.acount -- "${theirs[@]}" --out theirs
fi

# --- The query alone, in process, one thread ------------------------------------------------------
if has query; then
    if "$python" -c 'import pgenlib' 2>/dev/null; then
        for _ in $(seq "$rounds"); do
            "$genodex" -j 1 bench query w2.gdx --cohort c=@cohort1 >ours.tsv
            "$python" "$here/pgenlib_counts.py" w2.pgen w2.psam cohort1 >theirs.tsv
            cmp <(cut -f2- ours.tsv) <(cut -f2- theirs.tsv)
            paste <(cut -f1 ours.tsv) <(cut -f1 theirs.tsv)
        done >pairs.tsv
        awk '{ print $2 / $1 "\t" $0 }' pairs.tsv | sort -g | awk '{ r[NR] = $1; o[NR] = $2; t[NR] = $3 }
            END { m = int((NR + 1) / 2)
                printf "query in process, a cohort of 50,000\t%.2fx\t%.2f-%.2f\t>= 5x\t%.4f/%.4f\n", r[m], r[1], r[NR], o[m] / 1e3, t[m] / 1e3 }'
    else
        echo "#query: skipped, $python has no pgenlib" >&2
    fi
fi

# --- Import -----------------------------------------------------------------------------------------
if has index; then
    compare_import() { # LABEL TARGET THREADS INPUT --bcf|--vcf ROUNDS
        pair -n "$6" "$1" "$2" -- "$genodex" -q -j "$3" index "$4" -o import.gdx --force -- \
            "$plink2" "$5" "$4" --make-pgen --threads "$3" --memory 8000 --out import
    }
    for threads in 1 2; do
        compare_import "index w1.bcf, $threads threads" '' $threads "$data/w1.bcf" --bcf "$rounds"
        compare_import "index w1.vcf.gz, $threads threads" '' $threads "$data/w1.vcf.gz" --vcf "$rounds"
        compare_import "index w2.bcf, $threads threads" '>= 3x, <= 1024 MiB' $threads "$data/w2.bcf" --bcf "$index_rounds"
    done
fi

# --- Kernels beside a streaming read ------------------------------------------------------------------
if has kernels; then
    "$genodex" -j 1 bench kernels --rounds 20 | awk -F'\t' '
        /^#/ { next }
        { printf "%s\t%s of memory\t\t%s\n", $1, $3, $1 ~ /dense_counts/ ? ">= 0.70" : "" }'
fi
