#!/bin/bash
# .ci/deps on machines that are not this one: everything outside is played by
# small scripts in a directory that becomes the whole PATH.
top=$PWD
stage=$(mktemp -d) || exit 1
trap 'rm -rf "$stage"' EXIT
wrong=0

# A bare machine: the shell's companions, and nothing of ours.
bare()
{
    rm -rf "$stage/bin"
    mkdir "$stage/bin"
    for tool in sh env echo xargs mktemp rm cat ls grep touch chmod; do
        ln -s "$(type -P $tool)" "$stage/bin/$tool"
    done
    rm -f "$stage/installed" "$stage/calls"
    play id 'echo 0'
    V4_FONT=$stage/installed
}

# play NAME BODY: a tool that does BODY.
play()
{
    rm -f "$stage/bin/$1"
    printf '#!/bin/sh\n%s\n' "$2" >"$stage/bin/$1"
    chmod +x "$stage/bin/$1"
}

# An apt-get that notes how it was called; installing makes every tool appear.
apt_works()
{
    play apt-cache 'exit 0'
    play apt-get "
echo \"\$DEBIAN_FRONTEND \$*\" >>$stage/calls
case \"\$*\" in *install*) ;; *) exit 0 ;; esac
touch $stage/installed
for tool in gcc pkg-config; do
    echo '#!/bin/sh' >$stage/bin/\$tool
    chmod +x $stage/bin/\$tool
done"
}

# expect STATUS TEXT PURPOSE: run .ci/deps PURPOSE; it must end with STATUS
# and print TEXT (a pattern; '' is silence).
expect()
{
    local said status
    said=$(PATH=$stage/bin V4_FONT=$V4_FONT "$top/.ci/deps" "$3" 2>&1)
    status=$?
    if [ $status != "$1" ] || ! [[ ${said//$'\n'/ } == $2 ]]; then
        echo "line ${BASH_LINENO[0]}: status $status, wanted $1; it said:"
        echo "  $said"
        wrong=1
    fi
}

called()
{
    grep -qe "$1" "$stage/calls" 2>/dev/null ||
        { echo "line ${BASH_LINENO[0]}: apt-get was not called so: $1"
          cat "$stage/calls"; wrong=1; }
}

# Everything is there: silence, and apt is not touched.
bare
apt_works
play gcc ''
play pkg-config ''
touch "$stage/installed"
expect 0 '' run
expect 0 '' test
[ ! -e "$stage/calls" ] || { echo 'apt-get was called for nothing'; wrong=1; }

# One library is missing, and only that is asked for.
play pkg-config "[ \$2 != libpng ] || [ -e $stage/png ]"
play apt-get "echo \"\$*\" >>$stage/calls; touch $stage/png"
expect 0 'Installing for make deps-test: libpng-dev' test
called '--no-install-recommends libpng-dev$'
called 'DPkg::Lock::Timeout=300'

# Nothing is there: lists first, then all at once, without questions.
bare
apt_works
expect 0 'Installing*gcc*libfreetype-dev fonts-dejavu-core' run
called '^noninteractive .* update'
called 'install.*gcc .*pkg-config libcjson-dev libpcre2-dev libpng-dev'

# A package that cannot be had is named; nothing is installed.
bare
apt_works
play apt-cache '[ "$2" != libcjson-dev ]'
expect 1 '*do not offer: libcjson-dev*' run
! grep -q install "$stage/calls" || { echo 'installed in part'; wrong=1; }

# An apt-get that fails is quoted.
bare
apt_works
play apt-get 'echo E: disk full; exit 100'
expect 1 '*disk full*could not install: gcc*' run

# An apt-get that succeeds and brings nothing is found out.
play apt-get 'exit 0'
expect 1 '*still not to be found: gcc*' run

# Not root: through sudo if there is one.
bare
apt_works
play id 'echo 1000'
expect 1 '*as root: *apt-get install*gcc*' run
play sudo "echo sudo >>$stage/calls; exec \"\$@\""
expect 0 'Installing*' run
called sudo

# Not Debian: names what is needed.
bare
expect 1 '*no apt-get*gcc*libcjson-dev*' run
expect 1 '*usage*' nonsense
exit $wrong
