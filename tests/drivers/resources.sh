#!/usr/bin/env bash
# resources.sh: if a resource runs out (open files, threads, memory, disk), a driver ends with exit
# status 3 and a message that names the limit; never with a wrong result or a crash.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# libcurl and its TLS library keep some memory until the process ends.
export ASAN_OPTIONS="detect_leaks=0:$ASAN_OPTIONS"
hard=$(ulimit -Hn)
[ "$hard" = unlimited ] && hard=1000000

# limited LIMIT COMMAND: under `ulimit LIMIT`.
limited() { run bash -c "ulimit $1 && exec $2"; }

# system_error TEXT...: exit status 3, and each text among the errors; no row and no verdict.
system_error() {
  local text
  exits 3
  for text in "$@"; do complains "$text"; done
  same "verdicts" 0 "$(grep -c -e WRONG -e ',wrong,' "$scratch/out")"
}

# --- open files ---

fetches=no
[ -x delay_server ] && [ -x async_driver ] && ./async_driver --list | grep -q '^  fetch ' && fetches=yes
if [ $fetches = yes ]; then
  # The soft limit is raised as far as the hard one allows, and is no reason to fail.
  if [ "$hard" -ge 1600 ]; then
    limited "-Sn 256" "./async_driver fetch -n 1500 -s latency=100ms -r 1 -w 0"
    exits 0
    says "result"
  fi
  # The hard limit is: the message names both remedies, and the value that it gives is enough.
  limited "-n 256" "./async_driver fetch -n 1500 -s latency=1ms -r 1 -w 0"
  system_error "1500 open connections" "ulimit -n" "--in-flight"
  enough=${err##*--in-flight }
  limited "-n 256" "./async_driver fetch -n 1500 -s latency=1ms -r 1 -w 0 --in-flight $enough"
  exits 0
  # Files that are open already were not counted: found when no more can be opened.
  what="a run that finds its files taken"
  (
    ulimit -n 256
    for ((fd = 20; fd < 180; fd++)); do eval "exec $fd</dev/null"; done
    exec timeout 60 ./async_driver fetch -n 500 --in-flight 200 -s latency=20ms -r 1 -w 0 --csv
  ) >"$scratch/out" 2>"$scratch/err"
  code=$? out=$(cat "$scratch/out")
  take_errors
  system_error "Too many open files" "ulimit -n"
  # More than the server's own default: the driver requests as many as it needs.
  if [ "$hard" -ge 11000 ] && [ -z "$QUARTET_SANITIZE" ]; then
    run ./async_driver fetch -n 10400 -s latency=1s -r 1 -w 0
    exits 0
  fi
fi
# So few that libraries have none for themselves: they would abort.
for driver in serial_driver omp_driver async_driver delay_server; do
  if [ ! -x "$driver" ] || [ -n "$QUARTET_SANITIZE" ]; then
    continue
  fi
  for files in 5 6 7 8 9 10 12 16 20; do
    words="-n 100 -r 1 -w 0"
    [ $driver = delay_server ] && words="--until-stdin-closes"
    what="$driver with $files files"
    # shellcheck disable=SC2086 # words is to be split
    (ulimit -n $files && exec timeout 20 "./$driver" $words) >"$scratch/out" 2>"$scratch/err" </dev/null
    code=$? out=$(cat "$scratch/out")
    take_errors
    # 127: not even the dynamic linker could open what it needs
    [ $code -eq 0 ] || [ $code -eq 127 ] || system_error "ulimit -n"
  done
done

# --- threads ---

# The threads' stacks do not fit into the address space. libgomp ends the process with exit status
# 1, which is reserved for failed verification; libuv aborts. Sanitizers need more address space.
# LLVM's OpenMP aborts with a message of its own, which no program can take for a verdict.
gomp=false
[ -x omp_driver ] && ldd omp_driver | grep -q libgomp && gomp=true
if [ -z "$QUARTET_SANITIZE" ]; then
  if $gomp; then
    limited "-s 8192 -v 400000" "./omp_driver -t 200 -n 1000 -r 1 -w 0 --csv"
    system_error "cannot create 200 threads" "ulimit -u"
  fi
  if [ -x async_driver ]; then
    limited "-s 8192 -v 600000" "env UV_THREADPOOL_SIZE=128 ./async_driver readfile -n 10 -s file=1Mi -r 1 -w 0"
    system_error "cannot create 128 threads" "UV_THREADPOOL_SIZE"
  fi
  if $gomp && [ -x mpi_driver ]; then
    (mpi_setup >/dev/null) && mpi_setup
    if [ -n "${mpi_kind:-}" ]; then
      limited "-s 8192 -v 4000000" "$mpiexec ${mpi_flags[*]} -np 1 ./mpi_driver -t 1000 -n 1000 -r 1 -w 0 --csv"
      system_error "cannot create 1000 threads" "ulimit -u"
    fi
  fi
fi

# --- disk ---

# A file that may not grow (ulimit -f) is a full disk that every machine has.
limited "-f 1" "./serial_driver -n 10 -r 30 --csv=$scratch/rows.csv"
system_error "--csv: cannot write: File too large"
for driver in serial_driver omp_driver async_driver; do
  [ -x $driver ] || continue
  limited "-f 64" "./$driver readfile -n 10 -s file=1Mi -r 1 -w 0"
  system_error "no scratch file" "File too large"
done
