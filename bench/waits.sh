#!/usr/bin/env bash
# Many concurrent waits: async_driver and a bare libuv loop of as many timers, interleaved.
# shellcheck disable=SC2317  # what is compared are functions that row() calls by name
set -euo pipefail
# shellcheck source=bench/lib.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

usage() {
  cat <<'END'
Usage: bench/waits.sh [--build DIR] [--rounds R]
Compares 100,000 and 1,000,000 waits of 50 ms with a bare libuv loop, and prints
the cost of a yield.

  --build DIR    Quartet's build folder (build)
  --rounds R     launches of each (7)

Examples:
  bench/waits.sh
  bench/waits.sh --build build-clang --rounds 20

Exit status: 0 measured, whatever the ratios; 2 usage error; 3 system error.
END
}

take_options "$@"

ours_waits() { "$build/async_driver" wait -n "$waits" -s delay=50ms -r "$reps" --csv | column wall_s; }
libuv_waits() { "$build/bench_uv_timers" -n "$waits" -d 50ms -r "$reps" --median; }

# One launch for each round would add little: a yield takes no system call and no memory.
yields() {
  local pairs
  if pairs=$("$build/bench_yield" -k "$tasks" --pairs); then
    "$build/bench_ratio" -m "yield, $tasks tasks vs bare ring" -u s -k alone --at-most 50e-9 \
      <<<"$pairs"
  else
    failed=3
  fi
}

header
if has async_driver bench_uv_timers; then
  for waits in 100000 1000000; do
    reps=$((1000000 / waits > 5 ? 5 : 2)) # libuv takes seconds for the larger
    row ours_waits libuv_waits -m "$waits waits of 50 ms vs libuv" -u s --at-most 1.2
  done
fi
if has bench_yield; then
  for tasks in 16 1000 100000; do
    yields
  done
fi
finish
