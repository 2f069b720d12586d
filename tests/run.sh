#!/bin/bash
# Run the tests, believe nothing, and print Criterion's summary last:
#
#     [FILTER=suite[/test]] [SANITIZER_LOGS=DIR] tests/run.sh BINARY TEST.c...
#
# Criterion is content when it has run no test at all (a filter that matches
# nothing, a linker that dropped the tests), and it does not count tests that
# were skipped. So the number of tests run must be the number written in the
# files TEST.c. Leaks do not fail a Criterion test either: they are found in
# the sanitizers' logs.
set -u
binary=$1
shift
wrong=0

complain()
{
    printf 'tests/run.sh: %s\n' "$@"
    wrong=1
}

filter=()
case ${FILTER:=} in
'') ;;
*/*) filter=(--filter "$FILTER") ;;
*) filter=(--filter "$FILTER/*") ;;
esac

# Signal handlers belong to the tests, and they may ask for too much memory.
if [ "${SANITIZER_LOGS:=}" ]; then
    rm -rf "$SANITIZER_LOGS"
    mkdir -p "$SANITIZER_LOGS"
    logs=log_path=$SANITIZER_LOGS/log
    export ASAN_OPTIONS=handle_segv=0:allocator_may_return_null=1:$logs
    export UBSAN_OPTIONS=print_stacktrace=1:$logs
fi

# Tests that die on purpose leave no core behind.
ulimit -c 0

# Two tests at a time, each with threads: let those that wait sleep.
export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-passive}

output=$(mktemp) || exit 1
trap 'rm -f "$output"' EXIT
"$binary" --color=never --timeout 300 "${filter[@]}" 2>&1 </dev/null |
    tee "$output" | grep --line-buffered -v Synthesis:
status=${PIPESTATUS[0]}
summary=$(grep Synthesis: "$output" | tail -n 1)
[ "$status" = 0 ] || complain "$binary ended with status $status"

tested=$(sed -n 's/.*Tested: *\([0-9]*\).*/\1/p' <<<"$summary")
written=$(cat "$@" /dev/null | grep -c '^Test(')
several=$(cat "$@" /dev/null | grep -c '^ParameterizedTest(')
if [ -z "$tested" ]; then
    complain 'Criterion printed no summary'
elif [ "$tested" = 0 ]; then
    complain "no test was run${FILTER:+: nothing matches $FILTER}"
elif [ "$FILTER" ]; then
    :
elif [ "$tested" -lt $((written + several)) ]; then
    complain "$tested tests were run, but $((written + several)) are written"
elif [ "$tested" != "$written" ] && [ "$several" = 0 ]; then
    complain "$tested tests were run, but only $written are written"
fi

if [ "$SANITIZER_LOGS" ] &&
    grep -rqE 'ERROR: |runtime error: ' "$SANITIZER_LOGS"; then
    cat "$SANITIZER_LOGS"/*
    complain "the sanitizers complained, see $SANITIZER_LOGS"
fi

echo "$summary"
exit $wrong
