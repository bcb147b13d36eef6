/* A sweep's config: what the YAML file says, checked and typed. configs/quick.yaml shows one. */
#ifndef QUARTET_RUNNER_CONFIG_H
#define QUARTET_RUNNER_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/condition.h"
#include "runner/document.h"
#include "runner/drivers.h"
#include "runner/problems.h"

enum { CONFIG_UNSET = -1 }; /* a number that the config does not give */
enum { CONFIG_ALL = -1 };   /* on the axis of cores: all cores of this machine */

/* Options as texts, sorted by name. */
struct setting {
  const char *name, *value;
};
struct settings {
  struct setting *items;
  size_t count;
};

/* A kernel with its options, and what is fixed for it alone; CONFIG_UNSET: the axes say. */
struct workload {
  const char *kernel;
  struct settings settings;
  int64_t n, jobs, reps, warmup;
  char *label; /* "wait delay=10ms n=100": tells workloads of one kernel apart */
};

/* A driver with its own options: one way of running. */
struct way {
  const struct driver *driver;
  struct settings settings; /* without threads */
  int64_t threads;          /* fixed for this way, or CONFIG_UNSET */
  char *label;              /* "omp_driver lock=global" */
};

/* The values along one axis; none when the config is silent. */
struct axis {
  int64_t *values;
  size_t count;
};

struct exclusion {
  struct condition *where;
  const char *why;
  yaml_node_t *node; /* of where, to be read last: it names drivers and kernels */
};

enum metric {
  METRIC_TIME,     /* s: the median repetition */
  METRIC_RATE,     /* the kernel's operations in a second */
  METRIC_BANDWIDTH /* bytes in a second */
};

/* What a point's result is held against, for acceptance tests. */
struct reference {
  struct condition *where;
  yaml_node_t *node; /* of where, to be read last */
  enum metric metric;
  double value;
  double lower, upper; /* relative to it: -0.1, 0.2; NaN: no such bound */
};

enum order {
  ORDER_INTERLEAVE, /* launch 1 of every point, then launch 2 of every point */
  ORDER_BATCH,      /* all launches of a point in a row */
  ORDER_RANDOM      /* interleaved, in another order each time */
};

struct measure {
  int64_t least, most; /* launches of each point */
  double width; /* enough when the median's interval is that wide, relative to it; 0: never */
  int64_t reps, warmup, timeout_ns;
  int64_t retries; /* of a launch that failed, unless another would fail alike */
  int64_t seed;    /* of the random order */
  enum order order;
};

struct config {
  const char *path; /* as the user gave it */
  struct document document;
  const char *name;
  struct workload *workloads;
  size_t workload_count;
  struct way *ways;
  size_t way_count;
  struct axis n, cores, jobs, grain;
  struct exclusion *exclusions;
  size_t exclusion_count;
  struct reference *references;
  size_t reference_count;
  const char *baseline;                              /* a driver, or NULL */
  yaml_node_t *baseline_node, *kernel_node, *n_node; /* where they are, or NULL */
  struct measure measure;
};

/* Reads a config. Returns 0, or EXIT_USAGE with everything that is wrong in `problems`. To be
 * closed in both cases. `path` must outlive it. */
int config_open(struct config *config, const char *path, struct problems *problems);
/* The same from a text that is at hand; `path` is for messages and the record. */
int config_open_text(struct config *config, const char *path, const char *text,
                     struct problems *problems);
void config_close(struct config *config);

/* "a=1 b=2" with that text between them, in memory that the caller frees; "" for none. */
char *settings_text(const struct settings *settings, const char *between);

#endif
