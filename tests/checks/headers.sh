#!/bin/sh
# Every header: a guard named after its path, an opening comment with @file.
# Every function in it: a comment just before, with @param for each parameter
# and @return unless it returns nothing. What is in lanes*.h is no interface
# but code that each instruction set compiles for itself.
src=$1
headers=$(find "$src" -name '*.h' ! -name 'lanes*.h' | sort)
wrong=$(echo "$headers" | xargs awk -v src="$src/" '
function complain(what) { print FILENAME ":" FNR ": " what }

function close_header()
{
    if (file && !told)
        print file ": no comment with @file"
    if (file && !guarded)
        print file ": no guard " guard
}

# The prototype in `proto`, the comment before it in `doc`.
function judge(   name, inner, n, list, i, p)
{
    name = proto
    sub(/\(.*/, "", name)
    inner = substr(proto, length(name) + 2)
    sub(/__attribute__.*/, "", inner)
    sub(/\)[^)]*$/, "", inner)
    sub(/.*[ *]/, "", name)
    if (doc == "") {
        complain(name "() has no comment")
        return
    }
    if (proto !~ /^(static |inline |extern )*void [a-z]/ && doc !~ /@return/)
        complain(name "(): @return is missing")
    gsub(/\([^()]*\)/, "", inner)       # the parameters of a callback
    n = split(inner, list, ",")
    for (i = 1; i <= n; i++) {
        p = list[i]
        gsub(/\[[^]]*\]/, "", p)
        sub(/^.*[ *(]/, "", p)
        gsub(/[^A-Za-z0-9_]/, "", p)
        if (p == "void" || p == "")
            continue
        if (doc !~ "@param(\\[[a-z,]*\\])? +([a-z_0-9]+, *)*" p "[^a-z_0-9]")
            complain(name "(): @param " p " is missing")
    }
}

FNR == 1 {
    close_header()
    file = FILENAME
    guard = substr(file, length(src) + 1)
    gsub(/[^A-Za-z0-9]/, "_", guard)
    guard = "V4_" toupper(guard)
    told = guarded = 0
    doc = proto = ""
}
/@file/                 { told = 1 }
$0 == "#ifndef " guard  { guarded = 1 }
/^ *\/\/[<>]/           { next }
/^\/\*\*/               { doc = ""; comment = 1 }
comment {
    doc = doc " " $0 " "
    if (/\*\//) {
        comment = 0
        if (doc ~ /@file|@defgroup|@\{|@\}/)
            doc = ""
    }
    next
}
proto == "" && /^[a-z].*\(/ && !/^typedef/ {
    proto = $0
    if (/[;{]/) { judge(); proto = doc = "" }
    next
}
proto != "" {
    proto = proto " " $0
    if (/[;{]/) { judge(); proto = doc = "" }
    next
}
/^[^ ]/                 { doc = "" }
END                     { close_header() }
')
[ -z "$wrong" ] || { echo "$wrong"; exit 1; }
