#!/bin/bash
# A file includes headers of its own floor and of those below. Neither headers
# nor the folders of one floor include each other in a circle. A stem is the
# name of one component: no two folders share it.
src=$1
wrong=0

floor()
{
    case $1 in
    base) echo 1 ;;
    numerics) echo 2 ;;
    text | attention | moe) echo 3 ;;
    model) echo 4 ;;
    train | view) echo 5 ;;
    cli) echo 6 ;;
    *) echo "$1/ is on no floor of the house" >&2; echo 0 ;;
    esac
}

# "file header" for every header of ours that a file includes.
cd "$src" || exit 1
edges=$(grep -HoE '^#include "[^"]+' */*.[ch] | sed 's/:#include "/ /')

while read -r file header; do
    [ "$file" ] || continue
    if [ ! -e "$header" ]; then
        echo "$src/$file: there is no $src/$header"
        wrong=1
    elif (($(floor "${header%%/*}") > $(floor "${file%%/*}"))); then
        echo "$src/$file: includes $header, which is a floor above"
        wrong=1
    fi
done <<<"$edges"
for folder in */; do
    [ "$(floor "${folder%/}")" != 0 ] || wrong=1
done

for stem in $(printf '%s\n' */*.c | sed 's:.*/::' | sort | uniq -d); do
    echo "one stem in several folders:" */"$stem"
    wrong=1
done

# tsort prints the members of a circle.
circle()
{
    local members
    members=$(sort -u | tsort 2>&1 >/dev/null) && return
    echo "$1 in a circle:" ${members//tsort: /}
    wrong=1
}
circle headers < <(grep '^[^ ]*\.h ' <<<"$edges")
circle folders < <(sed -E 's:/[^ ]*::g' <<<"$edges" | awk '$1 != $2')
exit $wrong
