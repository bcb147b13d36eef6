#!/usr/bin/env bash
# csv.sh DRIVER: the rows that --csv writes, read back by another program (awk).
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
driver=$1
has "$driver"
if [ "$driver" = mpi_driver ]; then mpi_setup; fi
me=./$driver file=$scratch/rows.csv

# launch WARMUPS REPS ARGUMENTS...: the rows in $file, found consistent.
launch() {
  local warmups=$1 reps=$2
  shift 2
  run "$me" --csv -w "$warmups" -r "$reps" "$@"
  cp "$scratch/out" "$file"
  exits 0
  silent
  consistent "$file" "$warmups" "$reps"
  all "$file" driver "$driver"
}

# the list that the test goes by is not empty
check "a schema of 47 columns or more" test "$(schema | tr , '\n' | wc -l)" -ge 47

run "$me" --csv
cp "$scratch/out" "$file"
exits 0
silent
consistent "$file" 1 10
all "$file" n 10000000
all "$file" value 333333283333335000000

launch 0 1 -n 0
all "$file" value 0
launch 3 2 -n 1000 -g 7
all "$file" value 332833500
all "$file" grain 7
launch 1 3 -n 1000 --jobs 5
all "$file" jobs 5
all "$file" value 332833500
all "$file" work_op 5000
launch 2 3 stencil -n 50 -s iterations=4
all "$file" options iterations=4
launch 1 2 stencil -n 5 -j 3
all "$file" jobs 3
launch 0 2 wait -n 0
all "$file" value 0

# A delay is never shorter than requested. A worker that blocks waits for one at a time; however
# many tasks there are, one delay must pass, and with a limit as many as the limit leaves.
launch 1 2 wait -n 4 -s delay=3ms
all "$file" value 4
all "$file" options 'delay=3ms;distribution=fixed;seed=1;work=0'
case $driver in
serial_driver | mpi_driver)
  at_least "$file" wall_s 0.012
  at_least "$file" wait_s 0.0119
  ;;
omp_driver) ;;
async_driver)
  at_least "$file" wall_s 0.003
  all "$file" tasks 4
  launch 0 2 wait -n 7 -s delay=2ms --in-flight 2
  at_least "$file" wall_s 0.008
  launch 0 2 wait -n 7 -s delay=2ms --tasks 1
  at_least "$file" wall_s 0.014
  all "$file" tasks 1
  launch 0 2 wait -n 4 -s delay=2ms --jobs 3 --in-flight 4
  at_least "$file" wall_s 0.006
  launch 0 2 -n 1000 --grain 10 --tasks 7
  all "$file" tasks 7
  all "$file" value 332833500
  # Limits with several problems: no task is left behind, or over.
  launch 1 3 wait -n 10 -k 5 --in-flight 1 -j 2 -s delay=1us
  launch 1 4 wait -n 50 --in-flight 3 -s delay=1us
  all "$file" tasks 50
  launch 1 3 wait -n 7 --in-flight 1 -j 3 -s delay=0s
  ;;
esac
if [ "$driver" = omp_driver ]; then
  launch 0 2 wait -n 5 -s delay=3ms -t 2
  at_least "$file" wall_s 0.009
  all "$file" cores 2
  launch 0 2 wait -n 8 -s delay=2ms -t 4 --lock global # waiting gives the lock back
  all "$file" oversubscribed "$(($(nproc) < 4))"
  all "$file" model threads+lock
  all "$file" lock global
  launch 1 2 -n 10000 -t 2 --lock global --lock-fraction 0.25
  all "$file" lock global,0.25
  launch 1 2 -n 10000 -t 2 --lock global --switch-interval 100us
  all "$file" lock global,1,100us
  all "$file" value 333283335000
  for schedule in static dynamic guided static,2 dynamic,3 guided,4; do
    launch 1 2 -n 10000 -t 3 -g 100 --schedule $schedule
    all "$file" schedule $schedule
    all "$file" value 333283335000
    launch 1 2 -n 1000 -t 3 -j 7 --schedule $schedule
    all "$file" value 332833500
  done
  # By default each thread is bound to a core of its own in the affinity mask: without binding, two
  # threads may share a core for the whole run. Threads are not bound if the environment disables
  # it, or if there are too few cores.
  cpus=$(awk '/^Cpus_allowed_list:/ { print $2 }' /proc/self/status)
  # shellcheck disable=SC2046
  if [ -n "$cpus" ] && [ "$(own_cores $(own_cpus))" -ge 2 ]; then
    run "$me" --csv -r 1 -w 0 -n 1000 -t 2
    cp "$scratch/out" "$file"
    check "two CPUs, not $(column "$file" binding)" grep -qE '^[0-9,-]+/[0-9,-]+$' <(column "$file" binding)
    run "$me" -r 1 -w 0 -n 1000 -t 2
    says "each worker to a "
    run env OMP_PROC_BIND=false "$me" --csv -r 1 -w 0 -n 1000 -t 2
    cp "$scratch/out" "$file"
    all "$file" binding "$cpus"
    run env OMP_PROC_BIND=false "$me" -r 1 -w 0 -n 1000 -t 2
    says "as the environment says"
    run "$me" --csv -r 1 -w 0 -n 1000 -t $(($(nproc) + 1))
    cp "$scratch/out" "$file"
    all "$file" binding "$cpus"
  fi
  # Bound by the user's environment: one thread on each core still, or a warning of too many.
  if taskset -c 0 true 2>"$scratch/err"; then
    run env OMP_PROC_BIND=true OMP_PLACES=cores "$me" --csv -r 1 -w 0 -n 1000
    cp "$scratch/out" "$file"
    all "$file" oversubscribed 0
    run "$me" --csv -r 1 -w 0 -n 1000
    same "threads, bound or not" "$(column "$file" threads)" "$(column "$scratch/out" threads)"
    run taskset -c 0 "$me" --csv -r 1 -w 0 -n 1000
    cp "$scratch/out" "$file"
    consistent "$file" 0 1
    all "$file" threads 1
    all "$file" oversubscribed 0
    all "$file" binding 0
    run taskset -c 0 "$me" --csv -r 1 -w 0 -n 1000 -t 2
    cp "$scratch/out" "$file"
    all "$file" threads 2
    all "$file" oversubscribed 1
    run taskset -c 0 "$me" -r 1 -w 0 -n 1000 -t 2
    says oversubscribed
    # Threads that wait take no core from each other.
    run taskset -c 0 "$me" wait -n 2 -s delay=1ms -r 1 -w 0 -t 2
    exits 0
    same "warnings" 0 "$(grep -c oversubscribed "$scratch/out")"
  fi
fi

# Into a file: it is made with a header, and appended to without another one.
rm -f "$file"
run "$me" -n 10 -r 2 -w 0 --csv="$file"
exits 0
silent
same "standard output" "" "$out"
consistent "$file" 0 2
cp "$file" "$scratch/first"
run "$me" -n 20 -r 3 -w 1 --csv="$file"
exits 0
same "standard output" "" "$out"
same "lines" 7 "$(wc -l <"$file" | tr -d ' ')"
same "headers" 1 "$(grep -c '^schema,' "$file")"
check "rows before stay as they are" cmp -s "$scratch/first" <(head -3 "$file")
all "$file" value $'2470\n285'
: >"$file" # an empty file has no header yet
run "$me" -n 10 -r 1 -w 0 --csv="$file"
consistent "$file" 0 1
# Rows appended to a file of an older version, which ends with `hosts`, have that file's columns.
later=$(head -n 1 "$scratch/first" | sed 's/.*,hosts//; s/[^,]//g' | tr -d '\n' | wc -c)
sed -E "s/(,[^,]*){$later}\$//" "$scratch/first" >"$file"
cp "$file" "$scratch/older"
run "$me" -n 20 -r 1 -w 0 --csv="$file"
exits 0
check "rows before stay as they are" cmp -s "$scratch/older" <(head -3 "$file")
all "$file" value $'2470\n285'
same "the last column" hosts "$(rows "$file" | awk -F "\t" "NR == 1 { n = NF; last = \$NF } NF != n { last = \"ragged\" } END { print last }")"
# A long value is not cut, nor does it cut those after it.
if can_fetch; then
  url=http://127.0.0.1:1/$(printf 'x%.0s' {1..1900})
  run "$me" fetch -n 0 -r 1 -w 0 -s url="$url" --csv
  exits 0
  cp "$scratch/out" "$file"
  all "$file" status ok
  check "a long option" grep -qF "url=$url;" "$file"
fi
# Nor is the binding of many threads: it names each of them, or it is one for all.
if [ "$driver" = omp_driver ]; then
  what="200 threads"
  OMP_PLACES=threads OMP_PROC_BIND=close "$me" -n 1000 -t 200 -r 1 -w 0 --csv >"$file"
  names=$(rows "$file" | awk -F "\t" '
    NR == 1 { for (i = 1; i <= NF; i++) if ($i == "binding") column = i }
    NR == 2 { print split($column, names, "/") }')
  check "each thread's binding" test "$names" -eq 200 -o "$names" -eq 1
fi
# An existing file must be a complete samples.csv; otherwise it is not changed.
printf 'a,b\n1,2\n' >"$file"
run "$me" -n 10 -r 1 -w 0 --csv="$file"
exits 2
same "a file of another kind" $'a,b\n1,2' "$(cat "$file")"
head -c -5 "$scratch/first" >"$file"
run "$me" -n 10 -r 1 -w 0 --csv="$file"
exits 2
check "a truncated file stays as it is" cmp -s "$file" <(head -c -5 "$scratch/first")
mkdir "$scratch/with space, comma"
run "$me" -n 10 -r 1 -w 0 --csv="$scratch/with space, comma/\"r\".csv"
exits 0
consistent "$scratch/with space, comma/\"r\".csv" 0 1

# Into a pipe there is a header too.
what="--csv=/dev/stdout into a pipe"
"$me" -n 10 -r 2 -w 1 --csv=/dev/stdout | cat >"$file"
consistent "$file" 1 2

# Standard streams that are closed do not mix with the rows.
if [ "$driver" != mpi_driver ]; then
  what="all standard streams closed"
  rm -f "$file"
  "$me" -n 10 -r 2 -w 1 --csv="$file" <&- >&- 2>&-
  code=$? out='' err=''
  exits 0
  consistent "$file" 1 2
fi
