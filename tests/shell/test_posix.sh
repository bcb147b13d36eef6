#!/bin/bash
# All programs print the same with options after operands, also with POSIXLY_CORRECT set.
# Arguments: the build folder; a folder with configs.
set -eu
build=$1 configs=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# same WORD...: the command prints the same and ends alike, with and without the variable.
same() {
  local code=0 posix_code=0
  if [ ! -x "$1" ]; then
    echo "not built: $1"
    return
  fi
  "$@" >"$work/out" 2>&1 </dev/null || code=$?
  POSIXLY_CORRECT=1 "$@" >"$work/posix_out" 2>&1 </dev/null || posix_code=$?
  if [ "$code" != 0 ] || [ "$posix_code" != 0 ] || ! cmp -s "$work/out" "$work/posix_out"; then
    echo "POSIXLY_CORRECT: $*: exit status $code and $posix_code"
    cat "$work/posix_out"
    failed=1
  fi
}

{
  echo 'schema: 1'
  echo 'name: posix'
  echo 'kernel: {sumsq: {n: 10}}'
  echo 'axes: {driver: serial_driver}'
  echo 'measure: {launches: 2, reps: 1}'
} >"$work/posix.yaml"
same "$build/sweep" plan "$configs/quick.yaml" --format csv
same "$build/sweep" plan -F csv -- "$configs/quick.yaml"
if [ -x "$build/sweep" ]; then
  "$build/sweep" run "$work/posix.yaml" --quiet --out "$work/first"
  POSIXLY_CORRECT=1 "$build/sweep" run "$work/posix.yaml" --out "$work/second" --quiet
fi
same "$build/sweep" resume "$work/first" --quiet
same "$build/sweep" reference "$work/first" --metric time
[ ! -d "$work/second" ] || {
  same "$build/report" "$work/first" --format csv
  same "$build/report" compare "$work/first" "$work/second" --format csv
}
same "$build/serial_driver" sumsq --work
same "$build/omp_driver" sumsq --size 10 --work
same "$build/async_driver" wait --size 10 --work
same "$build/delay_server" --seed 1 --help
exit $failed
