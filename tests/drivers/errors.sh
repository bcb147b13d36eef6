#!/usr/bin/env bash
# errors.sh: for bad input the drivers print one line on standard error and nothing on standard
# output, write no file, and end with exit status 2, or 3 for a system error.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
here=$PWD
mkdir "$scratch/empty"
# What is listed where a number, a duration or a real cannot be read: common/number.h.
forms() { # forms NAME
  sed -n "s/^#define $1 \"\(.*\)\"$/; accepted: \1/p" "$QUARTET_SOURCE/common/number.h"
}
number=$(forms NUMBER_FORMS) time=$(forms DURATION_FORMS) real=$(forms REAL_FORMS)

# reported CODE MESSAGE ARGUMENTS...: for --csv=FILE and --work the driver also prints its error to
# standard output, as CSV for the program that has started it; otherwise nothing.
reported() {
  local code=$1 message=$2
  shift 2
  case " $* " in
  *" --csv="* | *" --work"*)
    same "the header of the report" exit_code,about,message,hosts "$(head -1 "$scratch/out")"
    check "the report has exit status $code" grep -q "^$code," "$scratch/out"
    check "the report has the message" grep -qF -- "${message//\"/\"\"}" "$scratch/out"
    ;;
  *) same "standard output" "" "$out" ;;
  esac
}

# refuses DRIVER MESSAGE ARGUMENTS...: in an empty folder, which stays so.
refuses() {
  local driver=$1 message=$2
  shift 2
  [ -x "$here/$driver" ] || return 0
  cd "$scratch/empty" || exit 1
  run "$here/$driver" "$@"
  cd "$here" || exit 1
  exits "${expected_code:-2}"
  reported "${expected_code:-2}" "$message" "$@"
  same "standard error" "$driver: $message" "$err"
  same "files" "" "$(ls -A "$scratch/empty")"
}

# Numbers that are not allowed for an option.
refuses serial_driver "--size: '10k': unexpected 'k'; accepted: 10000, 10_000, 1e4, 2^20, 64Ki" -n 10k
refuses serial_driver "--size: '1e7x': unexpected 'x'$number" -n 1e7x
refuses serial_driver "--size: '1e7x': unexpected 'x'$number" --size=1e7x
refuses serial_driver "--size: '-5': below 0" -n -5
refuses serial_driver "--size: '1e40': above 1000000000000" -n 1e40
refuses serial_driver "--size: '': empty$number" -n ''
refuses serial_driver "--size: '0x10': unexpected 'x'$number" -n 0x10
refuses serial_driver "--size: ' 5': unexpected ' '$number" -n ' 5'
refuses serial_driver "--size: '1.5': not a whole number" -n 1.5
refuses serial_driver "--size: 'nan': unexpected 'n'$number" -n nan
refuses serial_driver "--size: '2': below 5" stencil -n 2
refuses serial_driver "--size: '2': below 5" -n 2 stencil
refuses serial_driver "--size: '2^30': above 16777216" stencil -n 2^30
refuses serial_driver "--jobs: '0': below 1" -j 0
refuses serial_driver "--reps: '0': below 1" -r 0
refuses serial_driver "--reps: 'ten': unexpected 't'$number" --reps ten
refuses serial_driver "--warmup: '-1': below 0" -w -1
refuses serial_driver "--grain: '-1': below 0" -g -1
refuses serial_driver "--grain: '2^62': above 2305843009213693951" -g 2^62
refuses serial_driver "--size: '1e7x': unexpected 'x'$number" -n 1e7x --csv=rows.csv

# Kernels and their options.
refuses serial_driver "unknown kernel 'sumqs'; did you mean 'sumsq'?" sumqs
refuses serial_driver "unknown kernel 'linpack'; --list lists them" linpack
refuses serial_driver "unknown kernel ''; --list lists them" ''
refuses serial_driver "unknown kernel '-n'; --list lists them" -- -n
refuses serial_driver "'wait': one kernel only" sumsq wait
refuses serial_driver "'wait': one kernel only" sumsq -n 5 -- wait
refuses serial_driver "'sumsq': one kernel only" --describe wait sumsq
refuses serial_driver "--describe: unknown kernel 'wiat'; did you mean 'wait'?" --describe wiat
refuses serial_driver "--set: 'delay': expected NAME=VALUE" wait -s delay
refuses serial_driver "--set: kernel wait has no option 'dealy'; did you mean 'delay'?" wait -s dealy=1s
refuses serial_driver "--set: kernel wait has no option 'x'; --describe wait lists them" wait -s x=1s
refuses serial_driver "--set: kernel sumsq has no option 'delay'; --describe sumsq lists them" -s delay=1s
refuses serial_driver "--set: delay: '5': has no unit (ns, us, ms, s, m or h)" wait -s delay=5
refuses serial_driver "--set: delay: '5x': unexpected 'x'$time" wait -s delay=5x
refuses serial_driver "--set: delay: '': empty$time" wait -s delay=
refuses serial_driver "--set: delay: '-1s': below 0" wait -s delay=-1s
refuses serial_driver "--set: delay: '2h': above 1h" wait -s delay=2h
refuses serial_driver "--set: delay: '0.1ns': not a whole number of nanoseconds" wait -s delay=0.1ns
refuses serial_driver "--set: iterations: '0': below 1" stencil -s iterations=0

# Options.
refuses serial_driver "unknown option '--sise'; did you mean '--size'?" --sise 3
refuses serial_driver "unknown option '--sise'; did you mean '--size'?" --sise=3
refuses serial_driver "unknown option '--colour'; see 'serial_driver --help'" --colour
refuses serial_driver "unknown option '-z'; see 'serial_driver --help'" -z
refuses serial_driver "unknown option '-z'; see 'serial_driver --help'" --csv -zh
refuses serial_driver "unknown option '-\\xc3'; see 'serial_driver --help'" $'-\xc3\xa9'
refuses serial_driver "--size: needs a value; see 'serial_driver --help'" -n
refuses serial_driver "--size: needs a value; see 'serial_driver --help'" wait --size
refuses serial_driver "--list: takes no value; see 'serial_driver --help'" --list=all
refuses serial_driver "--help: takes no value; see 'serial_driver --help'" --help=3
# What another driver has: that one is named.
refuses serial_driver "unknown option '-t'; omp_driver and mpi_driver have it" -t 2
refuses serial_driver "unknown option '--threads'; omp_driver and mpi_driver have it" --threads 2
refuses serial_driver "unknown option '--threads'; omp_driver and mpi_driver have it" --threads=2
refuses serial_driver "unknown option '--lock'; omp_driver has it" --lock global
refuses serial_driver "unknown option '--overlap'; mpi_driver has it" --overlap on
refuses serial_driver "unknown option '--tasks'; async_driver has it" --tasks 2
refuses serial_driver "unknown option '-k'; async_driver has it" -k 2
refuses serial_driver "no kernel 'rows.csv'; did you mean --csv=rows.csv?" --csv rows.csv
refuses serial_driver "--csv: '': expected a file's name" --csv=

refuses omp_driver "--schedule: 'dyn' must be one of: static, dynamic, guided (each may take a size: \"dynamic,4\")" --schedule dyn
refuses omp_driver "--schedule: '0': below 1" --schedule dynamic,0
refuses omp_driver "--schedule: '4x': unexpected 'x'$number" --schedule guided,4x
refuses omp_driver "--lock: 'gil' must be one of: none, global" --lock gil
refuses omp_driver "--lock-fraction: '2': above 1" --lock global --lock-fraction 2
refuses omp_driver "--lock-fraction: '-0.1': below 0" --lock global --lock-fraction -0.1
refuses omp_driver "--lock-fraction: 'nan': unexpected 'n'$real" --lock global --lock-fraction nan
refuses omp_driver "--lock-fraction: needs --lock global" --lock-fraction 0.5
refuses omp_driver "--switch-interval: needs --lock global" --switch-interval 1ms
refuses omp_driver "--switch-interval: '5': has no unit (ns, us, ms, s, m or h)" --lock global --switch-interval 5
refuses omp_driver "--threads: '0': below 1" --threads 0
refuses omp_driver "--threads: '1e9': above 4096" -t 1e9
refuses omp_driver "unknown option '--overlap'; mpi_driver has it" --overlap on
refuses async_driver "--tasks: '-1': below 0" -k -1
refuses async_driver "--in-flight: 'x': unexpected 'x'$number" --in-flight x
refuses async_driver "--in-flight: needs a value; see 'async_driver --help'" --in-flight
refuses async_driver "unknown option '-t'; omp_driver and mpi_driver have it" -t 2

# System errors. The grid would take 15 TiB: refused before anything is touched, so
# the few MiB that a driver may use at all here are enough, and no file is begun.
expected_code=3
check "this machine has less than 14 TiB" test "$(awk '/MemTotal/ { print $2 }' /proc/meminfo)" -lt 15000000000
for driver in serial_driver omp_driver async_driver; do
  [ -x "$driver" ] || continue
  cd "$scratch/empty" || exit 1
  run timeout 20 "$here/$driver" stencil -n 1000000 --csv=rows.csv
  cd "$here" || exit 1
  exits 3
  reported 3 "but only" --csv=rows.csv
  check "the memory's message" grep -qE \
    "^$driver: stencil: this problem needs 14\.6 TiB, but only [0-9.]+ [KMGT]iB is available$" "$scratch/err"
  same "files" "" "$(ls -A "$scratch/empty")"
done
refuses serial_driver "--csv: no/such/folder.csv: No such file or directory" --csv=no/such/folder.csv
refuses serial_driver "--csv: .: Is a directory" --csv=.
refuses serial_driver "--csv: cannot write: No space left on device" --csv=/dev/full
if [ -z "$QUARTET_SANITIZE" ]; then
  for driver in serial_driver async_driver; do
    [ -x "$driver" ] || continue
    # Under a limit on its memory: a failed allocation is reported and does not crash.
    run bash -c "ulimit -v 400000; exec ./$driver -n 1 -j 1e7 -r 1 -w 0"
    exits 3
    check "one line" test "$(wc -l <"$scratch/err")" -eq 1
    complains "$driver: "
    complains "memory"
  done
fi
if [ -x omp_driver ]; then
  run env OMP_THREAD_LIMIT=1 ./omp_driver -t 2
  exits 3
  same "standard output" "" "$out"
  complains "omp_driver: 2 threads requested, 1 obtained"
fi

# Standard output that takes nothing, in words and in rows.
for words in "-r 1" "-r 1 --csv" --help --list "--describe wait" --version; do
  for driver in serial_driver omp_driver async_driver; do
    [ -x "$driver" ] || continue
    for target in /dev/full closed; do
      what="$driver $words, standard output: $target"
      # shellcheck disable=SC2086
      if [ $target = closed ]; then
        "./$driver" $words >&- 2>"$scratch/err"
      else
        "./$driver" $words >$target 2>"$scratch/err"
      fi
      code=$? out='' err=$(cat "$scratch/err")
      exits 3
      complains "$driver: "
      complains "cannot write"
    done
  done
done

# A disk that fills later: a pipe whose reader leaves after three lines.
mkfifo "$scratch/pipe"
what="a reader that leaves"
(head -3 <"$scratch/pipe" >"$scratch/rows" &)
(
  trap '' PIPE
  exec timeout 30 ./serial_driver -n 1000 -r 100000 --csv="$scratch/pipe"
) >"$scratch/out" 2>"$scratch/err"
code=$? out=$(cat "$scratch/out")
take_errors
exits 3
same "standard error" "serial_driver: --csv: cannot write: Broken pipe" "$err"
same "header" "$(schema)" "$(head -1 "$scratch/rows")"
