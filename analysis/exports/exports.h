/* A run for other programs. Nothing here depends on the order of the rows of samples.csv: the same
 * measurements give the same bytes.
 *
 * Google Benchmark and Extra-P get one value for each launch: the median of its timed repetitions.
 * The repetitions of one launch are not independent of each other (they share an address space
 * layout, a placement of the threads, a state of the machine); a test that treats them as that many
 * independent measurements, as the U test of compare.py would, reports false differences. */
#ifndef QUARTET_ANALYSIS_EXPORTS_EXPORTS_H
#define QUARTET_ANALYSIS_EXPORTS_EXPORTS_H

#include <stdio.h>

#include "analysis/data/dataset.h"
#include "analysis/data/run_file.h"
#include "common/error.h"

/* What `--format` accepts, of a report and of a comparison; NULL ends the names. */
enum report_format { FORMAT_TEXT, FORMAT_MARKDOWN, FORMAT_JSON, FORMAT_CSV, FORMAT_JUNIT };
extern const char *const report_format_names[];

/* What `--export` accepts; NULL ends the names. All writers return 0, or EXIT_MACHINE if the file
 * cannot be written. `run` is NULL where there is no run.json. */
extern const char *const export_names[];
typedef int export_writer(FILE *file, const struct dataset *data, const struct run_file *run,
                          struct error *error);

/* The writer of the format of that name; NULL and EXIT_USAGE with the nearest name. */
export_writer *export_find(const char *name, struct error *error);

/* One JSON document in the format of Google Benchmark, for its tools/compare.py and what else reads
 * it (https://github.com/google/benchmark/blob/main/docs/user_guide.md#output-formats):
 *
 * - context: date, host_name, num_cpus, cpu_scaling_enabled, load_avg, library_build_type and
 *   executable as Google Benchmark has them, from run.json; and run_id, processor, compiler,
 *   quartet_version, git_revision
 * - benchmarks: for each verified launch an entry of run_type "iteration": repetition_index counts
 *   the launches of the point from 0, repetitions says how many there are, iterations how many
 *   timed repetitions the launch has; real_time is their median, cpu_time the mean of their CPU
 *   times, both in ns; items_per_second and bytes_per_second where the kernel counts operations or
 *   bytes. Points of two or more launches also have mean, median and stddev over the launches. */
int export_google_benchmark(FILE *file, const struct dataset *data, const struct run_file *run,
                            struct error *error);

/* JSON lines for Extra-P, one for each verified launch, parameters n and cores
 * (https://github.com/extra-p/extrap/blob/master/docs/file-formats.md). */
int export_extra_p(FILE *file, const struct dataset *data, const struct run_file *run,
                   struct error *error);

/* Flushes. Returns 0, or EXIT_MACHINE if something could not be written. For writers of files. */
int export_check(FILE *file, struct error *error);

#endif
