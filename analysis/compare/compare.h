/* Runs compared with the first of them, point by point: before and after a change, two machines,
 * two compilers. */
#ifndef QUARTET_ANALYSIS_COMPARE_COMPARE_H
#define QUARTET_ANALYSIS_COMPARE_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/data/dataset.h"
#include "analysis/data/run_file.h"
#include "analysis/statistics/comparison.h"
#include "common/error.h"

#define NO_POINT SIZE_MAX

enum { LETTER_TEXT = 24 };

struct compared_run {
  char letter[LETTER_TEXT]; /* "A", "B", ...: what tables call it */
  char *results;            /* the folder or file, as it was given */
  struct dataset data;
  struct run_file run; /* run.found: whether there is a run.json */
  double noise_floor;  /* the 95 % quantile of |ratio - 1| of points against themselves; NaN */
};

/* A point of the first run and the same of a later one. Every point of both stands here once. */
struct compared_point {
  size_t run;          /* the later one, 1 .. */
  size_t first, later; /* indices of points in the two datasets; NO_POINT: missing */
  bool comparable;     /* both have a verified launch */
  /* The later one compared with the first: VERDICT_SLOWER if the later run is slower. As the runs
   * were not interleaved, by the test for independent samples. */
  struct comparison comparison;
  double ratio, low, high;           /* time of the later run over that of the first; NaN */
  size_t failed_first, failed_later; /* launches that did not verify */
};

struct compare {
  struct compared_run *runs;
  size_t run_count;
  struct compared_point *points; /* by run; the first run's points in its order, then what only the
                                  * later run has, in its order */
  size_t point_count;
  size_t family; /* comparisons that were decided together: all points of all runs */
  double margin; /* of equivalence: 0.03 for 3 % */
};

/* Reads two runs or more (folders or files like samples.csv) and compares all points. `margin`:
 * NaN takes the first run's own, else 0.03.
 *
 * A point is the same in both runs if its cell_id is (and hosts and build are), or else if all
 * factors are: kernel, options, jobs, n, model, driver, lock, schedule, grain, threads, tasks,
 * cores, and hosts and build. Hosts do not count where each of the two runs has one machine, nor
 * does the build where each has one: these are what is compared then. Factors that do not determine
 * one point in each run match nothing.
 *
 * EXIT_USAGE: fewer than two runs, what is not a samples.csv, a broken run.json; EXIT_MACHINE. To
 * be freed in all cases. */
int compare_make(struct compare *compare, const char *const *results, size_t count, double margin,
                 struct error *error);
void compare_free(struct compare *compare);

/* The point of either run: the first's where it has one. */
const struct data_point *compared_data_point(const struct compare *compare,
                                             const struct compared_point *point,
                                             const struct dataset **data);

/* Points of one later run by what was found. */
struct compare_counts {
  size_t compared;               /* have a verdict */
  size_t by_verdict[VERDICTS];   /* of these */
  size_t only_first, only_later; /* missing on one side */
  size_t failed;                 /* on both sides, but without a verified launch on one */
};
struct compare_counts compare_count(const struct compare *compare, size_t run);

#endif
