#include "common/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/host.h"
#include "common/number.h"

enum { LARGE_BYTES = 4 << 20 }; /* two huge pages: at least one whole one lies inside */

static struct {
  struct memory_block block[MEMORY_BLOCKS]; /* the oldest is replaced */
  int next;
  bool full;
} large;

static void note_large(void *memory, size_t bytes) {
  large.block[large.next] = (struct memory_block){memory, bytes};
  large.next = (large.next + 1) % MEMORY_BLOCKS;
  large.full = large.full || large.next == 0;
}

int memory_large_blocks(struct memory_block blocks[MEMORY_BLOCKS]) {
  memcpy(blocks, large.block, sizeof large.block);
  return large.full ? MEMORY_BLOCKS : large.next;
}

int memory_allocate(void *pointer, int64_t count, size_t bytes, const char *what,
                    struct error *error) {
  void *memory = NULL;
  size_t total;
  memcpy(pointer, &memory, sizeof memory);
  /* No object may be larger than PTRDIFF_MAX: differences of pointers into it would overflow. */
  if (count < 0 || __builtin_mul_overflow((uint64_t)count, bytes, &total) || total > PTRDIFF_MAX)
    return error_set(error, EXIT_MACHINE,
                     "%s: %lld items of %zu bytes are more than can be addressed", what,
                     (long long)count, bytes);
  if (total == 0)
    return 0;
  int number = posix_memalign(&memory, (size_t)sysconf(_SC_PAGESIZE), total);
  if (number != 0) {
    char text[NUMBER_TEXT];
    return error_set(error, EXIT_MACHINE, "%s: cannot allocate %s: %s", what,
                     bytes_format((double)total, text), strerror(number));
  }
  if (total >= LARGE_BYTES)
    note_large(memory, total);
#ifdef MADV_HUGEPAGE
  /* If the system leaves it to the program: sweeping over many small pages costs up to a sixth of
   * the time (TLB misses, prefetchers that stop at a page's end). A wish: a refusal changes
   * nothing. */
  if (total >= LARGE_BYTES)
    madvise(memory, total, MADV_HUGEPAGE);
#endif
  memcpy(pointer, &memory, sizeof memory);
  return 0;
}

int memory_check(double bytes, const char *what, struct error *error) {
  double available = host_memory_available();
  /* Written so that a NaN, a size that could not be computed, is refused as well. */
  if (available < 0 || bytes <= available)
    return 0;
  char asked[NUMBER_TEXT], left[NUMBER_TEXT];
  return error_set(error, EXIT_MACHINE, "%s needs %s, but only %s is available", what,
                   bytes_format(bytes, asked), bytes_format(available, left));
}
