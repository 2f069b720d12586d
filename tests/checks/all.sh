#!/bin/sh
# The rules of the house, quick ones first: tests/checks/all.sh SRC
# Every rule is run, so that one round shows all there is to repair.
cd "$(dirname "$0")/../.." || exit 1
src=$1
wrong=0
for rule in width casts floors lengths headers layout mutants menu deps; do
    tests/checks/$rule.sh "$src" || { echo "check $rule: FAILED"; wrong=1; }
done
exit $wrong
