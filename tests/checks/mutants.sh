#!/bin/sh
# Every source file with a function in it has a deliberate bug, and with it a
# test that is known to notice; and every bug can still be planted.
src=$1
wrong=0
for file in "$src"/*/*.c; do
    grep -q '^{$' "$file" || continue
    grep -qx "file: src/${file#"$src"/}" tests/mutants/*.mut && continue
    echo "$file: no bug of tests/mutants/ is planted here"
    wrong=1
done
if command -v node >/dev/null; then
    node book/mutants.js --apply || wrong=1
fi
exit $wrong
