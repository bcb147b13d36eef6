/* The work model of a kernel, queried from a driver: the runner links no kernel. */
#ifndef QUARTET_RUNNER_PLAN_WORK_QUERY_H
#define QUARTET_RUNNER_PLAN_WORK_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "runner/config/config.h"

/* A problem whose work is requested. */
struct work_question {
  int64_t n, jobs;
  int64_t parts; /* address spaces that it is cut into: the ranks */
  double factor; /* 1: of n itself; else: of the size with `factor` times its work */
};

struct work_answer {
  int64_t size;                           /* n, or the size that was looked for */
  double met;                             /* its work over the requested work; 1: exactly */
  double operations, bytes, memory_bytes; /* of all jobs */
  bool waits;                             /* the kernel mostly waits */
};

/* How it is asked. */
struct work_query {
  const char *drivers; /* the folder of the drivers */
  enum work_measure by;
  int64_t multiple; /* sizes that are looked for are multiples of it, >= 1 */
};

/* Asks serial_driver, which every build has, about problems of one kernel with its options, in as
 * few launches as a command line's length allows. Returns 0 with `count` answers; EXIT_USAGE if the
 * driver refuses, with its words; EXIT_MACHINE if it cannot be run, or answers with anything else
 * than answers. */
int work_query_ask(const struct work_query *work_query, const struct workload *workload,
                   const struct work_question *questions, size_t count, struct work_answer *answers,
                   struct error *error);

/* Asks whether the kernel mostly waits; `n` is a size that it takes. False of a driver of an older
 * version, which does not report it. Returns as work_query_ask does. */
int work_query_ask_waits(const char *drivers, const struct workload *workload, int64_t n,
                         bool *waits, struct error *error);

#endif
