#!/usr/bin/env bash
# Strong scaling: each kernel on all cores, as threads and as processes, against one core, in turn.
# shellcheck disable=SC2317  # what is compared are functions that row() calls by name
set -euo pipefail
# shellcheck source=bench/lib.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

usage() {
  cat <<'END'
Usage: bench/scaling.sh [OPTION]... [KERNEL]...
Prints the speedup of each kernel (or of those named) on several cores over one
core, at its default size, with its interval over rounds of interleaved
launches. The base is serial_driver with the same problem.

  --cores C      how many (those of this machine)
  --build DIR    Quartet's build folder (build)
  --rounds R     launches of each (7)

Examples:
  bench/scaling.sh
  bench/scaling.sh --cores 2 --rounds 15 stencil fft

The statements on scaling in docs/kernels are measured with this script.

Exit status: 0 measured, whatever the speedups; 2 usage error; 3 system error.
END
}

cores=''
kernels=()
while (($#)); do
  take_option "$@"
  if ((taken == 0)); then
    taken=1
    case $1 in
    --cores)
      (($# > 1)) || fail 2 "$1: needs a value; see --help"
      [[ $2 =~ ^[1-9][0-9]{0,3}$ ]] || fail 2 "--cores: '$2': expected 1 to 9999"
      cores=$2
      taken=2
      ;;
    -*) fail 2 "$1: unknown argument; see --help" ;;
    *) kernels+=("$1") ;;
    esac
  fi
  shift "$taken"
done
open_build
cores=${cores:-$(usable_cores)}
mapfile -t known < <("$build/serial_driver" --list | awk '/^  / { print $1 }')
((${#kernels[@]})) || kernels=("${known[@]}")
for kernel in "${kernels[@]}"; do
  [[ " ${known[*]} " == *" $kernel "* ]] || fail 2 "'$kernel': no such kernel (${known[*]})"
done

# Operations in a second: the median over a launch's repetitions.
rate() { # rate COMMAND...
  local rows seconds operations
  rows=$("$@" "$kernel" -r 5 -w 1 --csv) || return
  seconds=$(column wall_s <<<"$rows")
  operations=$(column work_op <<<"$rows")
  awk -v s="$seconds" -v o="$operations" 'BEGIN { if (!(s > 0)) exit 1; printf "%.6g\n", o / s }'
}

one_core() { rate "$build/serial_driver"; }
threads() { rate "$build/omp_driver" -t "$cores"; }
processes() { rate ranks "$cores" "$build/mpi_driver"; }

header
for kernel in "${kernels[@]}"; do
  if has omp_driver; then
    row threads one_core -m "$kernel, $cores threads vs 1 core" -u /s
  fi
  if has mpi_driver; then
    row processes one_core -m "$kernel, $cores processes vs 1 core" -u /s
  fi
done
finish
