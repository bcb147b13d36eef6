#!/usr/bin/env bash
# sweep in a restricted affinity mask: ranks and threads stay inside it, and run.json reports it.
# Skipped (77) without two hardware threads, or where this system cannot bind.
# Arguments: the program sweep, beside which the drivers are.
set -euo pipefail
sweep=$1
build=$(dirname -- "$sweep")
folder=$(mktemp -d)
trap 'rm -rf -- "$folder"' EXIT
cd -- "$folder"

fail() {
  echo "$*" >&2
  exit 1
}
skip() {
  echo "skipped: $*"
  exit 77
}
mask() { awk '/^Cpus_allowed_list:/ { print $2 }' /proc/self/status; }

mapfile -t cpus < <(mask | tr , '\n' | while IFS=- read -r first last; do seq "$first" "${last:-$first}"; done)
((${#cpus[@]} >= 2)) || skip "one hardware thread only"
last=${cpus[-1]}
# shellcheck disable=SC2016 # awk's own $2
[[ $(taskset -c "$last" awk '/^Cpus_allowed_list:/ { print $2 }' /proc/self/status) == "$last" ]] ||
  skip "this system binds nothing"
drivers=()
[[ ! -x $build/omp_driver ]] || drivers+=(omp_driver)
[[ ! -x $build/mpi_driver ]] || ! command -v "${QUARTET_MPIRUN:-mpirun}" >/dev/null ||
  drivers+=(mpi_driver)
((${#drivers[@]})) || skip "neither threads nor ranks here"

# check MASK CORES: each worker is in the mask, bound as requested.
check() {
  local mask=$1 workers=$2 driver binding list
  list=$(printf '%s, ' "${drivers[@]}")
  cat >mask.yaml <<END
schema: 1
name: mask
kernel: sumsq
axes: {driver: [${list%, }], n: 1000, cores: $workers}
measure: {launches: 1, reps: 1, warmup: 0}
END
  rm -rf results
  taskset -c "$mask" "$sweep" run mask.yaml -q >reported 2>&1 || { cat reported >&2; fail "exit $?"; }
  ! grep 'no cores of their own' reported || fail "a warning in the mask $mask"
  for driver in "${drivers[@]}"; do
    binding=$(awk -F , -v driver="$driver" '
      NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
      $column["driver"] == driver { print $column["binding"] }' results/mask/samples.csv)
    [[ ${binding//[\/|]/,} == "$mask" ]] || fail "$driver: on '$binding', not on '$mask'"
  done
  [[ $(grep -o '"binding_as_asked": [a-z]*' results/mask/run.json | sort -u) == *': true' ]] ||
    fail "mask $mask: run.json: $(grep binding_as_asked results/mask/run.json)"
}

check "$last" 1
if ((${#cpus[@]} >= 3)); then
  check "${cpus[-2]},$last" 2
fi
