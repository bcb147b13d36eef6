/* A comparison of runs for people and for CI. */
#ifndef QUARTET_ANALYSIS_COMPARE_REPORT_H
#define QUARTET_ANALYSIS_COMPARE_REPORT_H

#include <stdio.h>

#include "analysis/compare/compare.h"
#include "analysis/compare/fail_on.h"
#include "analysis/document/document.h"
#include "common/error.h"

/* Appends the report: the verdict in words, what differs in the facts, the points sorted by verdict
 * and effect, figures, points of one run only, how it was obtained. `fail_on`: adds whether it
 * failed, where a finding was requested; may be NULL. Sets the document's title. */
void compare_document(struct document *document, const struct compare *compare,
                      const struct fail_on *fail_on);

/* JUnit's XML: for each later run and work a suite with a test case for each point, which fails by
 * `fail_on` and is skipped where one side has no time. Returns 0 or EXIT_MACHINE. */
int compare_junit(FILE *file, const struct compare *compare, const struct fail_on *fail_on,
                  struct error *error);

/* A row for each point: run, work, n, variant, driver, cores, cell_id, launches, medians, ratio of
 * times (later over first) with its interval, verdict, p, ... As summary.csv, defused for
 * spreadsheets. Returns 0 or EXIT_MACHINE. */
int compare_csv(FILE *file, const struct compare *compare, const struct fail_on *fail_on,
                struct error *error);

/* The same with the facts that differ as one JSON document. The keys, in this order:
 *
 * - format: "quartet-comparison"; version: 1
 * - margin; family: how many comparisons were decided together
 * - runs: letter, results, run_id, name, points, noise_floor
 * - counts, of each later run: run, compared, slower, faster, same, cannot_tell, only_first,
 *   only_later, failed
 * - facts: name, values (of each run)
 * - points: run (letter), name, first and later (indices of points, or null), median_first_s,
 *   median_later_s, launches_first, launches_later, failed_first, failed_later, ratio (time of the
 *   later over that of the first), low, high, level, verdict, undecided, p, p_adjusted,
 *   cliffs_delta, detectable, launches_needed, fails (by --fail-on, or null)
 *
 * Returns 0 or EXIT_MACHINE. */
int compare_json(FILE *file, const struct compare *compare, const struct fail_on *fail_on,
                 struct error *error);

/* Within compare/: figures of one later run, at the end of the document. */
void compare_drawings(struct document *document, const struct compare *compare, size_t run);

/* "+10.2 %" of a ratio 1.102; "12.3x" beyond a factor of ten; "-" of NaN. The caller frees it. */
char *change_text(double ratio);
/* "[+9.1, +11.3] %"; "" without an interval. */
char *change_interval_text(double low, double high);

/* The order in which points are listed: slower, faster, undecided, the same; within each the
 * largest effect first; then what has no verdict. Indices into compare->points of the points of
 * `run` (0: of all runs); *count says how many. The caller frees it. */
size_t *compare_order(const struct compare *compare, size_t run, size_t *count);

/* The median over the verified launches; NaN without any, or for NO_POINT. */
double compared_median(const struct compared_run *run, size_t point);

#endif
