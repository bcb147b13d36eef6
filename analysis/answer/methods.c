/* How the numbers were obtained: a paragraph for a paper (T. Hoefler and R. Belli, SC15). */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answer/sections.h"
#include "analysis/answer/words.h"
#include "common/grow.h"
#include "common/number.h"
#include "common/sha256.h"

/* Smallest and largest of a count over all points with times. */
struct count_range {
  size_t least, most;
};

static void widen(struct count_range *range, size_t value) {
  range->least = range->most == 0 || value < range->least ? value : range->least;
  range->most = value > range->most ? value : range->most;
}

static char *range_text(struct count_range range) {
  return range.least == range.most ? grow_text("%zu", range.most)
                                   : grow_text("%zu to %zu", range.least, range.most);
}

/* "10 launches of 20 repetitions" and "with a median level". */
static char *sampling_text(const struct answer *answer) {
  struct count_range launches = {0}, repetitions = {0};
  double level = 1;
  for (size_t i = 0; i < answer->standing_count; i++) {
    const struct standing *standing = &answer->standings[i];
    if (standing->count == 0)
      continue;
    widen(&launches, standing->count);
    for (size_t k = 0; k < standing->point->launch_count; k++)
      if (standing->point->launches[k].count > 0)
        widen(&repetitions, standing->point->launches[k].count);
    if (standing->described.level < level)
      level = standing->described.level;
  }
  char *a = range_text(launches), *b = range_text(repetitions);
  char *text = grow_text(
      "Each configuration point was launched %s times, each launch with %s timed "
      "repetitions after its warm-up; the launch is the statistical unit and its value "
      "the median of its repetitions. We report the median over launches with its "
      "nonparametric confidence interval from order statistics%s%.1f%s. ",
      a, b, level < 1 ? " (confidence level at least " : " (at least ",
      level < 1 ? 100 * level : 95.0, level < 1 ? " %)" : " % where there are 6 launches or more)");
  free(a);
  free(b);
  return text;
}

/* "the signed-rank test over rounds (12 comparisons) and the Mann-Whitney test (3)": what was used.
 */
static char *tests_text(const struct answer *answer) {
  size_t paired = 0, unpaired = 0;
  for (size_t c = 0; c < answer->contest_count; c++) {
    const struct contest *contest = &answer->contests[c];
    for (size_t i = 0; i < contest->present_count; i++)
      for (size_t k = i + 1; k < contest->present_count; k++) {
        enum rank_test test = contest->pairs[i * contest->present_count + k].test;
        paired += test == TEST_SIGNED_RANK;
        unpaired += test == TEST_MANN_WHITNEY;
      }
  }
  if (paired > 0 && unpaired > 0)
    return grow_text(
        "Wilcoxon's signed-rank test over rounds (%zu comparisons of the matrix) and, with "
        "fewer launches, the Mann-Whitney test (%zu)",
        paired, unpaired);
  return grow_text("%s", paired > 0 ? "Wilcoxon's signed-rank test over rounds"
                                    : "the Mann-Whitney test");
}

static char *comparison_text(const struct answer *answer) {
  char *base = grow_text(
      "Speedups are over %s on the fewest cores, whose absolute time is given beside them, as "
      "Hodges-Lehmann estimates of the ratio of run times with intervals from the inverted rank "
      "test. ",
      answer->baseline);
  if (answer->design == DESIGN_BATCH) {
    char *text =
        grow_text("%sLaunches were not interleaved, so no differences are claimed. ", base);
    free(base);
    return text;
  }
  char *tests = tests_text(answer);
  char *text = grow_text("%s%s. Differences were tested two-sided with %s at a family-wise level "
                         "of 5 %% (Holm over %zu "
                         "comparisons in the matrix and, separately, %zu over the points); two "
                         "points are called the "
                         "same when the %.4g %% interval of their ratio lies within +-%.3g %%. ",
                         base,
                         answer->design == DESIGN_ROUNDS
                             ? "Launches of all points were interleaved in rounds"
                             : "The order of the launches is not known",
                         tests, answer->matrix_family, answer->points_family,
                         100 * equivalence_level, 100 * answer->margin);
  free(base);
  free(tests);
  return text;
}

/* The rule by which launches ended, the load, the noise floor. */
static char *conditions_text(const struct answer *answer) {
  const struct run_file *run = answer->run;
  char *rule = run == NULL || run->launches_min == RUN_UNKNOWN ||
                       run->launches_max == RUN_UNKNOWN || run->launches_min == run->launches_max ||
                       isnan(run->width)
                   ? grow_text("%s", "")
                   : grow_text("Launches were added from %" PRId64 " to at most %" PRId64
                               " until the interval was within %.3g %% of the median. ",
                               run->launches_min, run->launches_max, 100 * run->width);
  char *load = run == NULL || !(run->load_at_start >= 0)
                   ? grow_text("%s", "")
                   : grow_text("The load average at the start was %.2f. ", run->load_at_start);
  char *floor = isnan(answer->noise_floor)
                    ? grow_text("%s", "")
                    : grow_text("The noise floor of the typical point was %.2g %%. ",
                                100 * answer->noise_floor);
  char *text = grow_text("%s%s%s", rule, load, floor);
  free(rule);
  free(load);
  free(floor);
  return text;
}

static char *time_text(void) {
  return grow_text(
      "A repetition is timed with CLOCK_MONOTONIC; processes start it behind an MPI barrier, and "
      "its "
      "time is that of the slowest process. Every repetition's result is verified; one that is "
      "wrong gives no time. ");
}

static char *exclusions_text(const struct answer *answer) {
  size_t failed = 0, crowded = 0;
  for (size_t i = 0; i < answer->standing_count; i++) {
    const struct standing *standing = &answer->standings[i];
    failed += standing->count < standing->point->launch_count;
    crowded += standing->point->oversubscribed;
  }
  size_t excluded = answer->run != NULL ? answer->run->exclusion_count : 0;
  return grow_text(
      "%zu of %zu points had failed launches, %zu were oversubscribed, %zu were excluded "
      "by the configuration; no launch was dropped as an outlier. ",
      failed, answer->standing_count, crowded, excluded);
}

static char *binding_text(const struct run_file *run) {
  size_t got = 0, other = 0;
  for (size_t i = 0; i < run->point_count; i++) {
    got += run->points[i].binding_as_asked == TRUTH_YES;
    other += run->points[i].binding_as_asked == TRUTH_NO;
  }
  if (got + other == 0)
    return grow_text("No binding of workers to cores was requested. ");
  return grow_text(
      "Workers were bound to cores of their own in %zu of the %zu points that requested "
      "it. ",
      got, got + other);
}

static char *setup_text(const struct answer *answer) {
  const struct run_file *run = answer->run;
  char memory[NUMBER_TEXT] = "", digest[SHA256_TEXT] = "unknown", *binding;
  struct error ignored = {0};
  if (run == NULL)
    return grow_text("There is no run.json: machine, compiler and settings are not known.");
  if (run->machine.memory_bytes != RUN_UNKNOWN)
    bytes_format((double)run->machine.memory_bytes, memory);
  sha256_file(answer->data->path, digest, &ignored);
  binding = binding_text(run);
  char *text = grow_text(
      "%sMachine: %s, %" PRId64 " cores, %s of memory, %s %s, frequency governor %s. Compiler: %s, "
      "flags %s; MPI: %s. Quartet %s, revision %s%s; run %s, order %s, seed %" PRId64
      ". sha256 of samples.csv: %s; of the configuration: %s.",
      binding, run->machine.processor, run->machine.cores,
      *memory != '\0' ? memory : "unknown size", run->machine.system, run->machine.kernel,
      *run->machine.governor != '\0' ? run->machine.governor : "unknown", run->build.compiler,
      run->build.kernel_flags, *run->mpirun_version != '\0' ? run->mpirun_version : run->build.mpi,
      run->build.version, *run->build.git_revision != '\0' ? run->build.git_revision : "unknown",
      run->build.git_dirty == TRUTH_YES ? " (with local changes)" : "", run->run_id,
      *run->order != '\0' ? run->order : "unknown", run->seed == RUN_UNKNOWN ? 0 : run->seed,
      digest, *run->config_sha256 != '\0' ? run->config_sha256 : "unknown");
  free(binding);
  return text;
}

char *methods_text(const struct answer *answer) {
  char *parts[] = {sampling_text(answer),   comparison_text(answer), time_text(),
                   exclusions_text(answer), conditions_text(answer), setup_text(answer)};
  char *text =
      grow_text("%s%s%s%s%s%s", parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]);
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    free(parts[i]);
  return text;
}

void section_methods(struct document *document, const struct answer *answer) {
  char *text = methods_text(answer);
  document_heading(document, SHOW_PAGE, 2, "Methods");
  document_paragraph(document, SHOW_PAGE, TONE_QUIET,
                     "Ready to paste into a paper; report --methods prints it.");
  document_code(document, SHOW_PAGE, "%s", text);
  free(text);
}
