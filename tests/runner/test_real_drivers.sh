#!/bin/sh
# sweep with the drivers that lie beside it: every point verifies, and the report can read the rows.
# Arguments: the program sweep; the folder of the configs.
set -eu
sweep=$1 configs=$2
build=$(dirname "$sweep")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

fail() {
  echo "$*" >&2
  exit 1
}

# The configs fit any machine as they are: nothing is excluded, and workers outnumber cores only
# where they wait, or where two endpoints are needed.
ln -s "$build" build
ln -s "$build" build-clang
planned=0
for config in "$configs"/*.yaml; do
  "$sweep" plan "$config" >folded || fail "$config is no good config"
  [ "$(awk 'length > 80' folded)" = "" ] || fail "$config: the plan has lines of more than 80 columns"
  sed -E ':a; N; $!ba; s/\n {14,}/ /g' folded >points
  base=$(sed -n 's/^baseline: {driver: \([a-z_]*\)}.*/\1/p' "$config")
  grep -q "${base:-serial_driver}" points || fail "$config: no point of the baseline"
  ! grep -q 'excluded: ' points || fail "$config: excludes points"
  ! grep '(oversubscribed)' points | grep -vE ' (wait|fetch|pingpong) | threads=' >crowded ||
    fail "$config: $(cat crowded)"
  planned=$((planned + 1))
done
[ "$planned" -ge 12 ] || fail "only $planned configs"

drivers=
for driver in serial_driver async_driver omp_driver mpi_driver; do
  [ -x "$build/$driver" ] && drivers="$drivers$driver, "
done
[ -n "$drivers" ] || exit 77
[ -x "$build/omp_driver" ] && drivers="$drivers{omp_driver: {lock: global, schedule: 'dynamic,1'}}, "

cat >real.yaml <<END
schema: 1
name: real
kernels:
  - sumsq: {n: 1000, jobs: 2}
  - wait: {n: 3, delay: 1ms, reps: 1}
axes: {driver: [$drivers], cores: [1, 2], grain: 100}
measure: {launches: 2, reps: 3, warmup: 1, timeout: 50s}
END
# Open MPI puts a tag before each line of the ranks: the rows do not come through standard output.
OMPI_MCA_orte_tag_output=1 "$sweep" run real.yaml >table 2>reported || { cat reported table >&2; fail "exit $?"; }
[ "$(grep -c '^1,' results/real/samples.csv)" -ge $((2 * (4 + 2))) ] || fail "too few rows"
grep -q '^sumsq, 2 jobs of n = 1000: ' table || fail "no verdict on sumsq"
grep -q '^wait, n = 3: ' table || fail "no verdict on wait"
