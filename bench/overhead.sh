#!/usr/bin/env bash
# The overhead of the framework: against a kernel's body in a bare loop, and an MPI program that
# does nothing.
# shellcheck disable=SC2317  # what is compared are functions that row() calls by name
set -euo pipefail
# shellcheck source=bench/lib.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

usage() {
  cat <<'END'
Usage: bench/overhead.sh [--build DIR] [--clang-build DIR] [--rounds R]
Compares sumsq through serial_driver with its body in a bare loop; n with 2n;
and the start and end of mpi_driver with those of an empty MPI program.

  --build DIR        Quartet's build folder (build)
  --clang-build DIR  a build by another compiler, for n and 2n
  --rounds R         launches of each (7)

Examples:
  bench/overhead.sh
  bench/overhead.sh --build build --clang-build build-clang --rounds 20

Exit status: 0 measured, whatever the ratios; 2 usage error; 3 system error.
END
}

clang_build=''
while (($#)); do
  take_option "$@"
  if ((taken == 0)); then
    [[ $1 == --clang-build ]] || fail 2 "$1: unknown argument; see --help"
    (($# > 1)) || fail 2 "$1: needs a value; see --help"
    clang_build=$2
    taken=2
  fi
  shift "$taken"
done
open_build

n=10000000
# Numbers a second, so that the target reads as in "0.98 of the bare speed".
numbers_per_second() {
  awk -v n="$n" '{ printf "%.6g\n", n / $1 }'
}

ours_body() {
  "$build/serial_driver" sumsq -n "$n" -r 100 -w 3 --csv | column wall_s | numbers_per_second
}
bare_body() { "$build/bench_bare" -n "$n" -r 100 -w 3 --median | numbers_per_second; }

sum_seconds() { "$where/serial_driver" sumsq -n "$1" -r 50 -w 3 --csv | column wall_s; }
double_n() { sum_seconds $((2 * n)); }
single_n() { sum_seconds "$n"; }

ours_start() { launch_seconds mpi "$build/mpi_driver" sumsq -n 1000 -r 1 -w 0; }
empty_start() { launch_seconds mpi "$build/bench_mpi_empty"; }

header
row ours_body bare_body -m "sumsq 10^7: driver vs bare body" -u /s --at-least 0.98
where=$build
row double_n single_n -m "sumsq 2n vs n = 10^7" -u s --at-least 1.8 --at-most 2.2
if [[ -n $clang_build ]]; then
  where=$clang_build
  if [[ -x $where/serial_driver ]]; then
    row double_n single_n -m "sumsq 2n vs n = 10^7, 2nd build" -u s --at-least 1.8 --at-most 2.2
  else
    skipped "the other compiler: $where/serial_driver not found"
  fi
fi
if has mpi_driver bench_mpi_empty; then
  rounds=$((rounds < 20 ? 20 : rounds)) # short launches, and their times scatter
  row ours_start empty_start -m "MPI start, end vs empty program" -u s -k difference --at-most 5e-3
fi
finish
