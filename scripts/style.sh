#!/usr/bin/env bash
# Checks formatting and common faults: clang-format, widths, shellcheck, clang-tidy.
set -uo pipefail
# Numbers have a decimal point, whatever the user's locale is.
export LC_ALL=C

usage() {
  cat <<'END'
Usage: scripts/style.sh [BUILD]

Checks every file that git tracks; changes none.

  layout   clang-format 14, with .clang-format: the C sources
  widths   lines of at most 100 columns: C, comments of scripts and of CMake files,
           documents (not their tables, indented or fenced blocks, and links)
  scripts  shellcheck: all shell scripts
  faults   clang-tidy, with .clang-tidy: the C sources that BUILD compiles
           (build/; it needs compile_commands.json, which every build writes)

A tool that is not installed is reported, and its check is skipped.
Exit status: 0 clean; 1 something was found; 2 usage error; 3 no compile_commands.json.
END
}

case ${1-} in
-h | --help)
  usage
  exit 0
  ;;
-*)
  echo "style.sh: $1: unknown option; see --help" >&2
  exit 2
  ;;
esac
root=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
build=$(readlink -m -- "${1-$root/build}")
cd -- "$root" || exit 3
status=0

# found NAME: NAME or NAME-14 on this machine. Other versions of clang-format format differently.
found() {
  command -v "$1-14" && return
  if [[ $1 != clang-format ]] || [[ $("$1" --version 2>/dev/null) == *"version 14."* ]]; then
    command -v "$1" && return
  fi
  echo "skipped: $1${2-} not found" >&2
  return 1
}

# The tracked files that match the patterns.
sources() { # sources PATTERN...: ended by zero bytes
  git ls-files -z -- "$@" 2>/dev/null
}

check() { # check NAME COMMAND...
  local name=$1
  shift
  "$@" || {
    echo "style.sh: $name: see above" >&2
    status=1
  }
}

layout() {
  sources '*.c' '*.h' | xargs -0 "$1" --dry-run --Werror
}

# Prints lines of more than 100 columns: of C sources, comments, and prose. A line of a document is
# also accepted if a single word, such as a link, is what makes it too long.
widths() {
  # shellcheck disable=SC2016 # the expressions are awk's
  sources '*.c' '*.h' '*.sh' '*.py' '*.cmake' '*CMakeLists.txt' '*.md' '*.yaml' | xargs -0 awk '
    FNR == 1 { fenced = 0 }
    FILENAME ~ /[.]md$/ && /^ *```/ { fenced = !fenced }
    length <= 100 { next }
    FILENAME ~ /[.]md$/ && (fenced || /^ *[|]/ || /^[^ ]*$/) { next }
    FILENAME ~ /[.](sh|py|cmake|yaml)$|[.]txt$/ && !/^ *#/ { next }
    { text = $0; gsub(/[\200-\277]/, "", text) } # a character of UTF-8 is one column
    length(text) > 100 { print FILENAME ":" FNR ": " length(text) " columns"; found = 1 }
    END { exit found }' >&2
}

scripts() {
  { sources '*.sh' && git grep -zlE '^#!.*\b(ba)?sh\b' -- . ':!*.sh' ':!*.md'; } |
    xargs -0 shellcheck --external-sources --exclude=SC2317 # our functions are called by name
}

# The project's compiled files: generated sources are not checked.
compiled() {
  sed -nE 's/^ *"file": "(.*)",?$/\1/p' "$build/compile_commands.json" | sort -u |
    grep -vF "$build/" | tr '\n' '\0'
}

faults() {
  compiled | xargs -0 -P "$(nproc)" -n 8 "$1" --quiet -p "$build" 2>/dev/null
}

tool=$(found clang-format ' 14') && check layout layout "$tool"
check widths widths
found shellcheck >/dev/null && check scripts scripts
if tool=$(found clang-tidy); then
  if [[ ! -f $build/compile_commands.json ]]; then
    echo "style.sh: $build has no compile_commands.json; build first" >&2
    exit 3
  fi
  check faults faults "$tool"
fi
exit "$status"
