#!/usr/bin/env bash
# All comparisons, and one table of them.
set -euo pipefail
# shellcheck source=bench/lib.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

usage() {
  cat <<'END'
Usage: bench/run.sh [OPTION]...
Measures Quartet's own performance and prints one table: its value, the peer's, the
ratio with its interval over rounds of interleaved launches, the target, and
whether it is met.

  --build DIR        Quartet's build folder (build)
  --clang-build DIR  a build by another compiler, for rows that depend on it
  --prk DIR          a built copy of the Parallel Research Kernels; see
                     bench/peers.sh --help
  --hpcc PROGRAM     HPCC's program; "auto": hpcc if installed; "none": without
                     (auto)
  --rounds R         launches of each (7)

Most of the time is spent in bench/peers.sh, which can be run alone and for some
kernels only. The machine should have no other load.

Examples:
  bench/run.sh
  bench/run.sh --prk ~/Kernels --clang-build build-clang --rounds 20

Exit status: 0 measured, whatever the ratios; 2 usage error; 3 system error.
END
}

prk=''
hpcc=auto
clang_build=''
while (($#)); do
  take_option "$@"
  if ((taken == 0)); then
    case $1 in
    --prk | --hpcc | --clang-build) (($# > 1)) || fail 2 "$1: needs a value; see --help" ;;
    *) fail 2 "$1: unknown argument; see --help" ;;
    esac
    case $1 in
    --prk) prk=$2 ;;
    --hpcc) hpcc=$2 ;;
    --clang-build) clang_build=$2 ;;
    esac
    taken=2
  fi
  shift "$taken"
done
open_build

# Other programs disturb both sides, but not equally: the intervals become wider.
if read -r load _ 2>/dev/null </proc/loadavg && awk -v l="$load" 'BEGIN { exit !(l > 0.5) }'; then
  printf '%s: this machine is busy (load %s): expect wide intervals\n' "$program" "$load" >&2
fi
rows=$(mktemp)
trap 'rm -f -- "$rows"' EXIT
export BENCH_NO_HEADER=1

part() { # part SCRIPT ARGUMENT...: its rows are kept for the table; its messages appear on stderr
  local script=$1
  shift
  printf '%s: %s ...\n' "$program" "$script" >&2
  "$bench_folder/$script" --build "$build" --rounds "$rounds" "$@" >>"$rows" || failed=3
}

part overhead.sh ${clang_build:+--clang-build "$clang_build"}
part waits.sh
part peers.sh --hpcc "$hpcc" ${prk:+--prk "$prk"}
"$build/bench_ratio" --header
cat -- "$rows"
finish
