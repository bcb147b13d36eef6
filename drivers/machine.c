#include "drivers/machine.h"

#include <unistd.h>

#include "common/cache_size.h"

#ifdef QUARTET_HAVE_HWLOC
#  include <hwloc.h>

/* Only the caches of the level that lies nearest to the memory: the others hold the same data. */
static int64_t all_caches(void) {
  static const hwloc_obj_type_t levels[] = {HWLOC_OBJ_L5CACHE, HWLOC_OBJ_L4CACHE, HWLOC_OBJ_L3CACHE,
                                            HWLOC_OBJ_L2CACHE, HWLOC_OBJ_L1CACHE};
  hwloc_topology_t topology;
  int64_t bytes = 0;
  if (hwloc_topology_init(&topology))
    return 0;
  hwloc_topology_set_all_types_filter(topology, HWLOC_TYPE_FILTER_KEEP_NONE);
  hwloc_topology_set_cache_types_filter(topology, HWLOC_TYPE_FILTER_KEEP_ALL);
  if (hwloc_topology_load(topology) == 0)
    for (int level = 0; level < 5 && bytes == 0; level++)
      for (hwloc_obj_t cache = NULL;
           (cache = hwloc_get_next_obj_by_type(topology, levels[level], cache));)
        bytes += (int64_t)cache->attr->cache.size;
  hwloc_topology_destroy(topology);
  return bytes;
}
#else
static int64_t all_caches(void) {
  return 0;
}
#endif

/* Of one cache, by a C library that knows: glibc does, musl has no such names. */
static int64_t one_cache(void) {
  int64_t bytes = 0;
#if defined _SC_LEVEL4_CACHE_SIZE && defined _SC_LEVEL3_CACHE_SIZE && defined _SC_LEVEL2_CACHE_SIZE
  static const int names[] = {_SC_LEVEL4_CACHE_SIZE, _SC_LEVEL3_CACHE_SIZE, _SC_LEVEL2_CACHE_SIZE};
  for (int i = 0; i < 3 && bytes <= 0; i++)
    bytes = sysconf(names[i]);
#endif
  return bytes;
}

int64_t machine_cache_bytes(void) {
  int64_t bytes = all_caches();
  if (bytes <= 0)
    bytes = cache_size_of_all(CACHE_SIZE_FOLDER);
  if (bytes <= 0)
    bytes = one_cache();
  return bytes > 0 ? bytes : INT64_C(32) << 20;
}
