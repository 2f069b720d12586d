#!/bin/bash
# Throw bad input at every fuzz target for a while: the same input each time,
# as far as the clock allows.
#
#     tests/fuzz/run.sh DIR SECONDS TARGET...
#
# TARGET (fuzz_NAME) is DIR/fuzz_NAME; it starts from the files of
# tests/fuzz/corpus_NAME. What it finds stays in DIR; the corpus is only read.
set -u
dir=$1
seconds=$2
shift 2
wrong=0
[ $# -gt 0 ] || { echo 'tests/fuzz has no fuzz_*.c'; exit 1; }

for target in "$@"; do
    name=${target#fuzz_}
    log=$dir/$target.log
    corpus=tests/fuzz/corpus_$name
    mkdir -p "$dir/found_$name"
    [ -d "$corpus" ] || corpus=
    if "$dir/$target" -seed=1 -max_total_time="$seconds" -timeout=10 \
        -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$dir/$target-" \
        "$dir/found_$name" $corpus >"$log" 2>&1 </dev/null; then
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
        echo "$target: $runs inputs, none of them harmful"
    else
        tail -n 40 "$log"
        echo "$target: FAILED, see $log"
        wrong=1
    fi
done
exit $wrong
