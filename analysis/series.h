/* The verified, timed repetitions of a run, by point: what is exported. Warm-ups and failed
 * launches are left out. */
#ifndef QUARTET_ANALYSIS_SERIES_H
#define QUARTET_ANALYSIS_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

/* One repetition. What its row leaves empty is NaN. */
struct measurement {
  int64_t launch, rep;
  double wall_s;
  double wall_ns, cpu_ns; /* the decimals of the CSV, shifted: no rounding of ours */
  double operations, bytes;
};

/* What tells points apart, as texts of the CSV. */
enum series_factor {
  SERIES_KERNEL,
  SERIES_DRIVER,
  SERIES_N,
  SERIES_CORES,
  SERIES_JOBS,
  SERIES_OPTIONS,
  SERIES_THREADS, /* of each process in a hybrid run; else empty, as the cores tell it */
  SERIES_TASKS,
  SERIES_GRAIN,
  SERIES_SCHEDULE,
  SERIES_LOCK,
  SERIES_CELL, /* the cell_id, which tells even settings that have no column */
  SERIES_FACTORS
};

/* One point. */
struct series {
  char *factors[SERIES_FACTORS];
  int64_t n, cores, threads;
  bool oversubscribed; /* in some repetition */
  struct measurement *measurements;
  size_t count;
};

struct series_set {
  struct series *items;
  size_t count;
  char *host;       /* of the first row, or NULL */
  int64_t start_ns; /* when the first repetition began, since 1970; 0: not told */
};

/* Reads a samples.csv. Returns 0; EXIT_USAGE for what is not one, with the line; EXIT_MACHINE. To
 * be freed in all cases. */
int series_read(struct series_set *set, const char *path, struct error *error);
void series_free(struct series_set *set);

/* A series' name that follows from its row alone, so that it is the same in every run:
 * "sumsq/omp_driver/n:10000000/cores:2" and what is not the usual, "/jobs:4". No two series of a
 * set have the same. The caller frees it. */
char *series_name(const struct series_set *set, const struct series *series);

/* The way of running that is looked at as n and cores grow: the kernel, and what else tells its
 * series apart, "sumsq->omp_driver->jobs:4". The caller frees it. */
char *series_way(const struct series_set *set, const struct series *series);

#endif
