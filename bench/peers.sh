#!/usr/bin/env bash
# Quartet's stencil against that of the Parallel Research Kernels (PRK), launch by launch in turn.
# shellcheck disable=SC2317  # what is compared are functions that row() calls by name
set -euo pipefail
# shellcheck source=bench/lib.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

usage() {
  cat <<'END'
Usage: bench/peers.sh --prk DIR [OPTION]...
Compares the stencil with PRK's, on two threads and on two processes.

  --prk DIR      where PRK was built (see below)
  --build DIR    Quartet's build folder (build)
  --rounds R     launches of each (7)
  --size N       rows and columns of the grid (4000)
  --iterations I sweeps in a launch, after as many to warm up (20)

Both are bound to cores alike, make the same number of sweeps, and tell the mean over them; PRK warms
up with one sweep. To build PRK, from github.com/ParRes/Kernels:
  printf '%s\n' CC=gcc OPENMPFLAG=-fopenmp MPICC=mpicc 'DEFAULT_OPT_FLAGS=-O3 -march=native' \
    >common/make.defs
  make -C OPENMP/Stencil && make -C MPI1/Stencil

Examples:
  bench/peers.sh --prk ~/Kernels
  bench/peers.sh --prk ~/Kernels --build build-clang --rounds 20

Exit: 0 measured, whatever the ratios; 2 bad usage; 3 something could not run.
END
}

prk=''
size=4000
iterations=20
while (($#)); do
  take_option "$@"
  if ((taken == 0)); then
    case $1 in
    --prk | --size | --iterations) (($# > 1)) || fail 2 "$1: needs a value; see --help" ;;
    *) fail 2 "$1: unknown argument; see --help" ;;
    esac
    case $1 in
    --prk) prk=$2 ;;
    --size) size=$2 ;;
    --iterations) iterations=$2 ;;
    esac
    taken=2
  fi
  shift "$taken"
done
[[ $size =~ ^[1-9][0-9]*$ ]] || fail 2 "--size: '$size': expected a number"
[[ $iterations =~ ^[1-9][0-9]*$ ]] || fail 2 "--iterations: '$iterations': expected a number"
[[ -n $prk ]] || fail 2 "--prk: needed; see --help"
open_build

# The rate of one launch of ours: 19 flop for each point that has all its neighbours, as PRK counts.
ours_rate() {
  local seconds
  seconds=$("$@" stencil -n "$size" -s iterations="$iterations" -r 1 -w 1 --csv | column wall_s) ||
    return
  awk -v s="$seconds" -v n="$size" -v i="$iterations" \
    'BEGIN { printf "%.6g\n", 19 * (n - 4) * (n - 4) * i / s }'
}

# The rate that a launch of PRK's prints, if its own check holds.
prk_rate() {
  "$@" | awk '/^Solution validates/ { right = 1 }
    /^Rate \(MFlops\/s\):/ { rate = $3 }
    END { if (!right || rate == "") exit 1; printf "%.6g\n", rate * 1e6 }'
}

ours_threads() { ours_rate "$build/omp_driver" -t 2; }
prk_threads() { prk_rate "$prk/OPENMP/Stencil/stencil" 2 "$iterations" "$size"; }
ours_processes() { ours_rate mpi "$build/mpi_driver"; }
prk_processes() { prk_rate mpi "$prk/MPI1/Stencil/stencil" "$iterations" "$size"; }

header
if [[ ! -x $prk/OPENMP/Stencil/stencil ]]; then
  left_out "PRK's OpenMP stencil: $prk/OPENMP/Stencil/stencil is not there"
elif has omp_driver; then
  row ours_threads prk_threads -m "stencil $size, 2 threads vs PRK" -u flop/s --at-least 1.3
fi
if [[ ! -x $prk/MPI1/Stencil/stencil ]]; then
  left_out "PRK's MPI stencil: $prk/MPI1/Stencil/stencil is not there"
elif has mpi_driver; then
  row ours_processes prk_processes -m "stencil $size, 2 processes vs PRK" -u flop/s --at-least 1.0
fi
finish
