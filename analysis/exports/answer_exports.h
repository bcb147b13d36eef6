/* The answer to a run for other programs: `report --format json|csv|junit`. The same samples.csv
 * and run.json give the same bytes, whatever the order of the rows. All return 0, or EXIT_MACHINE
 * if the file cannot be written. */
#ifndef QUARTET_ANALYSIS_EXPORTS_ANSWER_EXPORTS_H
#define QUARTET_ANALYSIS_EXPORTS_ANSWER_EXPORTS_H

#include <stdio.h>

#include "analysis/answer/answer.h"
#include "common/error.h"

/* summary.csv: a row for each point, in the order of the dataset. Cells are empty where there is no
 * value. A text that a spreadsheet would take for a formula (it begins with =, +, -, @, a tab or a
 * line break, and is no number) has an apostrophe before it
 * (https://owasp.org/www-community/attacks/CSV_Injection). The columns:
 *
 * - kind, kernel, options, jobs, n: what was done; as in samples.csv
 * - model, variant, driver, build, cores, ranks, threads, tasks, grain, schedule, lock, hosts,
 *   cell_id: how it was run; variant is the report's name for it
 * - launches, failed, superseded: launches that verified; that did not; earlier attempts
 * - min_s, p5_s, p25_s, median_s, p75_s, p95_s, max_s: of the verified launches' medians; p5 and
 *   p95 from 20 launches on, quartiles from 4 on
 * - low_s, high_s, level: the median's confidence interval and its real level
 * - base: the variant that ratios are over
 * - speedup, speedup_low, speedup_high, speedup_level, efficiency
 * - rate, rate_unit: work of a repetition over the median time
 * - verdict: against the base: "base" or one of verdict_names; empty without one
 * - undecided: why there is no verdict: noise, few-launches, batch, different, no-data
 * - p, p_adjusted, cliffs_delta, detectable, launches_needed: see statistics/comparison.h
 * - outliers, extreme_outliers, drift, drift_p, drifts, lag1, lag1_p, correlated, two_modes_p,
 *   two_modes: see statistics/quality.h; drifts, correlated and two_modes are 0 or 1
 * - compute, comm, wait: shares of the wall time
 * - oversubscribed: 0 or 1 */
int export_summary_csv(FILE *file, const struct answer *answer, struct error *error);

/* The whole answer as one JSON document. Times are in s, ratios are plain numbers (0.03: 3 %); what
 * is unknown is null. Indices count from 0. The keys, in this order:
 *
 * - format: "quartet-report"; version: 1
 * - run: rows, truncated_bytes (of a last line without an end, which was not read), sessions
 *   (run_ids); and from run.json id, name, result, start, end, order, seed, launches_min,
 *   launches_max, width, config_sha256, mpirun, mpirun_version, load_at_start, environment, modules
 * - machine, build, builds (of an axis `build`): as in run.json; null without one
 * - settings: baseline, margin, design (rounds, independent, batch), design_reason, weak,
 *   points_family and matrix_family (comparisons decided together), noise_floor, equivalence_level
 * - works: name, kind, kernel, options, jobs, unit
 * - variants: name, model, driver, lock, schedule, grain, threads, tasks, build
 * - machines: name, hosts
 * - points: index, name (as in the export for Google Benchmark), work, n, variant, machine, cores,
 *   ranks, threads, nodes, tasks, cell_id, binding, oversubscribed, sound; launches (verified,
 *   failed, superseded, and by status); time_s (min .. max, low, high, level, and the median of
 *   each verified launch); rate (value of "of" per s), or null; base (a point), speedup,
 *   speedup_low, speedup_high, efficiency; comparison (with the base), or null; quality; shares
 *   (compute, comm, wait)
 * - failed: index, name, reason: points with launches that did not verify
 * - contests: the matrix: work, machine, n, entries (a point for each variant, or null), base and
 *   best (variants), sure, faster_elsewhere (a point), pairs (variants a and b, and the comparison
 *   of a with b)
 * - break_evens: contest (index), variant, sizes, n_min, n_max (sizes at which both ran); alone
 *   (outcome: always, never, from, up-to, several, cannot-tell; n_low and n_high, measured sizes
 *   between which it changes; n, with low and high, where the ratio is 1); with_startup, the same
 *   of a program that starts and does one repetition, or null; with it outside (whether startup_s
 *   includes the system's start and end of the process, outside of main()), startup_s and
 *   base_startup_s: the start-up times that are added (see answer/crossings.h)
 * - scaling_laws: contest, variant, core_counts, law (linear, Amdahl, USL, Gustafson, or null where
 *   none can be identified); with it text, time_1_s, serial, coherence, speedup_limit, peak_cores
 *   (value, low, high; null also for what is unlimited), level, loo_median, loo_largest (errors of
 *   leave-one-out predictions), predictions (cores, speedup and
 *   time_s beyond what was measured; see models/scaling.h and answer/laws.h)
 * - growth_laws: contest, variant, text (null without a fit), smape, agreement (see
 *   models/normal.h)
 * - warnings: kind, text, cell_id
 * - acceptance: cell_id, point, where, metric, reference, lower, upper, measured, unit, accepted
 * - excluded: kernel, options, model, driver, driver_options, n, jobs, cores, why
 *
 * A comparison: verdict, undecided, ratio (of times, > 1: the first is faster), low, high, level,
 * test, p, p_adjusted, cliffs_delta, detectable, launches_needed. */
int export_json(FILE *file, const struct answer *answer, struct error *error);

/* JUnit's XML for CI: a suite for each work with a test case for each point, which fails if a
 * launch was wrong, failed or timed out, is in error if only the machine is to blame (out of
 * memory, a system error), and is skipped if all its launches were; a suite "acceptance" with a
 * test case for each result that the config's references apply to. */
int export_junit(FILE *file, const struct answer *answer, struct error *error);

#endif
