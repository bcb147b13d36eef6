#!/usr/bin/env bash
# coarse_clock.sh: a clock with a resolution of 10 ms. A repetition that it cannot resolve has no
# rate: that is a system error (3) and not a wrong result (1), for sweep as well. A longer one is
# measured.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
[ -z "$QUARTET_SANITIZE" ] || skip "a sanitizer's library must be the first that is loaded"
cat >"$scratch/coarse.c" <<'C'
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t id, struct timespec *time) {
  int code = (int)syscall(SYS_clock_gettime, id, time);
  if (id == CLOCK_MONOTONIC)
    time->tv_nsec -= time->tv_nsec % 10000000;
  return code;
}
C
"${QUARTET_COMPILER:-cc}" -D_GNU_SOURCE -shared -fPIC -o "$scratch/coarse.so" "$scratch/coarse.c" \
  2>"$scratch/err" || skip "no library can be built: $(head -1 "$scratch/err")"
coarse=(env LD_PRELOAD="$scratch/coarse.so")
message="was shorter than a step of the clock (10.0 ms), so that it has no time and no rate; use a larger --size"

run "${coarse[@]}" ./serial_driver wait -n 1 -s delay=60ms -r 1 -w 0 --csv
cp "$scratch/out" "$scratch/long.csv"
exits 0
at_least "$scratch/long.csv" wall_s 0.05
# A step is more than 5 % of what lasts less than 200 ms. A loaded host adds other reasons, such as
# steal, beside it.
same "suspect without timer" "" "$(paste <(column "$scratch/long.csv" wall_s) \
  <(column "$scratch/long.csv" suspect) | awk '$1 < 0.2 && ("+" $2 "+") !~ /[+]timer[+]/')"

# Of a hundred repetitions of some microseconds the clock cannot resolve at least one.
run "${coarse[@]}" ./serial_driver sumsq -n 1000 -r 100
exits 3
complains "$message"

cat >"$scratch/coarse.yaml" <<'YAML'
schema: 1
name: coarse
kernels: [sumsq: {n: 1000}]
axes: {driver: serial_driver, cores: 1}
measure: {launches: 1, reps: 100, warmup: 0}
YAML
[ -x sweep ] || exit 0 # built without its libraries
run "${coarse[@]}" ./sweep run "$scratch/coarse.yaml" --out "$scratch/run"
all "$scratch/run/samples.csv" status fail
all "$scratch/run/samples.csv" exit_code 3
