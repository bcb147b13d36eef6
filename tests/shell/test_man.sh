#!/usr/bin/env bash
# test_man.sh PAGE BUILD PROGRAM...: each program's man page can be made, is one that man can show
# without complaint, and lists every long option of --help.
set -u
page=$1 build=$2
shift 2
help2man=${HELP2MAN:-$(type -P help2man)} || { echo "no help2man"; exit 77; }
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT
failed=0

fail() {
  echo "FAIL: $*"
  failed=1
}

# The folder of a checkout may have any name. A copy of the script in such a folder makes each page.
# shellcheck disable=SC2016 # a name with a dollar sign is meant
odd="$scratch/it's a "'$HOME; "ö"'
mkdir -p -- "$odd/build"
cp -- "$page" "$odd/page.sh"
script=$odd/page.sh

for program; do
  ln -s -- "$(readlink -f -- "$build/$program")" "$odd/build/$program"
done
# page NAME PROGRAM [COMMAND]: checks the page that is made of it.
page() {
  local name=$1 program=$2 file=$odd/$1.1 section options option plain complaints
  shift 2
  "$script" "$help2man" "$odd/build/$program" "$file" "$@" || { fail "$name: no page"; return; }
  grep -qE "^$name \\\\- [a-z].*[a-z]$" "$file" || fail "$name: says not what it is"
  for section in SYNOPSIS DESCRIPTION OPTIONS EXAMPLES; do
    grep -qx ".SH $section" "$file" || fail "$name: no $section"
  done
  grep -qx '.SH "EXIT STATUS"' "$file" || fail "$name: no EXIT STATUS"
  options=$("$build/$program" "$@" --help | grep -oE '^ +(-., )?--[a-z-]+' | grep -oE -- '--[a-z-]+')
  [[ -n $options ]] || fail "$name: no options"
  plain=$(sed 's/\\-/-/g; s/\\fB//g; s/\\fR//g; s/\\fI//g' "$file")
  for option in $options; do
    grep -qE -- "^(-., )?$option\b" <<<"$plain" || fail "$name: $option is not listed"
  done
  if type -P groff >/dev/null; then
    complaints=$(groff -man -Tutf8 -ww "$file" 2>&1 >/dev/null)
    [[ -z $complaints ]] || fail "$name: $complaints"
  fi
}

for program; do
  page "$program" "$program"
done
[[ ! -x $build/report ]] || page quartet-report quartet report
page quartet-serial_driver quartet serial_driver
exit "$failed"
