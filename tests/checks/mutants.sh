#!/bin/sh
# Every source file with a function in it has a deliberate bug, and with it a
# test that is known to notice.
src=$1
wrong=0
for file in "$src"/*/*.c; do
    grep -q '^{$' "$file" || continue
    grep -qx "file: src/${file#"$src"/}" tests/mutants/*.mut && continue
    echo "$file: no bug of tests/mutants/ is planted here"
    wrong=1
done
exit $wrong
