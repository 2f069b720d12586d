#!/bin/bash
# Throw bad input at every fuzz target for a while: the same input each time,
# as far as the clock allows. Print a table: how many inputs, how many a
# second, and how many lines of the reader they reach.
#
#     tests/fuzz/run.sh DIR SECONDS TARGET...
#
# TARGET (fuzz_NAME) is DIR/fuzz_NAME; it starts from the files of
# tests/fuzz/corpus_NAME. What it finds stays in DIR; the corpus is only read.
# DIR/lines/replay_NAME is the same target, counting lines; which files of
# src/ are its reader says the line "Reader:" of tests/fuzz/fuzz_NAME.c.
set -u
dir=$1
seconds=$2
shift 2
wrong=0
[ $# -gt 0 ] || { echo 'tests/fuzz has no fuzz_*.c'; exit 1; }

# reached NAME: the share of its reader's lines, and how many there are.
reached()
{
    local file lines=$dir/lines
    find "$lines" -name '*.gcda' -delete
    find "$dir/found_$1" tests/fuzz/corpus_"$1" -type f 2>/dev/null |
        xargs -r "$lines/replay_$1" >/dev/null 2>&1
    for file in $(sed -n '/Reader:/,/\*\//p' tests/fuzz/fuzz_"$1".c |
        grep -o '[a-z]*/[a-z_]*\.c'); do
        gcov -n -o "$lines/src/${file%/*}" "${file##*/}" 2>/dev/null |
            grep -A1 "^File .*src/$file'"
    done | awk -F'[:% ]+' '/^Lines/ { hit += $3 * $5 / 100; all += $5 }
        END { if (all) printf "%.0f %% of %d\n", 100 * hit / all, all }'
}

row='%-18s %12s %12s   %s\n'
printf "$row" target inputs 'a second' 'lines of the reader'
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
        stat() { sed -n "s/^stat::$1: *//p" "$log"; }
        printf "$row" "$name" "$(stat number_of_executed_units)" \
            "$(stat average_exec_per_sec)" "$(reached "$name")"
    else
        tail -n 40 "$log"
        echo "$target: FAILED, see $log"
        wrong=1
    fi
done
exit $wrong
