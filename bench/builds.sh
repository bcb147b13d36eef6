#!/usr/bin/env bash
# The same kernels in two builds, launch by launch in turn: what a package (QUARTET_HWCAPS) or
# another compiler costs against a build for this processor.
# shellcheck disable=SC2317  # what is compared are functions that row() calls by name
set -euo pipefail
# shellcheck source=bench/lib.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

usage() {
  cat <<'END'
Usage: bench/builds.sh [--build DIR] [--rounds R] [--only KERNEL,...] OTHER
Compares the rates of the kernels in OTHER, a folder with a serial_driver, with those in the build
folder. Each rate is that of a launch's fastest repetition, so that a machine that others use as well
disturbs it least.

  --build DIR        the build to compare with, for this processor (build)
  --only KERNEL,...  these kernels (all that compute)
  --rounds R         launches of each (7)

Examples:
  cmake -S . -B build-hwcaps -DQUARTET_HWCAPS="v2;v3;v4" && cmake --build build-hwcaps
  bench/builds.sh build-hwcaps --rounds 20

Exit status: 0 measured, whatever the ratios; 2 usage error; 3 system error.
END
}

# Sizes whose repetitions take about a millisecond.
declare -A sizes=([sumsq]=30000000 [dgemm]=256 [fft]=65536 [nbody]=512 [mandelbrot]=128
  [stream]=250000 [stencil]=700 [transpose]=512 [reduce]=500000 [dot]=500000 [sparse]=256 [cg]=50
  [gups]=16384 [wavefront]=700)
kernels=(sumsq dgemm fft nbody mandelbrot stream stencil transpose reduce dot sparse cg gups wavefront)
other=''
while (($#)); do
  take_option "$@"
  if ((taken == 0)); then
    case $1 in
    --only)
      (($# > 1)) || fail 2 "$1: needs a value; see --help"
      IFS=, read -ra kernels <<<"$2"
      taken=2
      ;;
    -*) fail 2 "$1: unknown argument; see --help" ;;
    *)
      [[ -z $other ]] || fail 2 "$1: one other build only; see --help"
      other=$1 taken=1
      ;;
    esac
  fi
  shift "$taken"
done
[[ -n $other ]] || fail 2 "no other build is named; see --help"
[[ -x $other/serial_driver ]] || fail 3 "$other: has no serial_driver"
open_build

# rate FOLDER: passes a second of the fastest repetition.
rate() {
  "$1/serial_driver" "$kernel" -n "${sizes[$kernel]}" -r 300 -w 3 --csv |
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "wall_s") c = i; next }
      !least || $c < least { least = $c } END { if (!least) exit 1; printf "%.6g\n", 1 / least }'
}
of_other() { rate "$other"; }
of_build() { rate "$build"; }

header
for kernel in "${kernels[@]}"; do
  [[ -n ${sizes[$kernel]-} ]] || fail 2 "--only: '$kernel': must be one of: ${!sizes[*]}"
  row of_other of_build -m "$kernel, n = ${sizes[$kernel]}" -u /s --at-least 0.98
done
finish
