/* The schema of samples.csv: one row for each timed repetition. results/README.md says what each
 * column means; the drivers, the runner and the report agree through this list alone.
 *
 * New columns are appended. A file of an older version ends after fewer columns: readers take the
 * missing ones as empty, and a program that appends to it keeps its number of columns. */
#ifndef QUARTET_SAMPLES_H
#define QUARTET_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>

#define SAMPLES_SCHEMA "1"

/* clang-format off */
#define SAMPLES_COLUMNS(X)                                                                         \
  X(schema) X(run_id) X(seq) X(cell_id) X(kernel) X(bound) X(model) X(driver) X(n) X(jobs)         \
  X(options) X(cores) X(nodes) X(ranks) X(threads) X(tasks) X(grain) X(schedule) X(lock)           \
  X(launch) X(rep) X(warmup) X(start_ns) X(startup_s) X(comm_start_s) X(workers_start_s)           \
  X(process_s) X(wall_s) X(rank_min_s) X(rank_median_s) X(rank_max_s) X(compute_s) X(comm_s)       \
  X(wait_s) X(longest_step_s) X(cpu_s) X(work_op) X(work_byte) X(work_traffic_byte)                \
  X(work_message) X(failures) X(retries) X(sync) X(timer_overhead_s) X(value) X(verify) X(error)   \
  X(peak_rss_kib) X(binding) X(oversubscribed) X(attempt) X(status) X(exit_code) X(signal)         \
  X(hosts) X(work_unit) X(build) X(build_id) X(build_warning)
/* clang-format on */

enum samples_column {
#define X(name) COLUMN_##name,
  SAMPLES_COLUMNS(X)
#undef X
      COLUMN_COUNT
};

/* Every file has the columns before this one: those of the first version. */
enum { COLUMN_COUNT_FIRST = COLUMN_work_unit };

/* The columns' names, in order. */
extern const char *const samples_names[COLUMN_COUNT];

/* The index of a column's name, or -1. */
int samples_column(const char *name);

/* Whether that is the header of a samples.csv, of this version or an older one: COLUMN_COUNT_FIRST
 * names or more, all of them those of this list, in its order. */
bool samples_is_header(char *const *cells, size_t count);

#endif
