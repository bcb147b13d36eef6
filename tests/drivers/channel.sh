#!/usr/bin/env bash
# channel.sh: rows on standard output, and the line in which delay_server reports its address, are
# found among other output: here that of a preloaded library, which prints when it is loaded and
# when it is called.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
[ -z "$QUARTET_SANITIZE" ] || skip "a sanitizer's library must be the first that is loaded"
cat >"$scratch/chatter.c" <<'C'
#include <stdio.h>
#include <string.h>
int gethostname(char *name, size_t size) {
  puts("chatter: a host name");
  strncpy(name, "chatty", size);
  return 0;
}
__attribute__((constructor)) static void load(void) {
  puts("chatter: loaded");
}
C
"${QUARTET_COMPILER:-cc}" -shared -fPIC -o "$scratch/chatter.so" "$scratch/chatter.c" 2>"$scratch/err" ||
  skip "no library can be built: $(head -1 "$scratch/err")"

for driver in serial_driver omp_driver async_driver; do
  [ -x $driver ] || continue
  run env LD_PRELOAD="$scratch/chatter.so" ./$driver -n 1000 -r 2 -w 1 --csv
  exits 0
  complains "chatter: a host name"
  same "the first line" "chatter: loaded" "$(head -1 "$scratch/out")"
  tail -n +2 "$scratch/out" >"$scratch/rows"
  consistent "$scratch/rows" 1 2
  all "$scratch/rows" hosts chatty
done
if [ -x delay_server ] && ./serial_driver --list | grep -q '^  fetch '; then
  run env LD_PRELOAD="$scratch/chatter.so" ./serial_driver fetch -n 3 -s latency=1ms -r 1 -w 0
  exits 0
  says "result"
fi
