#include "runner/launch/binding.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/host.h"

/* The driver's option `bind` asks for something else than a core or a hardware thread for each. */
static bool binds_otherwise(const struct driver_setup *setup) {
  const char *bind = settings_find(&setup->settings, "bind");
  return bind != NULL && strcmp(bind, bind_names[BIND_CORE]) != 0 &&
         strcmp(bind, bind_names[BIND_HWTHREAD]) != 0;
}

enum binding_asked binding_asked(const struct point *point, const struct tools *tools) {
  if (point->oversubscribed)
    return BINDING_NOTHING;
  const char *bind = settings_find(&point->setup->settings, "bind");
  if (bind != NULL && strcmp(bind, bind_names[BIND_HWTHREAD]) == 0)
    return BINDING_THREADS;
  int64_t workers = point->ranks_per_node * point->threads; /* of a node */
  return workers > tools->physical_cores ? BINDING_THREADS : BINDING_CORES;
}

/* A row's binding while it is read, and what the workers so far have taken. */
struct binding_reading {
  const char *at;
  const struct tools *tools;
  bool threads;            /* requested: hardware threads, not cores */
  bool taken[TOOLS_CPUS];  /* hardware threads, or the first one of each core */
  bool shared, unreadable; /* what was found */
  bool leaves_mask;        /* a worker may leave our own affinity mask */
};

/* The unit that the worker occupies by running on that hardware thread. */
static int seat_of(const struct binding_reading *reading, int cpu) {
  int core = reading->tools->core_of[cpu];
  return reading->threads || core < 0 ? cpu : core;
}

/* "0-1,8": one worker's. It needs a seat of its own, and no other. */
static void read_worker(struct binding_reading *reading) {
  int seat = -1;
  for (;;) {
    char *end;
    long first = strtol(reading->at, &end, 10), last = first;
    bool number = end != reading->at && *reading->at != '-' && *reading->at != '+';
    if (number && *end == '-') {
      reading->at = end + 1;
      last = strtol(reading->at, &end, 10);
      number = end != reading->at;
    }
    if (!number || first < 0 || last < first || last >= TOOLS_CPUS) {
      reading->unreadable = true;
      return;
    }
    reading->at = end;
    for (int cpu = (int)first; cpu <= (int)last; cpu++) {
      int here = seat_of(reading, cpu);
      reading->leaves_mask |= reading->tools->core_of[cpu] < 0;
      reading->shared |= here != seat && (seat >= 0 || reading->taken[here]);
      seat = here;
      reading->taken[here] = true;
    }
    if (*reading->at != ',')
      return;
    reading->at++;
  }
}

/* One process's: a text for each worker, or one for all. */
static void read_process(struct binding_reading *reading, int64_t workers) {
  const char *begin = reading->at;
  int64_t texts = 0;
  do {
    reading->at += texts > 0; /* the '/' */
    read_worker(reading);
    texts++;
  } while (!reading->unreadable && *reading->at == '/');
  /* Drivers of older versions cut what is longer than this. */
  reading->unreadable |= reading->at - begin == HOST_TEXT - 1;
  reading->shared |= texts != workers;
}

static enum binding judge_hosts(const char *bound_to, enum binding_asked asked) {
  int word = word_find(bound_to, bound_to_names, BOUND_TO_WORDS);
  if (word == BOUND_TO_WORDS)
    return BINDING_UNKNOWN;
  bool got = word == BOUND_TO_CORE || (asked == BINDING_THREADS && word == BOUND_TO_HWTHREAD);
  return got ? BINDING_GOT : BINDING_OTHER;
}

enum binding binding_judge(const struct binding_cells *cells, const struct point *point,
                           const struct tools *tools) {
  enum binding_asked asked = binding_asked(point, tools);
  if (asked == BINDING_NOTHING || binds_otherwise(point->setup) || !tools->binds)
    return BINDING_UNKNOWN;
  if (strchr(cells->hosts, '+') != NULL)
    return judge_hosts(cells->bound_to, asked);
  struct binding_reading reading = {
      .at = cells->binding, .tools = tools, .threads = asked == BINDING_THREADS};
  int64_t processes = 0;
  do {
    reading.at += processes > 0; /* the '|' */
    read_process(&reading, point->threads);
    processes++;
  } while (!reading.unreadable && *reading.at == '|');
  if (reading.unreadable || *reading.at != '\0')
    return BINDING_UNKNOWN;
  return reading.shared || reading.leaves_mask || processes != point->ranks ? BINDING_OTHER
                                                                            : BINDING_GOT;
}
