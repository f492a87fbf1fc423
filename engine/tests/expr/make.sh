#!/bin/sh
# Writes expected.tsv (and suite.expected.tsv, where the folder of bcftools' test files is given)
# by bcftools 1.16: for each line of cases.tsv the rows that pass and their samples, or ! where
# bcftools refuses the expression.
#
#   ./make.sh [FOLDER]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bcftools --version | head -1 | grep -qx 'bcftools 1.16' || { echo 'needs bcftools 1.16' >&2; exit 1; }
run() { # CASES FOLDER
    while IFS="$(printf '\t')" read -r file expression; do
        [ -n "$file" ] || continue
        expression=$(printf '%s' "$expression" | sed "s|{PATH}|$2|g")
        if out=$(bcftools query -f '%POS[\t%SAMPLE]\n' -i "$expression" "$2/$file" 2>/dev/null); then
            printf '%s\n' "$out" | awk -F'\t' 'NF {
                line = $1 ":" $2
                for (i = 3; i <= NF; i++) line = line "," $i
                printf "%s%s", sep, line; sep = " "
            } END { print "" }'
        else
            echo '!'
        fi
    done < "$1"
}
run "$here/cases.tsv" "$here" > "$here/expected.tsv"
if [ $# -gt 0 ]; then run "$here/suite.tsv" "$(cd "$1" && pwd)" > "$here/suite.expected.tsv"; fi
