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

struct measure {
  int64_t launches, reps, warmup, timeout_ns;
  bool batch; /* all launches of a point in a row; false: interleaved with the other points' */
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
  const char *baseline;                              /* a driver, or NULL */
  yaml_node_t *baseline_node, *kernel_node, *n_node; /* where they are, or NULL */
  struct measure measure;
};

/* Reads a config. Returns 0, or EXIT_USAGE with everything that is wrong in `problems`. To be
 * closed in both cases. `path` must outlive it. */
int config_open(struct config *config, const char *path, struct problems *problems);
void config_close(struct config *config);

/* "a=1 b=2" with that text between them, in memory that the caller frees; "" for none. */
char *settings_text(const struct settings *settings, const char *between);

#endif
