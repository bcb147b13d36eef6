#!/usr/bin/env bash
# mpi_faults.sh LIBRARY: with faults planted into MPI (mpi_faults.c, preloaded), the row shows that
# a process started late, messages without their payload make the result wrong, and nothing depends
# on one-sided communication between machines.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
library=$1
[ -z "$QUARTET_SANITIZE" ] || skip "a sanitizer's library must be the first one that is loaded"
mpi_setup
file=$scratch/rows.csv

# faulty FAULT ARGUMENTS...: mpi_driver on $ranks processes with that fault; its rows in $file.
ranks=2
faulty() {
  local fault=$1
  shift
  run "$mpiexec" "${mpi_flags[@]}" -np "$ranks" env LD_PRELOAD="$library" QUARTET_MPI_FAULT="$fault" \
    ./mpi_driver "$@" --csv
  cp "$scratch/out" "$file"
}

# A size that takes some milliseconds.
size() {
  case $1 in
  wait | fetch | readfile | spin) echo 16 ;;
  *) echo 256 ;;
  esac
}

# Most kernels need some hundreds of repetitions to send that many messages; kernels that send more
# in one repetition need only a few.
exchanging=() kernels=0
for kernel in $(./serial_driver --list | awk '/^  [a-z]/ { print $1 }'); do
  ./serial_driver "$kernel" -n "$(size "$kernel")" -r 1 -w 0 >"$scratch/try" 2>&1 || continue
  kernels=$((kernels + 1))
  for _ in 1 2 3; do # on a busy machine rank 0 may be as late by itself
    faulty late "$kernel" -n "$(size "$kernel")" -r 1 -w 0
    exits 0
    # less than 50 ms: the start waits for the slowest, but not for long
    hidden=$(paste <(column "$file" wall_s) <(column "$file" start_skew_s) |
      awk '$1 < 0.01 && $2 < 0.01')
    [ -n "$hidden" ] || break
  done
  same "rows of $kernel in which rank 1 is 50 ms late and nothing shows it" "" "$hidden"
  messages=$(column "$file" work_message | head -1)
  [ "$messages" = 0 ] || exchanging+=("$kernel:$(awk -v m="$messages" 'BEGIN { print (m > 400 ? 2 : 220) }')")
done
check "kernels that were tried, not $kernels" test "$kernels" -ge 15
check "kernels that exchange data, not ${#exchanging[@]}" test "${#exchanging[@]}" -ge 8

for entry in "${exchanging[@]}"; do
  kernel=${entry%:*}
  [ "$kernel" = barrier ] && continue # its messages have no payload
  faulty zero "$kernel" -n "$(size "$kernel")" -r "${entry#*:}" -w 0
  exits 1
  check "$kernel: a row says that it is wrong" grep -q wrong "$file"
done

# Ranges are handed out across two machines: to one or two processes of each.
for run in 2:dynamic,7 3:dynamic 4:guided; do
  ranks=${run%%:*}
  faulty nodes -n 1e6 -g 1000 --schedule "${run#*:}" -r 3
  exits 0
  consistent "$file" 1 3
  all "$file" nodes 2
  all "$file" value 333332833333500000
done
faulty nodes -n 1000 --schedule dynamic -r 2 # a range for each process
exits 0
faulty nodes mandelbrot -n 100 -g 1 --schedule dynamic -r 2
exits 0

# Over a slow link there are fewer rounds, unless the user gives their number. At 3 ms or more, a
# thousand would take longer than 2 s.
ranks=2
fewer() { # fewer MOST COLUMN KERNEL...: the number in that column of the rows is at most MOST
  local most=$1 column=$2
  shift 2
  faulty far "$@" -r 1 -w 0
  exits 0
  found=$(column "$file" "$column" | sed 's/^rounds=//; s/;.*//')
  check "$1: $found rounds, at most $most" test "$found" -le "$most" -a "$found" -ge 1
}
fewer 100 options pingpong
fewer 100 options allreduce
fewer 100 n barrier
for kernel in pingpong allreduce; do
  faulty far $kernel -s rounds=201 -r 1 -w 0
  exits 0
  check "$kernel: as many rounds as the user gives" grep -q 'rounds=201;' "$file"
done
faulty none pingpong -r 1 -w 0 # the number is fixed within a machine, however busy it is
check "pingpong: the default" grep -q 'rounds=10000;' "$file"
