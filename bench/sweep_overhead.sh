#!/usr/bin/env bash
# The overhead of a sweep beside the programs that it launches.
# shellcheck disable=SC2317  # what is measured are functions that are called by name
set -euo pipefail
# shellcheck source=bench/lib.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

usage() {
  cat <<'END'
Usage: bench/sweep_overhead.sh [--build DIR] [--rounds R] [--folder DIR]
                               [--only PART,PART...]
Measures the sweep itself:

  launch  1000 points of a kernel of 1 ms with serial_driver: for each launch,
          the time of the sweep from its start to its end, and that of the
          launched programs alone (process_s in their rows)
  jube    100 points of a program that does nothing but print its rows, and 100
          points of `echo` in JUBE (Debian's package jube): seconds for each
          point, and how many files are left
  plan    `sweep plan` of 100000 points
  resume  `sweep resume` where samples.csv has 1000000 rows and one launch is
          missing: time and memory

  --build DIR   Quartet's build folder (build)
  --folder DIR  where to write, in a subfolder that is removed at the end: the
                sweep waits for this disk (the default: the temporary folder)
  --rounds R    of each (7)

Examples:
  bench/sweep_overhead.sh
  bench/sweep_overhead.sh --rounds 15 --only launch,jube --folder ~

Exit status: 0 measured, whatever came out; 2 usage error; 3 system error.
END
}

parts=launch,jube,plan,resume
folder=${TMPDIR:-/tmp}
while (($#)); do
  take_option "$@"
  if ((taken == 0)); then
    case $1 in
    --folder | --only) (($# > 1)) || fail 2 "$1: needs a value; see --help" ;;
    *) fail 2 "$1: unknown argument; see --help" ;;
    esac
    case $1 in
    --folder) folder=$2 ;;
    --only) parts=$2 ;;
    esac
    taken=2
  fi
  shift "$taken"
done
open_build
has sweep || exit 3

scratch=$(mktemp -d "$folder/quartet-overhead.XXXXXX") || fail 3 "$folder: cannot be written"
trap 'rm -rf -- "$scratch"' EXIT
cd -- "$scratch"

# Seconds since a time of $EPOCHREALTIME.
since() {
  awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.6f\n", b - a }'
}

# rounds_of NAME OPTION...: calls the function NAME, which prints one or two numbers, in each round,
# and prints the row.
rounds_of() {
  local name=$1 round lines=''
  shift
  for ((round = 0; round < rounds; round++)); do
    if ! lines+=$("$name")$'\n'; then
      printf '%s: could not run: %s (%s)\n' "$program" "$name" "$*" >&2
      failed=3
      return
    fi
  done
  printf %s "$lines" | "$build/bench_ratio" "$@"
}

# config NAME KERNEL SIZES MEASURE: a config for serial_driver; more axes may follow the sizes.
config() {
  printf 'schema: 1\nname: %s\nkernel: %s\naxes: {driver: serial_driver, n: %s}\nmeasure: %s\n' \
    "$@" >"$1.yaml"
}

# ---- launch ----

launch() { # "seconds of the sweep, seconds of its programs", for each launch
  rm -rf results
  local start=$EPOCHREALTIME taken
  "$build/sweep" run launch.yaml -q || return
  taken=$(since "$start")
  awk -F, -v taken="$taken" '
    NR == 1 { for (i = 1; i <= NF; i++) if ($i == "process_s") column = i; next }
    { programs += $column }
    END { printf "%.9f %.9f\n", taken / (NR - 1), programs / (NR - 1) }' results/launch/samples.csv
}

part_launch() {
  config launch sumsq '{range: [10000001, 10001000, 1]}' '{launches: 1, reps: 1, warmup: 0}'
  rounds_of launch -m "a launch of 1000: sweep vs program" -u s -k difference --at-most 5e-3
}

# ---- jube ----

echo_sweep() {
  rm -rf results
  local start=$EPOCHREALTIME
  "$build/sweep" run echo.yaml -q -d drivers >/dev/null || return
  awk -v s="$(since "$start")" 'BEGIN { printf "%.9f\n", s / 100 }'
}

echo_jube() {
  rm -rf jube
  local start=$EPOCHREALTIME
  jube --non-interactive run --hide-animation echo.xml >/dev/null 2>&1 ||
    jube run --hide-animation echo.xml >/dev/null || return
  awk -v s="$(since "$start")" 'BEGIN { printf "%.9f\n", s / 100 }'
}

part_jube() {
  local numbers
  if ! command -v jube >/dev/null; then
    skipped "JUBE not found: ./quickstart.sh --peers, or apt-get install jube"
    return
  fi
  find_fake || return 0
  config echo fake '{range: [1, 100, 1]}' '{launches: 1, reps: 1, warmup: 0}'
  numbers=$(seq -s , 100)
  cat >echo.xml <<END
<?xml version="1.0" encoding="UTF-8"?>
<jube>
  <benchmark name="echo" outpath="jube">
    <parameterset name="points"><parameter name="number" type="int">$numbers</parameter></parameterset>
    <step name="echo"><use>points</use><do>echo \$number</do></step>
  </benchmark>
</jube>
END
  row echo_sweep echo_jube -m "a point of 100: sweep vs JUBE" -u s --at-most 0.1
  printf '  files: %d by sweep, %d by JUBE\n' "$(find results -type f | wc -l)" \
    "$(find jube -type f | wc -l)"
}

# A program that only prints the requested rows, in place of a driver.
find_fake() {
  if [[ ! -x $build/tests/runner/fake_driver ]]; then
    skipped "tests/runner/fake_driver was not built (BUILD_TESTING)"
    return 1
  fi
  mkdir -p drivers
  ln -sf -- "$build/tests/runner/fake_driver" drivers/serial_driver
}

# ---- plan ----

plan() { launch_seconds "$build/sweep" plan plan.yaml --format csv; }

part_plan() {
  config plan sumsq '{range: [1, 10000, 1]}, jobs: {range: [1, 10, 1]}' '{launches: 1}'
  rounds_of plan -m "plan of 100000 points" -u s -k alone --at-most 1
}

# ---- resume ----

# "seconds bytes" of a resume that has one launch to repeat.
resume() {
  truncate -s -1 results/resume/samples.csv
  python3 -c '
import resource, subprocess, sys, time
start = time.monotonic()
code = subprocess.call(sys.argv[1:])
print(time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
sys.exit(code)' "$build/sweep" resume results/resume -q 2>cut.txt || { cat cut.txt >&2; return 1; }
}

resume_time() { resume | cut -d ' ' -f 1; }
resume_memory() { resume | cut -d ' ' -f 2; }

part_resume() {
  if ! command -v python3 >/dev/null; then
    skipped "resume: python3 not found, which measures it"
    return
  fi
  find_fake || return 0
  rm -rf results
  config resume fake '{range: [1, 200, 1]}' '{launches: 5, reps: 1000, warmup: 0}'
  "$build/sweep" run resume.yaml -q -d drivers >/dev/null || { failed=3; return; }
  rounds_of resume_time -m "resume after 1000000 rows" -u s -k alone --at-most 2
  rounds_of resume_memory -m "resume after 1000000 rows: memory" -u B -k alone --at-most 200e6
}

for part in ${parts//,/ }; do
  [[ $part =~ ^(launch|jube|plan|resume)$ ]] ||
    fail 2 "--only: '$part': must be one of: launch, jube, plan, resume"
done
header
for part in ${parts//,/ }; do
  "part_$part"
done
finish
