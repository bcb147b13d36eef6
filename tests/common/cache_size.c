/* The sizes of caches in a folder like /sys/devices/system/cpu. */
#include "common/cache_size.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "tests/check.h"

static char root[] = "/tmp/quartet_cache_XXXXXX";

static void write_file(const char *folder, const char *name, const char *text) {
  char path[300];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "w");
  if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
    perror(path);
}

static void add_cache(int processor, int index, const char *level, const char *type,
                      const char *size, const char *shared) {
  char folder[200];
  snprintf(folder, sizeof folder, "%s/cpu%d", root, processor);
  mkdir(folder, 0777);
  snprintf(folder, sizeof folder, "%s/cpu%d/cache", root, processor);
  mkdir(folder, 0777);
  snprintf(folder, sizeof folder, "%s/cpu%d/cache/index%d", root, processor, index);
  mkdir(folder, 0777);
  write_file(folder, "level", level);
  write_file(folder, "type", type);
  write_file(folder, "size", size);
  write_file(folder, "shared_cpu_list", shared);
}

static void check_bytes(int64_t expected) {
  int64_t found = cache_size_of_all(root);
  CHECK(found == expected, "%lld, not %lld", (long long)found, (long long)expected);
}

static int remove_file(const char *path, const struct stat *facts, int kind, struct FTW *place) {
  (void)facts, (void)kind, (void)place;
  return remove(path);
}

int main(void) {
  CHECK(cache_size_of_all("/nonexistent") == 0, "a folder that is not there");
  if (mkdtemp(root) == NULL)
    return 3;
  check_bytes(0);
  write_file(root, "online", "0-3\n"); /* other files are there, too */
  char frequencies[200];
  snprintf(frequencies, sizeof frequencies, "%s/cpufreq", root);
  mkdir(frequencies, 0777);
  for (int i = 0; i < 4; i++) {
    char own[8];
    snprintf(own, sizeof own, "%d\n", i);
    add_cache(i, 0, "1\n", "Data\n", "32K\n", own);
    add_cache(i, 1, "1\n", "Instruction\n", "64K\n", own);
  }
  check_bytes(4 * INT64_C(32768));
  for (int i = 0; i < 4; i++) /* two threads of a core share one */
    add_cache(i, 2, "2\n", "Unified\n", "1024K\n", i < 2 ? "0-1\n" : "2-3\n");
  check_bytes(2 * INT64_C(1048576));
  for (int i = 0; i < 4; i++)
    add_cache(i, 3, "3\n", "Unified\n", "32M\n", i % 2 == 0 ? "0,2\n" : "1,3\n");
  check_bytes(2 * INT64_C(33554432));
  nftw(root, remove_file, 8, FTW_DEPTH | FTW_PHYS);
  return test_result();
}
