#!/usr/bin/env bash
# The LogGP parameters of messages between two ranks and between two threads, as kernel pingpong has
# them. docs/loggp.md explains how.
# shellcheck disable=SC2317  # what is measured are functions that trip() calls by name
set -euo pipefail
# shellcheck source=bench/lib.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

usage() {
  cat <<'END'
Usage: bench/loggp.sh [OPTION]... [ranks | threads]...
Measures round trips of many sizes and bursts with the kernel pingpong and fits
the LogGP model: the latency L, the overhead o, the gap g between messages and
the gap G for each byte, with their intervals over the rounds, and the error of
the model at each size. Short and long messages are fitted separately, since MPI sends them by
different protocols. Without a name: ranks, then threads.

  --build DIR       Quartet's build folder (build)
  --rounds R        launches of each (7); fewer than 6 give no intervals
  --short "S..."    sizes of short messages in bytes ("1 128 256 384 512 640 768 896")
  --long "S..."     sizes of long ones ("131072 262144 393216 524288 655360 786432 917504 1048576")
  --bursts "B..."   messages before an answer; 1 must be among them ("1 4 16")
  --mpirun COMMAND  what starts two ranks ("mpirun -np 2 --bind-to core")
  --keep FOLDER     writes what was measured there, in files that bench_loggp reads

About ten minutes for each of ranks and threads, on a machine without other load.

Examples:
  bench/loggp.sh
  bench/loggp.sh --rounds 15 ranks
  bench/loggp.sh --mpirun 'mpirun -np 2 --map-by node' --long "65536 131072 262144" ranks

Exit status: 0 measured (the model may not fit); 2 usage error; 3 system error.
END
}

short='1 128 256 384 512 640 768 896'
long='131072 262144 393216 524288 655360 786432 917504 1048576'
bursts='1 4 16'
mpirun="mpirun -np 2 --bind-to $(rank_binding)"
keep=''
kinds=()
while (($#)); do
  take_option "$@"
  if ((taken == 0)); then
    taken=2
    case $1 in
    --short | --long | --bursts | --mpirun | --keep) (($# > 1)) || fail 2 "$1: needs a value; see --help" ;;
    ranks | threads)
      kinds+=("$1")
      taken=1
      ;;
    *) fail 2 "$1: unknown argument; see --help" ;;
    esac
    case $1 in
    --short) short=$2 ;;
    --long) long=$2 ;;
    --bursts) bursts=$2 ;;
    --mpirun) mpirun=$2 ;;
    --keep) keep=$2 ;;
    esac
  fi
  shift "$taken"
done
numbers='^[1-9][0-9]*( +[1-9][0-9]*)*$'
for list in "$short" "$long" "$bursts"; do
  [[ $list =~ $numbers ]] || fail 2 "'$list': expected numbers, parted by blanks"
done
[[ " $bursts " == *' 1 '* ]] || fail 2 "--bursts: 1 must be among them"
((${#kinds[@]})) || kinds=(ranks threads)
[[ -z $keep ]] || mkdir -p -- "$keep" || fail 3 "--keep: $keep: cannot make it"
open_build
has bench_loggp || exit 3

run_ranks() { $mpirun "$build/mpi_driver" "$@"; } # words of a command: not quoted
run_threads() { "$build/omp_driver" -t 2 "$@"; }

# trip KIND SIZE BURST COMPUTE: seconds for a round trip, the median over the repetitions of a
# launch. A repetition has at least 20 trips: in the first, the messages are still in the cache of
# the sender, which has just written them.
trip() {
  local trips=$((3000000 / ($3 * (500 + $2 / 5 + 2 * $4))))
  trips=$((trips < 20 ? 20 : trips > 1000 ? 1000 : trips))
  "run_$1" pingpong -n "$2" -s rounds="$trips" -s burst="$3" -s compute="$4" -r 20 -w 2 --csv |
    column wall_s | awk -v trips="$trips" '{ printf "%.6g\n", $1 / trips }'
}

# measure KIND COMPUTE SIZE...: all sizes and bursts, `rounds` times, in the format that bench_loggp
# reads. With 0 bytes to send, COMPUTE is measured alone.
measure() {
  local kind=$1 compute=$2 round size burst most
  shift 2
  most=$(tr ' ' '\n' <<<"$bursts" | sort -n | tail -n 1)
  for ((round = 0; round < rounds; round++)); do
    printf '%s: %s, round %d of %d ...\n' "$program" "$kind" $((round + 1)) "$rounds" >&2
    for size in 0 "$@"; do
      for burst in $bursts; do
        echo "$round $size $burst 0 $(trip "$kind" "$size" "$burst" 0)"
      done
      echo "$round $size $most $compute $(trip "$kind" "$size" "$most" "$compute")"
    done
  done
}

# fit KIND WHICH COMPUTE SIZE...
fit() {
  local kind=$1 which=$2 lines status=0
  shift 2
  if ! lines=$(measure "$kind" "$@"); then
    printf '%s: could not run: %s\n' "$program" "$kind" >&2
    failed=3
    return
  fi
  [[ -z $keep ]] || printf '%s\n' "$lines" >"$keep/$kind-$which.txt"
  "$build/bench_loggp" --title "LogGP of two $kind, $which messages:" <<<"$lines" || status=$?
  ((status < 2)) || failed=3
  echo
}

for kind in "${kinds[@]}"; do
  driver=omp_driver
  [[ $kind == threads ]] || driver=mpi_driver
  has "$driver" || continue
  # what is computed between messages takes longer than a message
  # shellcheck disable=SC2086  # sizes: words
  fit "$kind" short 4000 $short
  # shellcheck disable=SC2086
  fit "$kind" long 300000 $long
done
finish
