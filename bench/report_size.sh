#!/usr/bin/env bash
# How long `report` takes for large runs, and how much memory: rows, and points.
set -euo pipefail
# Numbers have a decimal point, whatever the user's locale is.
export LC_ALL=C

usage() {
  cat <<'END'
Usage: bench/report_size.sh [BUILD]
Generates two runs and prints the time and memory of `report --html` for each:
one of 1,000,000 rows (350 points, 10 launches with 285 repetitions) and one of
10,000 points (6 launches with 2 repetitions). BUILD is Quartet's build folder
(build), with its tests. Needs GNU time.
END
}

[[ ${1-} != -h && ${1-} != --help ]] || { usage; exit; }
build=${1:-build}
scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT
synthetic=$build/tests/analysis/data/synthetic

# measure NAME ARGUMENT...: the run that synthetic makes of the arguments.
measure() {
  local name=$1 folder=$scratch/run
  shift
  rm -rf -- "$folder"
  "$synthetic" "$@" "$folder"
  local rows
  rows=$(($(wc -l <"$folder/samples.csv") - 1))
  env time -f '%e %U %S %M' -o "$scratch/time" "$build/report" --html "$folder" >"$scratch/text"
  local elapsed user system kilobytes
  read -r elapsed user system kilobytes <"$scratch/time"
  printf '%-8s %9d rows %7d points  %6.2f s (user %.2f s, system %.2f s), %d MB; page %d KB, %d lines\n' \
    "$name" "$rows" "$(($(wc -l <"$folder/report/summary.csv") - 1))" "$elapsed" "$user" "$system" \
    $((kilobytes / 1024)) "$(($(stat -c %s "$folder/report/index.html") / 1024))" \
    "$(wc -l <"$scratch/text")"
}

measure rows --kernels sumsq,stream,wait,dgemm,spin --models serial,threads,threads+lock,async,processes \
  --n 1e3,1e4,1e5,1e6,1e7 --cores 1,2,4,8 --launches 10 --reps 285 --rep-sigma 0.01
measure points --kernels sumsq,stream,wait,dgemm,spin --models serial,threads,threads+lock,async,processes \
  --sizes 143 --cores 1,2,4,8 --launches 6 --reps 2 --warmup 0
