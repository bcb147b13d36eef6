#!/usr/bin/env bash
# The examples of tutorials on parallel programs, measured: the same work in C and in Python,
# serial, with threads, with cooperative tasks, with processes.
# shellcheck disable=SC2317  # ours and theirs are functions that measure() calls by name
set -euo pipefail
root=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
# shellcheck source=bench/lib.sh
source "$root/bench/lib.sh"

usage() {
  cat <<'END'
Usage: ./tutorial.sh [OPTION]...
Measures a sum of squares (2 and 4 jobs of 10^7), 1,000 waits of 10 ms and 1,000
documents from a server that takes 10 ms for each, with Quartet's drivers and
with Python, interleaved, and prints a table for each: time, the speedup over
serial in the same language, and the time of Python over that of C.

  --quick           sums of 5*10^5, 100 waits of 3 ms, 6 rounds; wider intervals
  --rounds R        launches of each (7); 6 are needed for an interval
  --cores C         cores to use (those of this machine)
  --python COMMAND  which Python, 3.9 or newer (python3)
  --build DIR       Quartet's build folder (build)

It takes about 10 minutes, with --quick less than one. The machine should have
no other load. Python's threads share a lock, the GIL, unless Python is a
free-threaded build: so the rows threads and threads+lock show the same times.

Examples:
  ./tutorial.sh --quick
  ./tutorial.sh --rounds 15
  ./tutorial.sh --python python3.13t

Exit status: 0 measured, whatever the ratios; 2 usage error; 3 system error.
END
}

quick=0 cores='' python=python3 rounds_given=0
while (($#)); do
  [[ $1 != --rounds ]] || rounds_given=1
  take_option "$@"
  if ((taken == 0)); then
    case $1 in
    --quick)
      quick=1
      taken=1
      ;;
    --cores | --python)
      (($# > 1)) || fail 2 "$1: needs a value; see --help"
      [[ $1 == --python || $2 =~ ^[1-9][0-9]{0,3}$ ]] || fail 2 "--cores: '$2': expected 1 to 9999"
      [[ $1 == --python ]] && python=$2 || cores=$2
      taken=2
      ;;
    *) fail 2 "$1: unknown argument; see --help" ;;
    esac
  fi
  shift "$taken"
done
((quick == 0 || rounds_given)) || rounds=6
open_build
cores=${cores:-$(usable_cores)}

peer=$root/tests/peers/python/tutorial.py
python_name=''
if ! command -v -- "$python" >/dev/null; then
  skipped "Python's columns: $python not found"
elif ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; then
  skipped "Python's columns: $python is older than 3.9"
else
  IFS=, read -r python_name gil < <("$python" -B "$peer" python)
fi

scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT
trap 'exit 130' INT

# ---- one launch ----

# ours MODEL WORKERS: prints the seconds of one launch of a driver, with the arguments in `work`.
ours() {
  local command repetitions=(-r 3 -w 1)
  case $1 in
  serial) command=("$build/serial_driver") ;;
  threads) command=("$build/omp_driver" -t "$2") ;;
  threads+lock) command=("$build/omp_driver" -t "$2" --lock global) ;;
  async) command=("$build/async_driver" --tasks "$2") ;;
  processes) command=(ranks "$2" "$build/mpi_driver") ;;
  esac
  [[ $1 == serial && ${work[0]} != sumsq ]] && repetitions=(-r 1 -w 0) # it takes seconds
  "${command[@]}" "${work[@]}" "${repetitions[@]}" --csv </dev/null | column wall_s
}

# theirs MODEL WORKERS: the same for Python, with the arguments in `python_work`.
theirs() {
  "$python" -B "$peer" "${python_work[0]}" --model "${1/async/asyncio}" --workers "$2" \
    "${python_work[@]:1}" </dev/null | cut -d , -f 5
}

# ---- what can be run ----

declare -A missing=()
has omp_driver || missing[threads]=1 missing[threads+lock]=1
has async_driver || missing[async]=1
if ! has mpi_driver; then
  missing[processes]=1
elif ! command -v mpirun >/dev/null; then
  skipped "mpi_driver: mpirun not found"
  missing[processes]=1
fi

# measure SIDE ROW: one launch of ours or theirs, whose seconds are added to the file SIDE.ROW. A
# launch that cannot run is reported, and not tried again.
measure() {
  local side=$1 row=$2 model workers seconds
  read -r model workers <<<"$row"
  [[ $side == theirs || ! ${missing[$model]-} ]] || return 0
  [[ $side == ours || $model != threads+lock ]] || return 0 # are Python's threads
  [[ $side == ours || $python_name ]] || return 0
  [[ ! ${broken[$side $row]-} ]] || return 0
  if seconds=$("$side" "$model" "$workers"); then
    printf '%s\n' "$seconds" >>"$scratch/$side.$row"
  else
    progress ''
    printf '%s: could not run: %s, %s, %s\n' "$program" "${work[0]}" "$model" "$side" >&2
    rm -f -- "$scratch/$side.$row"
    broken[$side $row]=1
    failed=3
  fi
}

# ---- the table ----

# median FILE: of a number in each line; nothing if there is no file.
median() {
  [[ -r $1 ]] || return 0
  sort -g -- "$1" | awk '{ x[NR] = $1 } END { print (x[int((NR + 1) / 2)] + x[int(NR / 2) + 1]) / 2 }'
}

seconds() { # seconds FILE: the median, with its unit
  [[ -r $1 ]] || {
    echo -
    return
  }
  "$build/bench_ratio" -k alone -u s -m x <"$1" | awk -F '  +' '{ print $2 }'
}

speedup() { # speedup FILE BASE
  local own base
  own=$(median "$1")
  base=$(median "$2")
  [[ $own && $base ]] || own=''
  awk -v base="$base" -v own="$own" -v same="$([[ $1 != "$2" ]] || echo 1)" \
    'BEGIN { if (same) print own == "" ? "-" : "base"
      else if (own == "") print "-"; else printf "%.*fx\n", base / own < 99.95 ? 2 : 0, base / own }'
}

# times_as_fast OURS THEIRS: Python's seconds over ours, round by round, with three digits.
times_as_fast() {
  [[ -r $1 && -r $2 ]] || {
    echo -
    return
  }
  paste -d ' ' -- "$2" "$1" | "$build/bench_ratio" -u s -m x | awk -F '  +' '
    function short(x) { return sprintf("%.*f", x < 9.995 ? 2 : x < 99.95 ? 1 : 0, x) }
    { if (split($4, word, /[][ ,]+/) == 5 && word[4] == "of")
        printf "%sx [%s, %s]\n", short(word[1]), short(word[2]), short(word[3])
      else printf "%sx\n", short(word[1]) }'
}

show() { # show ROW...: the lines of one work
  local row model workers theirs
  local format='  %-12s %7s %8s %7s'
  [[ -z $python_name ]] || format+=' %8s %7s  %s'
  # shellcheck disable=SC2059  # the format is one of these two
  printf "$format\n" model workers C speedup ${python_name:+Python speedup 'Python over C'}
  for row in "$@"; do
    read -r model workers <<<"$row"
    theirs=$row
    # a free-threaded Python has no such lock
    [[ $model != threads+lock ]] || theirs=$([[ ${gil-} != gil ]] || echo "threads $workers")
    # shellcheck disable=SC2059
    printf "$format\n" "$model" "$workers" "$(seconds "$scratch/ours.$row")" \
      "$(speedup "$scratch/ours.$row" "$scratch/ours.serial 1")" \
      ${python_name:+"$(seconds "$scratch/theirs.$theirs")"} \
      ${python_name:+"$(speedup "$scratch/theirs.$theirs" "$scratch/theirs.serial 1")"} \
      ${python_name:+"$(times_as_fast "$scratch/ours.$row" "$scratch/theirs.$theirs")"}
  done
  echo
}

# progress TEXT: on a terminal, replaces the line of progress by TEXT, or removes it for ''. Prints
# nothing elsewhere, where the tables show the progress.
progress() {
  [[ -t 2 ]] || return 0
  local columns text=$1
  columns=$(stty size 2>/dev/null </dev/tty | cut -d ' ' -f 2 || true)
  ((${columns:-0} >= 20)) || columns=80
  printf '\r\033[K%s' "${text:0:columns-1}" >&2
}

# compare TITLE ROW...: measures `work` and `python_work` and prints their table. A row is a model
# and its workers.
compare() {
  local title=$1 round row
  local -A broken=()
  shift
  rm -f -- "$scratch"/ours.* "$scratch"/theirs.*
  for ((round = 1; round <= rounds; round++)); do
    for row in "$@"; do
      progress "$title: round $round of $rounds: $row"
      # The order alternates, so that neither side always runs on a warm machine.
      if ((round % 2)); then
        measure ours "$row"
        measure theirs "$row"
      else
        measure theirs "$row"
        measure ours "$row"
      fi
    done
  done
  progress ''
  printf '%s\n' "$title"
  show "$@"
}

# ---- the work ----

sum_of_squares() { # sum_of_squares JOBS
  local n=$((quick ? 500000 : 10000000)) workers=$(($1 < cores ? $1 : cores))
  work=(sumsq -n "$n" --jobs "$1")
  python_work=(sumsq -n "$n" --jobs "$1")
  compare "sum of i*i for i below $n, $1 jobs" "serial 1" "threads $workers" \
    "threads+lock $workers" "async $1" "processes $workers"
}

waits=$((quick ? 100 : 1000)) delay_ms=$((quick ? 3 : 10))
waiting_rows=("serial 1" "threads 64" "threads+lock 64" "async 64" "async $waits" "processes $cores")

waiting() {
  work=(wait -n "$waits" -s delay="${delay_ms}ms")
  python_work=(wait -n "$waits" --delay "$(awk -v ms="$delay_ms" 'BEGIN { print ms / 1000 }')")
  compare "$waits waits of $delay_ms ms" "${waiting_rows[@]}"
}

# Our drivers start a delay_server of their own; Python's is here, with the same documents. It ends
# when this script does, since its standard input does.
fetching() {
  local line
  if ! "$build/serial_driver" --list | awk '$1 == "fetch" { found = 1 } END { exit !found }'; then
    skipped "fetching documents: this build has no kernel fetch"
    return
  fi
  has delay_server || return 0
  coproc server { exec "$build/delay_server" --until-stdin-closes --latency "${delay_ms}ms"; }
  # shellcheck disable=SC2154  # coproc sets it
  read -r line <&"${server[0]}" || fail 3 "delay_server did not start"
  work=(fetch -n "$waits" -s latency="${delay_ms}ms")
  python_work=(fetch -n "$waits" "${line#listening on }/doc/")
  compare "$waits documents of 1 KiB from a server that takes $delay_ms ms for each" "${waiting_rows[@]}"
}

processor=$(sed -n '/^model name/ { s/^model name[[:space:]]*: //p; q; }' /proc/cpuinfo 2>/dev/null)
{
  printf 'The same work in four execution models, in C%s. ' "${python_name:+ and in $python_name}"
  printf '%s, %d core%s; medians of %d interleaved round%s%s.\n' "${processor:-$(uname -m)}" "$cores" \
    "$( ((cores == 1)) || echo s)" "$rounds" "$( ((rounds == 1)) || echo s)" \
    "$( ((rounds < 6)) || echo ', [95 % intervals]')"
} | fold -s -w 80 | sed 's/ *$//'
echo
sum_of_squares 2
sum_of_squares 4
waiting
fetching
{
  printf 'Speedup: over one worker of the same language. '
  printf 'threads+lock: only the holder of one lock computes%s.\n' \
    "$([[ -z $python_name || $gil != gil ]] || echo ', as in Python')"
} | fold -s -w 80 | sed 's/ *$//'
finish
