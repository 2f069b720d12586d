#!/bin/sh
# Functions short enough to read: bodies of at most 60 lines, nine of ten at
# most 40, half of them at most 15. Files of about 300 lines: at most 330.
# The markers of fragments do not count.
src=$1
lengths=$(mktemp) || exit 1
trap 'rm -f "$lengths"' EXIT
find "$src" -name '*.[ch]' | sort | xargs awk -v lengths="$lengths" '
function close_file()
{
    if (lines > 330)
        print file ": " lines " lines, at most 330"
}
FNR == 1      { close_file(); file = FILENAME; lines = inside = 0 }
/^ *\/\/[<>]/ { next }
              { lines++ }
/^}/ && inside {
    if (body > 60)
        print file ":" first ": body of " body " lines, at most 60"
    print body >lengths
    inside = 0
}
inside        { body++ }
/^{$/         { inside = 1; body = 0; first = FNR }
END           { close_file() }
' >"$lengths.wrong" || exit 1

sort -n "$lengths" | awk '
{ body[NR] = $1 }
END {
    half = body[int((NR + 1) / 2)]
    most = body[int(NR * 0.9)]
    if (half > 15)
        print "half of the functions are longer than " half - 1 ", not 15"
    if (most > 40)
        print "a tenth of the functions is longer than " most - 1 ", not 40"
}' >>"$lengths.wrong"

cat "$lengths.wrong"
! test -s "$lengths.wrong"
status=$?
rm -f "$lengths.wrong"
exit $status
