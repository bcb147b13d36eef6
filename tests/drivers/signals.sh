#!/usr/bin/env bash
# signals.sh: Ctrl-C ends a driver by that signal, and the rows written before stay whole.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
set -m # so that what runs behind listens to Ctrl-C
file=$scratch/rows.csv

# wait_for_lines N: until the file has that many, or half a minute passes.
wait_for_lines() {
  local tries
  for ((tries = 0; tries < 300; tries++)); do
    [ "$(wc -l 2>/dev/null <"$file" || echo 0)" -ge "$1" ] && return 0
    sleep 0.1
  done
  return 1
}

# interrupted NAME LINES COMMAND...: starts it, interrupts it when the file has that many lines.
interrupted() {
  local name=$1 lines=$2 process start
  shift 2
  what="$* interrupted"
  rm -f "$file"
  "$@" --csv="$file" >"$scratch/out" 2>"$scratch/err" &
  process=$!
  check "rows are there while it runs" wait_for_lines "$lines"
  start=$SECONDS
  kill -"$name" "$process"
  wait "$process"
  code=$? out=$(cat "$scratch/out")
  take_errors
  same "ended by the signal" "$((128 + $(kill -l "$name")))" "$code"
  # It would run for a quarter of an hour and more.
  check "ends soon" test $((SECONDS - start)) -lt 60
  same "header" "$(schema)" "$(head -1 "$file")"
  check "the last line is whole" test "$(tail -c 1 "$file" | od -An -c | tr -d ' ')" = '\n'
  same "rows of another length" "" "$(rows "$file" | awk -F '\t' 'NR == 1 { n = NF } NF != n')"
}

interrupted INT 1 ./serial_driver wait -n 1000 -s delay=1s -r 1
interrupted TERM 3 ./serial_driver wait -n 1 -s delay=10ms -r 1e5
if [ -x omp_driver ]; then
  interrupted INT 1 ./omp_driver wait -n 2000 -s delay=1s -r 1 -t 2
fi
if [ -x async_driver ]; then
  interrupted INT 1 ./async_driver wait -n 1 -s delay=1000s -r 1
  interrupted INT 3 ./async_driver wait -n 5 -s delay=10ms -r 1e5
fi

# A repetition that was stopped is run again, and a note says so. After the output has begun, the
# process sleeps only in the delay of a repetition; 2 s leave time for a stop.
set +m
what="stopped within a repetition"
./serial_driver wait -n 1 -s delay=2s -r 1 -w 0 >"$scratch/out" 2>"$scratch/err" &
process=$!
until [ -s "$scratch/out" ]; do sleep 0.01; done
until grep -q 'State:.S' "/proc/$process/status"; do :; done
kill -STOP "$process"
until grep -q 'State:.T' "/proc/$process/status"; do :; done
kill -CONT "$process"
wait "$process"
code=$? out=$(cat "$scratch/out")
take_errors
exits 0
complains "the process was stopped during repetition 1, which is repeated"

# Stopping and continuing (Ctrl-Z, fg) makes no delay shorter and loses nothing.
set +m # so that `wait` is not ended by the stop
what="stopped and continued"
./serial_driver wait -n 20 -s delay=10ms -r 1 -w 0 --csv >"$scratch/out" 2>"$scratch/err" &
process=$!
sleep 0.05
kill -STOP "$process"
sleep 0.1
kill -CONT "$process"
wait "$process"
code=$? out=$(cat "$scratch/out")
take_errors
exits 0
cp "$scratch/out" "$file"
consistent "$file" 0 1
at_least "$file" wall_s 0.2

# A file of rows that is removed, replaced or truncated meanwhile: an error, no silent loss.
for harm in 'rm rows.csv' 'cp rows.csv x; mv x rows.csv' ': >rows.csv'; do
  what="$harm while rows are written"
  rm -f "$scratch/rows.csv"
  ./serial_driver wait -n 1 -s delay=500ms -r 3 -w 0 --csv="$scratch/rows.csv" 2>"$scratch/err" &
  process=$!
  until [ -s "$scratch/rows.csv" ]; do sleep 0.01; done
  (cd "$scratch" && eval "$harm")
  wait "$process"
  code=$? out=''
  take_errors
  exits 3
  complains "while rows were written; they are lost"
done
