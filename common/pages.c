#include "common/pages.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/host.h"

enum { SAMPLE = 512 };

/* How many bytes of the blocks lie in [begin, end). */
static double bytes_within(const struct memory_block *blocks, int count, uintptr_t begin,
                           uintptr_t end) {
  double sum = 0;
  for (int i = 0; i < count; i++) {
    uintptr_t first = (uintptr_t)blocks[i].at, last = first + blocks[i].bytes;
    first = first > begin ? first : begin;
    last = last < end ? last : end;
    sum += last > first ? (double)(last - first) : 0;
  }
  return sum;
}

/* Transparent huge pages, and those of libhugetlbfs. */
static double huge_of(const char *line) {
  static const char *const names[] = {"AnonHugePages:", "Private_Hugetlb:", "Shared_Hugetlb:"};
  double kib;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strncmp(line, names[i], strlen(names[i])) == 0 &&
        sscanf(line + strlen(names[i]), "%lf", &kib) == 1)
      return kib * 1024;
  return 0;
}

/* A mapping may be larger than the blocks, since Linux merges adjacent mappings: only the memory of
 * the blocks is counted. */
static void count_huge(const struct memory_block *blocks, int count, struct pages *pages) {
  char path[PATH_MAX], line[256], readable[2];
  double within = 0, huge = 0;
  snprintf(path, sizeof path, "%s/proc/self/smaps", host_root());
  FILE *file = fopen(path, "re");
  while (file && fgets(line, sizeof line, file)) {
    uintptr_t begin, end;
    if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %1[r-]", &begin, &end, readable) != 3) {
      huge += within > 0 ? huge_of(line) : 0;
      continue;
    }
    pages->huge_bytes += huge < within ? huge : within;
    within = bytes_within(blocks, count, begin, end);
    pages->bytes += within;
    huge = 0;
  }
  pages->huge_bytes += huge < within ? huge : within;
  if (file)
    fclose(file);
}

/* With no nodes to move to, move_pages says where the pages are. Pages that are not there (freed or
 * never touched) have a negative status. */
static void count_nodes(const struct memory_block *blocks, int count, struct pages *pages) {
  void *sample[SAMPLE];
  int node[SAMPLE], taken = 0;
  double all = 0, before = 0;
  const size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
  for (int i = 0; i < count; i++)
    all += (double)blocks[i].bytes;
  for (int i = 0; i < count; i++) {
    const double own = (double)blocks[i].bytes;
    for (double at; taken < SAMPLE && (at = (taken + 0.5) / SAMPLE * all - before) < own; taken++)
      sample[taken] = blocks[i].at + (size_t)at / page_bytes * page_bytes;
    before += own;
  }
  if (taken == 0 || syscall(SYS_move_pages, 0, (unsigned long)taken, sample, NULL, node, 0) != 0)
    return;
  for (int i = 0; i < taken; i++)
    if (node[i] >= 0 && node[i] < CORES_NODES)
      pages->on_node[node[i]]++;
}

void pages_find(const struct memory_block *blocks, int count, bool nodes, struct pages *pages) {
  *pages = (struct pages){0};
  count_huge(blocks, count, pages);
  if (nodes)
    count_nodes(blocks, count, pages);
}
