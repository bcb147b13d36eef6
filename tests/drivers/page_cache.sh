#!/usr/bin/env bash
# page_cache.sh: readfile cache=dropped reads from a device, or reports that it did not: if dropping
# the cache has no effect, verification fails (1); a file system in memory is refused (3).
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
[ -z "$QUARTET_SANITIZE" ] || skip "a sanitizer's library must be the first that is loaded"
folder=${TMPDIR:-/var/tmp}
read_dropped=(readfile -n 20 -s cache=dropped -s file=1Mi -r 2 -w 0)

# in_memory FOLDER: whether it lies in a file system in memory.
in_memory() {
  case $(stat -f -c %T "$1") in tmpfs | ramfs) ;; *) return 1 ;; esac
}

for driver in serial_driver async_driver; do
  [ -x $driver ] || continue
  if [ -w /dev/shm ] && in_memory /dev/shm; then
    run env TMPDIR=/dev/shm ./$driver "${read_dropped[@]}"
    exits 3
    complains "/dev/shm: its file system lies in memory; set TMPDIR to a folder on a disk"
    run env TMPDIR=/dev/shm ./$driver readfile -n 20 -s file=1Mi -r 2 -w 0
    exits 0
  fi
done

in_memory "$folder" && skip "$folder lies in memory"
cat >"$scratch/keep.c" <<'C'
#include <sys/types.h>
int posix_fadvise(int file, off_t offset, off_t length, int advice) {
  (void)file, (void)offset, (void)length, (void)advice;
  return 0;
}
int posix_fadvise64(int file, off_t offset, off_t length, int advice) {
  return posix_fadvise(file, offset, length, advice);
}
C
"${QUARTET_COMPILER:-cc}" -shared -fPIC -o "$scratch/keep.so" "$scratch/keep.c" 2>"$scratch/err" ||
  skip "no library can be built: $(head -1 "$scratch/err")"
for driver in serial_driver async_driver; do
  [ -x $driver ] || continue
  run ./$driver "${read_dropped[@]}"
  exits 0
  run env LD_PRELOAD="$scratch/keep.so" ./$driver "${read_dropped[@]}"
  exits 1
  says "1048576 bytes in the page cache (WRONG)"
done
