#!/usr/bin/env bash
# point.sh SOURCE BUILD: in the current locale the programs print the same as in the locale C, and
# the scripts of bench/ run; none prints a decimal comma, "nan" or "inf". comma_locale.sh calls it.
set -uo pipefail
source=$1 build=$2
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT
cd -- "$scratch" || exit 1
failed=0

fail() {
  echo "FAIL: $*"
  failed=1
}

# looks_right NAME COMMAND...: exit status 0, no number with a comma, no missing number.
looks_right() {
  local name=$1
  shift
  "$@" >out 2>err </dev/null || { fail "$name: exit status $?"; cat err; return; }
  ! grep -nE '[^0-9,"][0-9]{1,2},[0-9]+ *([mun]?s|x|%|G|M|k)\b' out err || fail "$name: a decimal comma"
  ! grep -nwE -- '-?(nanx?|infx?)' out || fail "$name: NaN or infinity"
  ! grep -nE 'syntax error|invalid number|ungültig|Ungültig' err || fail "$name: a number that was not read"
}

# Without how much memory is free at the moment, but for the point in it.
without_free_memory() {
  sed -E 's/[0-9]+\.[0-9]+ ([GM]B available)/N.N \1/'
}

# same_in_c COMMAND...: prints the same in the locale C.
same_in_c() {
  "$@" 2>&1 </dev/null | without_free_memory >comma
  LC_ALL=C "$@" 2>&1 </dev/null | without_free_memory >point
  cmp -s comma point || fail "$*: $(diff comma point | head -n 4)"
}

same_in_c "$build/serial_driver" --help
same_in_c "$build/serial_driver" --describe fetch
same_in_c "$build/serial_driver" sumsq --work=1000,2000
same_in_c "$build/serial_driver" wait -n 1 -s delay=1.5ms -s jitter=0.25ms --work=1 # numbers are read, too
looks_right serial_driver "$build/serial_driver" sumsq -n 1000 -r 7
if [[ -x $build/sweep ]]; then
  mkdir configs
  cp -- "$source/configs/"*.yaml configs
  for config in configs/*.yaml; do
    same_in_c "$build/sweep" plan "$config"
  done
  printf '%s\n' 'schema: 1' 'name: comma' 'kernel: {sumsq: {n: 1e3}}' 'axes: {driver: serial_driver}' \
    'measure: {launches: 6, reps: 3, warmup: 1, timeout: 20.5s}' >comma.yaml
  looks_right "sweep run" "$build/sweep" run comma.yaml
  [[ ! -x $build/report ]] || same_in_c "$build/report" -f csv results/comma
  # What the job's own commands see.
  printf '%s\n' '#!/bin/bash' 'printf "%.1f\n" 1.5' >stand_in
  chmod +x stand_in
  "$build/sweep" plan comma.yaml --format slurm --out "$scratch/job" |
    sed "s/^sweep=.*/sweep=.\/stand_in/" >job.sh
  [[ $(bash job.sh) == 1.5 ]] || fail "a job script: $(bash job.sh 2>&1)"
fi

if [[ -x $build/bench_ratio ]]; then
  bench=$source/bench
  looks_right bench/ratio_test.sh "$bench/ratio_test.sh" "$build/bench_ratio"
  looks_right bench/waits.sh "$bench/waits.sh" --build "$build" --rounds 1
  looks_right bench/metg.sh "$bench/metg.sh" --build "$build" --rounds 1 --longest 1024 serial
  looks_right bench/scaling.sh "$bench/scaling.sh" --build "$build" --rounds 1 --cores 1 sumsq
  looks_right bench/peers.sh "$bench/peers.sh" --build "$build" --quick --rounds 1 --hpcc none --only sumsq,stream
  [[ ! -x $build/bench_loggp ]] ||
    looks_right bench/loggp_test.sh "$bench/loggp_test.sh" "$build/bench_loggp"
fi
exit "$failed"
