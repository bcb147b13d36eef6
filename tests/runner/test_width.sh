#!/usr/bin/env bash
# test_width.sh SOURCE BUILD: without a terminal, the text that programs and scripts print fits 80
# columns, whatever COLUMNS is.
set -u
source=$1 build=$2 failed=0 checks=0
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT

# fits COMMAND...: it prints something, without escape sequences, and no line is longer than that.
fits() {
  local status=0 long
  checks=$((checks + 1))
  timeout 50 "$@" >"$scratch/out" 2>&1 </dev/null || status=$?
  long=$(awk 'length > 80' "$scratch/out")
  if [[ ! -s $scratch/out || $status -gt 2 ]]; then
    echo "FAIL: $*: status $status, $(wc -c <"$scratch/out") bytes"
  elif [[ -n $long ]]; then
    printf 'FAIL: %s: more than 80 columns:\n%s\n' "$*" "$long"
  elif grep -q $'[\033\r]' "$scratch/out"; then
    echo "FAIL: $*: colours or cursor movements without a terminal"
  else
    return
  fi
  failed=1
}

for columns in '' 200; do
  if [[ -n $columns ]]; then export COLUMNS=$columns; else unset COLUMNS; fi
  for program in serial_driver omp_driver mpi_driver async_driver sweep; do
    [[ ! -x $build/$program ]] || fits "$build/$program" --help
  done
done
fits "$build/serial_driver" --list
for kernel in $("$build/serial_driver" --list | sed -n 's/^  \([a-z][a-z]*\) .*/\1/p'); do
  fits "$build/serial_driver" --describe "$kernel"
done
fits "$build/serial_driver" wait -n 3 -s delay=1ms -s distribution=exponential -r 2
fits "$build/serial_driver" stencil -n 200 -r 6
[[ ! -x $build/omp_driver ]] || fits "$build/omp_driver" stencil -n 200 -t 2 -r 6
for script in quickstart.sh tutorial.sh; do
  fits "$source/$script" --help
done

mkdir "$scratch/drivers"
for program in serial_driver omp_driver async_driver; do
  ln -s "$build/$program" "$scratch/drivers/$program"
done
cat >"$scratch/long.yaml" <<END
schema: 1
name: a_name_of_a_sweep_that_is_rather_long_but_may_well_be_so_long
kernels:
  - wait: {n: 3, delay: 1ms, distribution: exponential, seed: 1234567890, work: 100000, reps: 1}
axes:
  build: {a-label-that-is-quite-long: $scratch/drivers, another-label: $scratch/drivers}
  driver: [serial_driver, {omp_driver: {lock: global, lock_fraction: 0.25, schedule: "dynamic,1"}}]
  cores: [1, 3000]
exclude: [{where: cores > 2, why: a reason with so many words that it cannot possibly fit one line of a terminal}]
measure: {launches: 2, reps: 1, warmup: 0}
END
if [[ -x $build/sweep && -x $build/omp_driver ]]; then
  cd -- "$scratch" || exit 1
  fits "$build/sweep" plan long.yaml
  fits "$build/sweep" plan long.yaml --probe
  "$build/sweep" run long.yaml --out results --json-lines >/dev/null 2>"$scratch/progress"
  fits cat "$scratch/progress"
  fits "$build/sweep" status results
  fits "$build/sweep" reference results
fi
echo "$checks checks"
[[ $checks -ge 30 && $failed -eq 0 ]]
