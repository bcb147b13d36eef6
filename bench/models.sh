#!/usr/bin/env bash
# Each model for each kind of work, with its targets: speedups for computing and for
# waiting, the global lock, fetching documents, and Python in the same minutes.
# shellcheck disable=SC2317  # series() keeps what measure_series() calls
set -euo pipefail
# shellcheck source=bench/lib.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

usage() {
  cat <<'END'
Usage: bench/models.sh [OPTION]...
Measures every model with computing, waiting and fetching, launches interleaved,
and prints the speedups with their intervals over the rounds, and the targets:

  computing  2 threads at least 1.9 x as fast as one, 0.9 to 1.05 x under the
             global lock, half of the work under it as by Amdahl's law;
             cooperative tasks 0.97 to 1.03 x; 2 processes 1.9 x
  waiting    1,000 waits of 10 ms: 64 threads 64 x, with or without the lock,
             cooperative tasks 500 x or more, 2 processes 2 x; the memory that
             a wait takes
  fetching   10,000 documents of 5 ms, by one thread with cooperative tasks,
             compared with curl --parallel and wrk; and whether the server is
             the limit
  python     the sum of squares and 100,000 waits in CPython

  --only PART,...  computing, waiting, fetching, python (all)
  --build DIR      Quartet's build folder (build)
  --rounds R       launches of each (7)

It needs two cores without other load. Missing peers are reported and skipped:
`./quickstart.sh --peers` installs curl, wrk and Python.

Examples:
  bench/models.sh
  bench/models.sh --only fetching --rounds 15

Exit status: 0 measured, whatever the ratios; 2 usage error; 3 system error.
END
}

parts=(computing waiting fetching python)
while (($#)); do
  take_option "$@"
  if ((taken == 0)); then
    case $1 in
    --only) (($# > 1)) || fail 2 "$1: needs a value; see --help" ;;
    *) fail 2 "$1: unknown argument; see --help" ;;
    esac
    IFS=, read -ra parts <<<"$2"
    for part in "${parts[@]}"; do
      [[ $part =~ ^(computing|waiting|fetching|python)$ ]] ||
        fail 2 "--only: '$part': must be one of: computing, waiting, fetching, python"
    done
    taken=2
  fi
  shift "$taken"
done
open_build
scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT
# Two cores that this script may use: they are not always equally fast.
mapfile -t -n 2 cores < <(own_cpus)
round=0
in_flight=300 # documents in flight, as many as curl allows

# ---- series: what is measured in the same rounds ----

# A series is a name, the number of operations in a repetition, and the command that prints the
# seconds of a repetition.
names=() counts=() commands=()
series() { # series NAME COUNT COMMAND...
  names+=("$1")
  counts+=("$2")
  commands+=("$(printf '%q ' "${@:3}")")
}

# All series once in each round, in an order that turns; the rates go to files of their names.
measure_series() {
  local i k count=${#names[@]} seconds
  for ((round = 0; round < rounds; round++)); do
    for ((k = 0; k < count; k++)); do
      i=$(((k + round) % count))
      if ! seconds=$(eval "${commands[i]}"); then
        printf '%s: could not run: %s\n' "$program" "${names[i]}" >&2
        failed=3
        seconds=none
      fi
      awk -v c="${counts[i]}" -v s="$seconds" 'BEGIN { print s == "none" ? s : c / s }' \
        >>"$scratch/${names[i]}"
    done
  done
  names=() counts=() commands=()
}

# faster WORDS SERIES BASE OPTION...: a row of the table, of the rounds in which both could run.
faster() {
  local pairs
  [[ -r $scratch/$2 && -r $scratch/$3 ]] || return 0
  pairs=$(paste -d ' ' -- "$scratch/$2" "$scratch/$3" | grep -v none) || return 0
  "$build/bench_ratio" -m "$1" -u /s "${@:4}" <<<"$pairs"
}

driver_seconds() { # driver_seconds COMMAND...: the median wall time of its rows
  "$@" --csv </dev/null | column wall_s
}

# On one core, as a team of one thread would be: on another one in the next round.
one_core() {
  if ((${#cores[@]})); then
    taskset -c "${cores[round % ${#cores[@]}]}" "$@"
  else
    "$@"
  fi
}

# ---- the parts ----

computing() {
  local n=1000000000 work pieces
  work=(sumsq -n "$n" -r 5 -w 1)
  # With fixed halves the faster core waits for the slower one; 200 dynamic pieces balance the load.
  pieces=(-g 5000000 --schedule dynamic)
  series serial "$n" driver_seconds one_core "$build/serial_driver" "${work[@]}"
  if has omp_driver; then
    series threads "$n" driver_seconds "$build/omp_driver" -t 2 "${work[@]}"
    series threads-pieces "$n" driver_seconds "$build/omp_driver" -t 2 "${work[@]}" "${pieces[@]}"
    series locked "$n" driver_seconds "$build/omp_driver" -t 2 --lock global "${work[@]}"
    series half "$n" driver_seconds "$build/omp_driver" -t 2 --lock global --lock-fraction 0.5 \
      "${work[@]}"
  fi
  if has async_driver; then
    series async "$n" driver_seconds one_core "$build/async_driver" "${work[@]}"
  fi
  if has mpi_driver; then
    series processes "$n" driver_seconds mpi "$build/mpi_driver" "${work[@]}"
    series processes-pieces "$n" driver_seconds mpi "$build/mpi_driver" "${work[@]}" "${pieces[@]}"
  fi
  measure_series
  faster "computing: 2 threads, dynamic" threads-pieces serial --at-least 1.9
  faster "computing: 2 threads, halves" threads serial
  faster "computing: 2 threads, locked" locked serial --at-least 0.9 --at-most 1.05
  faster "computing: 2 threads, half locked" half serial --at-least 1.2 --at-most 1.4667
  faster "computing: cooperative tasks" async serial --at-least 0.97 --at-most 1.03
  faster "computing: 2 processes, dynamic" processes-pieces serial --at-least 1.9
  faster "computing: 2 processes, halves" processes serial
}

waiting() {
  local n=1000 work
  work=(wait -n "$n" -s delay=10ms -w 0)
  series serial "$n" driver_seconds "$build/serial_driver" "${work[@]}" -r 1
  if has omp_driver; then
    series threads "$n" driver_seconds "$build/omp_driver" -t 64 "${work[@]}" -r 5
    series locked "$n" driver_seconds "$build/omp_driver" -t 64 --lock global "${work[@]}" -r 5
  fi
  if has async_driver; then
    series async "$n" driver_seconds "$build/async_driver" "${work[@]}" -r 9
  fi
  if has mpi_driver; then
    series processes "$n" driver_seconds mpi "$build/mpi_driver" "${work[@]}" -r 1
  fi
  measure_series
  faster "waiting: 64 threads" threads serial --at-least 57.6 --at-most 70.4
  faster "waiting: 64 threads, locked" locked serial --at-least 57.6 --at-most 70.4
  faster "waiting: cooperative tasks" async serial --at-least 500
  faster "waiting: 2 processes" processes serial --at-least 1.9 --at-most 2.1
  [[ ! -x $build/async_driver ]] || memory_of_waits
}

# What 900,000 waits more take; the kernel's own memory does not depend on their number.
memory_of_waits() {
  local round n kib
  for ((round = 0; round < rounds; round++)); do
    for n in 100000 1000000; do
      kib=$("$build/async_driver" wait -n "$n" -s delay=50ms -r 1 -w 0 --csv | column peak_rss_kib)
      printf '%s ' "$kib"
    done
    echo
  done | awk '{ print ($2 - $1) * 1024 / 900000 }' |
    "$build/bench_ratio" -m "waiting: memory of a wait" -u B -k alone --at-most 300
}

fetching() {
  local n=10000 line port
  if ! "$build/serial_driver" --list | awk '$1 == "fetch" { found = 1 } END { exit !found }' ||
    ! has async_driver delay_server; then
    skipped "fetching: this build has no kernel fetch"
    return 0
  fi
  # For the peers; our driver starts one of its own, the same.
  coproc server { exec "$build/delay_server" --until-stdin-closes --latency 5ms; }
  # shellcheck disable=SC2154  # coproc sets it
  read -r line <&"${server[0]}" || fail 3 "delay_server did not start"
  url=${line#listening on }
  port=${url##*:}
  series async "$n" driver_seconds "$build/async_driver" fetch -n "$n" --tasks "$in_flight" \
    -s latency=5ms -r 3 -w 1
  if command -v curl >/dev/null; then
    series curl "$n" curl_seconds "$n"
  else
    skipped "curl (./quickstart.sh --peers)"
  fi
  if command -v wrk >/dev/null; then
    series wrk "$n" wrk_seconds "$n"
  else
    skipped "wrk (./quickstart.sh --peers)"
  fi
  if has bench_server_load; then
    series server 1 server_seconds "$port"
  fi
  measure_series
  faster "fetching: async vs curl --parallel" async curl --at-least 0.9
  faster "fetching: async vs wrk" async wrk
  faster "fetching: a core of the server vs async" server async --at-least 1.5
  # shellcheck disable=SC2154
  kill "$server_PID" 2>/dev/null || true
}

curl_seconds() { # curl_seconds N: all documents, each with status 200
  local start=$EPOCHREALTIME good
  good=$(curl --silent --no-progress-meter --parallel --parallel-immediate --parallel-max "$in_flight" --output /dev/null \
    --write-out '%{http_code}\n' "$url/doc/[0-$(($1 - 1))]" | grep -c '^200$') || return
  [[ $good == "$1" ]] || return
  awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.6f\n", b - a }'
}

wrk_seconds() { # wrk_seconds N: what N documents would take at the rate that it reaches in 2 s
  wrk --threads 1 --connections "$in_flight" --duration 2s "$url/doc/1" |
    awk -v n="$1" '$1 == "Requests/sec:" && $2 > 0 { printf "%.6f\n", n / $2; found = 1 }
      END { exit !found }'
}

server_seconds() { # server_seconds PORT: what a document takes of a core of the server's
  "$build/bench_server_load" --port "$1" --connections "$in_flight" --documents 50000 --bare |
    awk '{ printf "%.9f\n", 1 / $1 }'
}

python() {
  local peer=$bench_folder/../tests/peers/python/tutorial.py n=10000000 waits=100000
  if ! command -v python3 >/dev/null; then
    skipped "Python (./quickstart.sh --peers)"
    return 0
  fi
  series sum "$n" driver_seconds one_core "$build/serial_driver" sumsq -n "$n" -r 10 -w 1
  series python_sum "$n" python_seconds "$peer" sumsq -n "$n"
  if has async_driver; then
    series waits "$waits" driver_seconds "$build/async_driver" wait -n "$waits" -s delay=50ms -r 5
    series python_waits "$waits" python_seconds "$peer" wait --model asyncio -n "$waits" \
      --delay 0.05 --workers "$waits"
  fi
  measure_series
  faster "python: sum of squares, 1 core" sum python_sum --at-least 300
  faster "python: 100,000 waits, asyncio" waits python_waits --at-least 20
}

python_seconds() {
  one_core python3 -B "$@" | cut -d , -f 5
}

header
for part in "${parts[@]}"; do
  "$part"
  rm -f -- "$scratch"/*
done
finish
