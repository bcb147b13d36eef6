#!/usr/bin/env bash
# io_errors.sh: the I/O environment fails: an unknown host, no listening server, a server that
# answers with errors, is killed, accepts no more connections or is too slow; a file that shrinks.
# The failure is reported and counted in the row, with exit status 1, and no driver hangs: `run`
# stops a command after a minute, with exit status 124.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
has delay_server
can_fetch || skip "this build was made without libcurl"
file=$scratch/rows.csv
# libcurl and its TLS library keep some memory until the process ends.
export ASAN_OPTIONS="detect_leaks=0:$ASAN_OPTIONS"

models=() # a driver and its options
for words in serial_driver "omp_driver -t 3" "async_driver --tasks 5"; do
  [ -x "${words%% *}" ] && models+=("$words")
done

# each MESSAGE FAILURES ARGUMENT...: every model prints MESSAGE once, counts FAILURES, and ends with
# exit status 1.
each() {
  local message=$1 expected=$2 words
  shift 2
  for words in "${models[@]}"; do
    rm -f "$file"
    # shellcheck disable=SC2086  # a driver and its options
    run ./$words "$@" -r 1 -w 0 --csv="$file"
    exits 1
    complains "$message"
    same "failures" "$expected" "$(column "$file" failures)"
    same "a rate" "" "$(column "$file" wall_s)"
    all "$file" status wrong
  done
}

# An option that was not given, a text, is not shown as if it had a value.
run ./serial_driver fetch -n 1 -s latency=1ms -r 1 -w 0
exits 0
check "options that have a value" test "$(grep -c ' = ,' "$scratch/out")" = 0
run ./serial_driver --describe fetch
check "no empty default" test "$(grep -cE '; *$|\(\)' "$scratch/out")" = 0

# Names, ports, answers. "Resolve" is in what all versions of libcurl say.
each "esolve" 3 fetch -n 3 -s url=http://no-such-host.invalid/
each "document " 3 fetch -n 3 -s url=http://127.0.0.1:1/ -s attempts=3
# Completed immediately, before anything was sent: async_driver once slept forever then.
each "document " 4 fetch -n 4 -s url=ftp://127.0.0.1/
each "HTTP status 500" 20 fetch -n 20 -s latency=1ms -s errors=1 -s attempts=2
each "document " 20 fetch -n 20 -s latency=1ms -s drop=1
each "imeout" 3 fetch -n 3 -s latency=10s -s timeout=50ms

# With the requested number of attempts all documents arrive: the number of attempts depends on the
# seed alone.
expected=''
for words in "${models[@]}"; do
  rm -f "$file"
  # shellcheck disable=SC2086
  run ./$words fetch -n 200 -s latency=1ms -s errors=0.3 -s drop=0.05 -s attempts=50 -r 1 -w 0 --csv="$file"
  exits 0
  all "$file" failures 0
  found=$(column "$file" retries)
  check "$found retries of 200" test "$found" -gt 20
  same "retries" "${expected:=$found}" "$found"
done

# More connections than the server takes: those beyond are refused, and refused again.
if [ -x async_driver ]; then
  rm -f "$file"
  run ./async_driver fetch -n 100 --tasks 20 -s latency=5ms -s connections=4 -r 1 -w 0 --csv="$file"
  exits 1
  check "some failed" test "$(column "$file" failures)" -gt 0
  check "some came" test "$(column "$file" failures)" -lt 100
  rm -f "$file"
  run ./async_driver fetch -n 100 --tasks 20 -s latency=5ms -s connections=4 -s attempts=1000 -r 1 -w 0 --csv="$file"
  exits 0
  check "some were tried again" test "$(column "$file" retries)" -gt 0
fi

# in_mid_run HURT COMMAND...: starts COMMAND, calls HURT PROCESS when it runs, and waits for its
# end, at most a minute.
in_mid_run() {
  local process watcher
  what=$*
  rm -f "$file"
  "${@:2}" --csv="$file" >"$scratch/out" 2>"$scratch/err" </dev/null &
  process=$!
  (sleep 60 && kill -KILL "$process") >/dev/null 2>&1 &
  watcher=$!
  check "it could be hurt" "$1" "$process"
  wait "$process"
  code=$? out=$(cat "$scratch/out")
  take_errors
  kill "$watcher" 2>/dev/null
}

# until_done COMMAND...: again and again, until it succeeds or ten seconds have passed.
until_done() {
  local tries
  for ((tries = 0; tries < 100; tries++)); do
    "$@" && return 0
    sleep 0.1
  done
  return 1
}

server_of() { # server_of PROCESS: the process number of the server that it has started
  local stat
  for stat in /proc/[0-9]*/stat; do
    # number (name) state parent
    awk -v parent="$1" '$2 == "(delay_server)" && $4 == parent { print $1; found = 1 } END { exit !found }' \
      "$stat" 2>/dev/null && return 0
  done
  return 1
}

# The server dies in the midst of it: the row says how many documents did not come.
kill_server() {
  until_done server_of "$1" >/dev/null || return
  sleep 0.3
  kill -KILL "$(server_of "$1")"
}
for words in "${models[@]}"; do
  # shellcheck disable=SC2086
  in_mid_run kill_server ./$words fetch -n 3000 --grain 10 -s latency=20ms -r 1 -w 0
  exits 1
  complains "document "
  check "some failed" test "$(column "$file" failures)" -gt 0
  all "$file" status wrong
done

# The scratch file has no name, but the process's own folder in /proc leads to it.
shrink() {
  local link
  for link in /proc/"$1"/fd/*; do
    case $(readlink "$link") in *" (deleted)") truncate -s 4096 "$link" 2>/dev/null && return 0 ;; esac
  done
  return 1
}
shrink_file() { sleep 0.3 && until_done shrink "$1"; }
for words in "${models[@]}"; do
  # shellcheck disable=SC2086
  in_mid_run shrink_file ./$words readfile -n "$([ "${words%% *}" = async_driver ] && echo 3e5 || echo 3e6)" -s file=4Mi -r 1 -w 0
  exits 1
  complains "the scratch file: it ends before byte"
  check "some failed" test "$(column "$file" failures | tail -1)" -gt 0
  same "the last status" wrong "$(column "$file" status | tail -1)"
done
