#include "common/cache_size.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 256, MOST_INDICES = 16 };

/* One cache as a processor sees it. */
struct cache {
  long level;
  int64_t bytes;
  long first_processor; /* of those that share it */
};

/* The first line of the file FOLDER/cpuN/cache/indexI/NAME. */
static bool read_line(const char *folder, long processor, int index, const char *name,
                      char line[LINE]) {
  char path[512];
  int length =
      snprintf(path, sizeof path, "%s/cpu%ld/cache/index%d/%s", folder, processor, index, name);
  FILE *file = length < (int)sizeof path ? fopen(path, "re") : NULL;
  if (file == NULL)
    return false;
  bool read = fgets(line, LINE, file) != NULL;
  fclose(file);
  return read;
}

/* "32768K": in practice always K, other suffixes are allowed by sysfs. */
static int64_t parse_size(const char *text) {
  char *end;
  long long value = strtoll(text, &end, 10);
  int shift = *end == 'K' ? 10 : *end == 'M' ? 20 : *end == 'G' ? 30 : 0;
  return value > 0 && value < 1LL << 32 ? (int64_t)value << shift : 0;
}

/* Describes a data cache; false if there is no such cache, or if it is one of instructions. */
static bool read_cache(const char *folder, long processor, int index, struct cache *cache) {
  char level[LINE], type[LINE], size[LINE], shared[LINE];
  if (!read_line(folder, processor, index, "level", level) ||
      !read_line(folder, processor, index, "type", type) ||
      !read_line(folder, processor, index, "size", size) ||
      strncmp(type, "Instruction", strlen("Instruction")) == 0)
    return false;
  cache->level = strtol(level, NULL, 10);
  cache->bytes = parse_size(size);
  cache->first_processor = processor;
  if (read_line(folder, processor, index, "shared_cpu_list", shared))
    cache->first_processor = strtol(shared, NULL, 10);
  return true;
}

int64_t cache_size_of_all(const char *folder) {
  long highest = 0;
  int64_t bytes = 0;
  DIR *processors = opendir(folder);
  for (const struct dirent *entry; processors != NULL && (entry = readdir(processors)) != NULL;) {
    char *end;
    if (strncmp(entry->d_name, "cpu", 3) != 0)
      continue;
    long processor = strtol(entry->d_name + 3, &end, 10);
    if (end == entry->d_name + 3 || *end != '\0')
      continue;
    for (int index = 0; index < MOST_INDICES; index++) {
      struct cache cache;
      if (!read_cache(folder, processor, index, &cache) || cache.level < highest)
        continue;
      if (cache.level > highest)
        bytes = 0;
      highest = cache.level;
      if (cache.first_processor == processor)
        bytes += cache.bytes;
    }
  }
  if (processors != NULL)
    closedir(processors);
  return bytes;
}
