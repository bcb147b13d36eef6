#!/usr/bin/env bash
# test_streams.sh SOURCE BUILD: programs whose standard streams are closed or full. What is printed
# goes into no other file, and an output that could not be written is exit status 3 with a message.
set -u
source=$1 build=$2 failed=0 checks=0
export LC_ALL=C OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
[[ -c /dev/full ]] || { echo "skipped: this system has no /dev/full"; exit 77; }
scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT
cd -- "$scratch" || exit 1

wrong() {
  echo "FAIL: $*"
  failed=1
}

# is_full COMMAND...: its output goes to a full device: status 3, and one message says so.
is_full() {
  local status=0
  checks=$((checks + 1))
  timeout 50 "$@" >/dev/full 2>errors </dev/null || status=$?
  ((status == 3)) || wrong "$* >/dev/full: status $status: $(<errors)"
  (($(grep -c -E 'cannot (be )?writ(e|ten).*: No space left on device' errors) == 1)) ||
    wrong "$* >/dev/full: errors: $(<errors)"
}

# ---- the sources: each program begins by holding its streams ----

while read -r file; do
  checks=$((checks + 1))
  grep -qE '^  (streams_hold|sample_begin)\(|driver_main\(' "$source/$file" || wrong "$file: no streams_hold()"
  grep -qE 'streams_finish\(|driver_main\(|MPI_Finalize|kernel_pages' "$source/$file" ||
    wrong "$file: no streams_finish()"
done < <(cd -- "$source" && grep -lE '^int main\(' analysis/*.c bench/*.c docs/*.c drivers/*.c \
  command/*.c runner/*.c server/*.c)

# ---- full ----

for program in sweep report serial_driver omp_driver mpi_driver async_driver delay_server quartet; do
  [[ -x $build/$program ]] || continue
  is_full "$build/$program" --help
  is_full "$build/$program" --version
done
for program in "$build"/bench_*; do
  [[ ! -x $program ]] || grep -q sample_begin "$source/bench/${program##*/bench_}.c" || continue
  # Under mpirun only; without it MPI may not start.
  [[ $program == *mpi* ]] || is_full "$program" --help
done
is_full "$build/serial_driver" --list
is_full "$build/serial_driver" --describe sumsq
is_full "$build/serial_driver" --work=100
is_full "$build/serial_driver" -n 1000 -r 2
is_full "$build/serial_driver" -n 1000 -r 2 --csv

[[ -x $build/sweep ]] || { echo "$checks checks"; exit "$failed"; }
cat >trial.yaml <<'END'
schema: 1
name: trial
kernel: sumsq
axes: {driver: serial_driver, n: 1000}
measure: {launches: 2, reps: 1, warmup: 0}
END

# ---- closed ----

# is_whole FOLDER: its samples.csv and run.json hold what they should, and nothing that was printed.
is_whole() {
  checks=$((checks + 1))
  (($(wc -l <"$1/samples.csv") == 3)) || wrong "$1: $(wc -l <"$1/samples.csv") lines"
  [[ $(awk -F, 'NR > 1 { print $1 }' "$1/samples.csv" | sort -u) == 1 ]] ||
    wrong "$1: samples.csv: $(<"$1/samples.csv")"
  grep -q '"result": "done"' "$1/run.json" || wrong "$1: run.json"
}

"$build/sweep" run trial.yaml --out out_err >&- 2>&-
is_whole out_err
"$build/sweep" run trial.yaml --out in_err <&- 2>&- >/dev/null
is_whole in_err
"$build/sweep" run trial.yaml --out in_out --json-lines <&- >&- 2>/dev/null
is_whole in_out
"$build/sweep" run trial.yaml --out none <&- >&- 2>&-
is_whole none
"$build/serial_driver" -n 1000 -r 2 -w 0 --csv=rows.csv <&- >&- 2>&- ||
  wrong "a driver with rows in a file, its streams closed: status $?"
(($(wc -l <rows.csv) == 3)) || wrong "rows.csv: $(<rows.csv)"

# ---- full, with a run that is there ----

is_full "$build/sweep" plan trial.yaml
is_full "$build/sweep" plan trial.yaml --format csv
is_full "$build/sweep" plan trial.yaml --format json
is_full "$build/sweep" plan trial.yaml --format slurm
is_full "$build/sweep" status none
is_full "$build/sweep" reference none
is_full "$build/sweep" run trial.yaml --out full
is_whole full
is_full "$build/sweep" run trial.yaml --out full_events --json-lines
is_whole full_events
if "$build/sweep" pack none >/dev/null 2>&1; then
  rm -f none.zip
  is_full "$build/sweep" pack none
fi
if [[ -x $build/report ]]; then
  is_full "$build/report" none
  is_full "$build/report" none --format json
  is_full "$build/report" compare none full
  is_full "$build/report" compare none full --format csv
fi
echo "$checks checks"
[[ $checks -ge 30 && $failed -eq 0 ]]
