#!/usr/bin/env bash
# page.sh HELP2MAN PROGRAM OUTPUT [COMMAND]: makes the man page of a program, or of one of its
# commands, from its --help. OUTPUT is the page's name and ".1".
#
# Beside help2man's own rules: what follows "Usage:" says in a word what the program does, the lines
# of "Examples:" are commands with a remark perhaps, and
# "Exit status:" is a section.
set -euo pipefail
# Numbers have a decimal point, whatever the user's locale is.
export LC_ALL=C

# help2man asks this script for --help and --version in the program's place.
if [[ -n ${QUARTET_PROGRAM-} ]]; then
  # shellcheck disable=SC2086 # no command is no word
  "$QUARTET_PROGRAM" $QUARTET_PAGE_COMMAND "$@" | awk -v name="$QUARTET_PAGE" '
    / \(Quartet\) [0-9.]+$/ { sub(/.* \(/, name " (") }
    /^Examples:$/ { examples = 1 }
    /^$/ { examples = 0 }
    /^Exit status: / { sub(/^Exit status: /, "*Exit status*\n\n") }
    examples && /^  / { sub(/^  /, "  $ "); sub(/   +/, "   # ") }
    { print }'
  exit
fi

help2man=$1 program=$2 output=$3
export QUARTET_PAGE_COMMAND=${4-} QUARTET_PAGE
QUARTET_PAGE=$(basename -- "$output" .1)
# All is read, since a program whose reader has ended fails.
# shellcheck disable=SC2086 # no command is no word
summary=$("$program" $QUARTET_PAGE_COMMAND --help |
  awk '/^Usage:/ || /^  or:/ { next } /^$/ { over = 1 } !over { printf "%s ", $0 }')
summary=${summary% }
summary=${summary%%. *}
summary=${summary%.}
[[ -n $summary ]] || { echo "page.sh: $program --help says nothing" >&2; exit 1; }
# help2man starts its program through a shell, which would interpret blanks and other characters in
# the names of folders: it gets a name without a folder. The other paths are absolute from here on.
QUARTET_PROGRAM=$(readlink -f -- "$program")
output=$(readlink -m -- "$output")
export QUARTET_PROGRAM
cd -- "$(dirname -- "$0")"
"$help2man" --no-info --name="${summary,}" --source=Quartet --output="$output" "./${0##*/}"
