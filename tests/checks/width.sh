#!/bin/bash
# Lines of C, shell and makefiles: at most 80 characters (not bytes). No tabs
# but a makefile's, and nothing invisible at the end; so in JavaScript too.
src=$1
wrong=0
code=$(find "$src" tests book .ci GNUmakefile \
    '(' -name '*.[ch]' -o -name '*.sh' -o -name '*.js' -o -name '*.mk' \
    -o -path '.ci/*' -o -name GNUmakefile ')' -type f)

complain()
{
    sed "s/\$/    <- $1/"
    wrong=1
}

export LC_ALL=C.UTF-8
long=$(grep -nE '^.{81,}' $(grep -v '\.js$' <<<"$code") /dev/null)
invisible=$(grep -nE '[[:blank:]]+$' $code /dev/null)
tabs=$(grep -nP '\t' $(grep -vE 'GNUmakefile|\.mk$' <<<"$code") /dev/null)
[ -z "$long" ] || complain 'too long' <<<"$long"
[ -z "$invisible" ] || complain 'ends in blanks' <<<"$invisible"
[ -z "$tabs" ] || complain 'has a tab' <<<"$tabs"
exit $wrong
