/* What memory is refused, with which words, and that what is granted is as promised; where its
 * pages are. */
#include "common/memory.h"

#include <math.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/pages.h"
#include "tests/check.h"
#include "tests/made_files.h"

static void refuses(int64_t count, size_t bytes) {
  static char untouched;
  void *memory = &untouched;
  struct error error = {0};
  int code = memory_allocate(&memory, count, bytes, "the grid", &error);
  CHECK(code == EXIT_MACHINE && error.code == EXIT_MACHINE, "%lld", (long long)count);
  CHECK(!memory);
  CHECK(strstr(error.message, "the grid: ") == error.message, "%s", error.message);
}

static void test_refusals(void) {
  refuses(INT64_MAX, 16);             /* the product is past 64 bits */
  refuses(INT64_C(1) << 61, 8);       /* it is 2^64, which wraps to 0 */
  refuses((INT64_C(1) << 61) + 1, 8); /* and this to 8 */
  refuses(INT64_C(1) << 60, 8);       /* it fits 64 bits, but not a pointer's difference */
  refuses(-1, 8);
  refuses(-1, 0);
  refuses(INT64_C(1) << 46, 8); /* more than an address space holds: malloc's own refusal */
}

static void test_grants(void) {
  void *memory = &memory;
  struct error error = {0};
  CHECK(memory_allocate(&memory, 0, 8, "x", &error) == 0 && !memory);
  CHECK(memory_allocate(&memory, 8, 0, "x", &error) == 0 && !memory);
  CHECK(memory_allocate(&memory, 3, 7, "x", &error) == 0, "%s", error.message);
  CHECK(memory && (uintptr_t)memory % (uintptr_t)sysconf(_SC_PAGESIZE) == 0, "%p", memory);
  memset(memory, 1, 21);
  free(memory);
}

/* Pages must stay untouched, or the first touch does not place them where they are used. */
static void test_untouched(void) {
  enum { BYTES = 64 << 20 };
  long page_bytes = sysconf(_SC_PAGESIZE);
  size_t pages = (size_t)(BYTES / page_bytes), resident = 0;
  void *memory = NULL;
  struct error error = {0};
  CHECK(memory_allocate(&memory, BYTES, 1, "x", &error) == 0, "%s", error.message);
  unsigned char *in_core = malloc(pages);
  CHECK(mincore(memory, BYTES, in_core) == 0);
  for (size_t i = 0; i < pages; i++)
    resident += in_core[i] & 1;
  CHECK(resident < pages / 10, "%zu of %zu pages", resident, pages);
  free(in_core);
  free(memory);
}

static void test_check(void) {
  struct error error = {0};
  CHECK(memory_check(0, "a grid of 4 rows", &error) == 0, "%s", error.message);
  CHECK(memory_check(4096, "a grid of 4 rows", &error) == 0, "%s", error.message);
  CHECK(memory_check(1e18, "a grid of 10^9 rows", &error) == EXIT_MACHINE);
  CHECK(strstr(error.message, "a grid of 10^9 rows needs 888 PiB, but only ") == error.message,
        "%s", error.message);
  CHECK(memory_check(INFINITY, "x", &error) == EXIT_MACHINE);
  CHECK(memory_check(NAN, "x", &error) == EXIT_MACHINE);
}

/* Of a made-up /proc: mappings that hold a block, part of one, and others. */
static void test_huge_pages(void) {
  const struct memory_block blocks[] = {{(char *)0x10000000, 8 << 20},
                                        {(char *)0x20000000, 8 << 20}};
  struct pages pages;
  made_files_open();
  setenv("QUARTET_FSROOT", made_root, 1);
  pages_find(blocks, 2, false, &pages);
  CHECK(pages.bytes == 0 && pages.huge_bytes == 0); /* unknown */
  write_file("proc/self/smaps", "00400000-00800000 r-xp 00000000 08:01 1 /bin/x\n"
                                "AnonHugePages:   4096 kB\n"
                                "10000000-10800000 rw-p 00000000 00:00 0 \n"
                                "Rss:             8192 kB\nAnonHugePages:   6144 kB\n"
                                "Private_Hugetlb:    0 kB\nVmFlags: rd wr\n"
                                "1f800000-20400000 rw-p 00000000 00:00 0 \n"
                                "AnonHugePages:  12288 kB\n");
  pages_find(blocks, 2, false, &pages);
  CHECK(pages.bytes == 12 << 20, "%g", pages.bytes);
  CHECK(pages.huge_bytes == 10 << 20, "%g", pages.huge_bytes);
  unsetenv("QUARTET_FSROOT");
  made_files_close();
}

/* This machine: a large block is known; its pages have a node where the system says so. */
static void test_pages(void) {
  enum { BYTES = 16 << 20 };
  struct memory_block blocks[MEMORY_BLOCKS];
  struct error error = {0};
  struct pages pages;
  char *memory = NULL;
  CHECK(memory_allocate(&memory, BYTES, 1, "x", &error) == 0, "%s", error.message);
  memset(memory, 1, BYTES);
  int count = memory_large_blocks(blocks);
  CHECK(count > 0 && blocks[count - 1].at == memory && blocks[count - 1].bytes == BYTES);
  pages_find(&blocks[count - 1], 1, true, &pages);
  int64_t placed = 0;
  for (int node = 0; node < CORES_NODES; node++)
    placed += pages.on_node[node];
  CHECK(placed == 0 || placed == 512, "%d", (int)placed);
  CHECK(pages.bytes == 0 || pages.bytes == BYTES, "%g", pages.bytes);
  CHECK(pages.huge_bytes >= 0 && pages.huge_bytes <= pages.bytes, "%g", pages.huge_bytes);
  free(memory);
}

int main(void) {
  test_refusals();
  test_grants();
  test_untouched();
  test_check();
  test_huge_pages();
  test_pages();
  return test_result();
}
