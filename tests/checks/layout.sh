#!/bin/sh
# The layout is clang-format's, see .clang-format: indentation, spaces, braces.
# Where an expression or a table breaks and how it goes on, how comments line
# up, and whether values in braces have air around them, is the author's choice.
# So statements are compared after their lines have been joined and runs of
# blanks made one.
src=$1
wrong=0
pattern='^ *(if|while|for) \(.*\) (return|break|continue|goto)\b.*;$'
! grep -rnE --include='*.[ch]' "$pattern" "$src" tests book || wrong=1

# An expression that goes on begins its next line with the operator.
operator='(&&|\|\||[-+*<>&|?]|[=!<>]=) *(//.*)?$'
! grep -rnE --include='*.[ch]' "^ .*[^ */] $operator" "$src" |
    grep -vE ':[0-9]+: *(\*|/[*/])' || wrong=1

formatted=$(mktemp) || exit 1
trap 'rm -f "$formatted"' EXIT

for file in $(find "$src" tests book -name '*.[ch]' | sort); do
    clang-format "$file" >"$formatted"
    awk -v name="$file" '
    # One statement or one line of structure goes into said[pass, i].
    function finish()
    {
        if (text ~ /[^ ]/) {
            n[pass]++
            said[pass, n[pass]] = lead text
            line[pass, n[pass]] = first
        }
        text = ""
    }
    FNR == 1            { finish(); pass++; comment = 0 }
    /^ *\/\*/           { comment = 1 }
    comment             { if (/\*\//) comment = 0; next }
    /^ *\/\// || /^ *$/ { next }
    {
        s = $0
        sub(/ *\/\/.*$/, "", s)
        sub(/ *\/\*.*\*\/ *$/, "", s)
        unfinished = s ~ /\/\*/
        if (unfinished) {                  # a comment that goes on
            sub(/ *\/\*.*$/, "", s)
            comment = 1
        }
        match(s, /^ */)
        indent = substr(s, 1, RLENGTH)
        s = substr(s, RLENGTH + 1)
        gsub(/  +/, " ", s)
        if (s ~ /^#/)
            indent = ""
        if (s == "{")
            finish()
        if (text == "") {
            lead = indent
            text = s
            first = FNR
        } else
            text = text " " s
        gsub(/[(] /, "(", text)
        gsub(/ [)]/, ")", text)
        gsub(/[{] /, "{", text)
        gsub(/ [}]/, "}", text)
        if (s ~ /[;{}:]$/ || s ~ /^#/ || s ~ /^else$|^do$/)
            finish()
    }
    END {
        finish()
        for (i = 1; i <= n[1] || i <= n[2]; i++) {
            if (said[1, i] == said[2, i])
                continue
            print name ":" line[1, i] ": is, and would be"
            print said[1, i]
            print said[2, i]
            wrong = 1
            if (n[1] != n[2])
                break
        }
        exit wrong
    }' "$file" "$formatted" || wrong=1
done
exit $wrong
