#!/bin/bash
# `make help` fits one screen of 80 columns and 24 lines, prompt included, and
# what it offers can be made.
menu=$(MAKEFLAGS= make -s help) || exit 1
wrong=0
if (($(wc -l <<<"$menu") > 23)); then
    echo "make help has $(wc -l <<<"$menu") lines, at most 23"
    wrong=1
fi
grep -nE '^.{81,}' <<<"$menu" && wrong=1
for target in $(sed -nE 's/^  ([a-z][a-z-]*) .*/\1/p' <<<"$menu"); do
    grep -qE "^([a-z-]+ )*$target( [a-z-]+)*:" GNUmakefile book/*.mk ||
        { echo "make help offers $target, which is no target"; wrong=1; }
done
exit $wrong
