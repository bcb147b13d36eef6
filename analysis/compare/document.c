/* The report of a comparison as a document. */
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answer/answer.h"
#include "analysis/compare/facts.h"
#include "analysis/compare/point_text.h"
#include "analysis/compare/report.h"
#include "analysis/exports/failures.h"
#include "common/grow.h"
#include "common/number.h"

/* The maximum number of rows, and of points of one run only, in the terminal's short answer. */
enum { ROWS_IN_SUMMARY = 20, MISSING_IN_SUMMARY = 5, DIGITS_OF_DIGEST = 12 };

/* From this ratio on, a difference is called large. */
static const double large = 0.05;

static const char *plural(size_t count) {
  return count == 1 ? "" : "s";
}

static const char *is_are(size_t count) {
  return count == 1 ? "is" : "are";
}

/* --- the verdict in words --------------------------------------------------------------------- */

/* Points of a run with this verdict and an estimate at least as large as `large`. */
static size_t count_large(const struct compare *compare, size_t run,
                          enum comparison_verdict verdict) {
  size_t count = 0;
  for (size_t i = 0; i < compare->point_count; i++) {
    const struct compared_point *point = &compare->points[i];
    double ratio = verdict == VERDICT_SLOWER ? point->ratio : point->comparison.ratio;
    count += point->run == run && point->comparable && point->comparison.verdict == verdict &&
             ratio >= 1 + large;
  }
  return count;
}

/* "12 are slower (10 of them by 5 % or more)". */
static char *difference_text(const struct compare *compare, size_t run,
                             const struct compare_counts *counts, enum comparison_verdict verdict) {
  size_t count = counts->by_verdict[verdict], much = count_large(compare, run, verdict);
  char *part = much == 0       ? grow_text("%s", "")
               : much == count ? grow_text(" by %g %% or more", 100 * large)
                               : grow_text(" (%zu of them by %g %% or more)", much, 100 * large);
  char *text = grow_text("%zu %s %s%s", count, is_are(count), verdict_names[verdict], part);
  free(part);
  return text;
}

static enum tone tone_of_run(const struct compare_counts *counts) {
  if (counts->by_verdict[VERDICT_SLOWER] > 0)
    return TONE_SUSPECT;
  if (counts->by_verdict[VERDICT_FASTER] > 0)
    return TONE_WINNER;
  return counts->compared > 0 && counts->by_verdict[VERDICT_SAME] == counts->compared ? TONE_EQUAL
                                                                                      : TONE_NONE;
}

static void add_counts(struct document *document, const struct compare *compare, size_t run) {
  struct compare_counts counts = compare_count(compare, run);
  const char *first = compare->runs[0].letter, *later = compare->runs[run].letter;
  if (counts.compared == 0) {
    document_paragraph(document, SHOW_EVERYWHERE, TONE_FAILED,
                       "%s against %s: no point has a verified time in both runs.", later, first);
    return;
  }
  char *slower = difference_text(compare, run, &counts, VERDICT_SLOWER);
  char *faster = difference_text(compare, run, &counts, VERDICT_FASTER);
  size_t same = counts.by_verdict[VERDICT_SAME], open = counts.by_verdict[VERDICT_CANNOT_TELL];
  document_paragraph(document, SHOW_EVERYWHERE, tone_of_run(&counts),
                     "%s against %s: of %zu point%s, %s, %s, %zu %s the same within %.3g %%, %zu "
                     "undecided.",
                     later, first, counts.compared, plural(counts.compared), slower, faster, same,
                     is_are(same), 100 * compare->margin, open);
  free(slower);
  free(faster);
}

/* The point of a run with the largest difference of this verdict. */
static void add_largest(struct document *document, const struct compare *compare, size_t run,
                        enum comparison_verdict verdict) {
  size_t count, *order = compare_order(compare, run, &count);
  for (size_t i = 0; i < count; i++) {
    const struct compared_point *point = &compare->points[order[i]];
    if (!point->comparable || point->comparison.verdict != verdict)
      continue;
    char *name = compared_text(compare, point), *change = change_text(point->ratio);
    char *interval = change_interval_text(point->low, point->high);
    document_item(document, SHOW_EVERYWHERE, 0, TONE_NONE, "Largest %s: %s, time %s%s%s",
                  verdict == VERDICT_SLOWER ? "slowdown" : "speedup", name, change,
                  *interval != '\0' ? " " : "", interval);
    free(name);
    free(change);
    free(interval);
    break;
  }
  free(order);
}

/* "2.4 %", "260 %": two digits or more. */
static char *share_text(double share) {
  return grow_text(share < 1 ? "%.2g %%" : "%.0f %%", 100 * share);
}

static int compare_sizes(const void *left, const void *right) {
  size_t a = *(const size_t *)left, b = *(const size_t *)right;
  return (a > b) - (a < b);
}

/* How many launches would decide half of the undecided points, and all of them. */
static void add_needed(struct document *document, size_t *needed, size_t count) {
  if (count == 0)
    return;
  qsort(needed, count, sizeof *needed, compare_sizes);
  size_t half = needed[(count - 1) / 2], all = needed[count - 1];
  if (half == all)
    document_item(document, SHOW_EVERYWHERE, 0, TONE_NONE,
                  "About %zu launches in each run would decide %s.", all,
                  count == 1 ? "it" : "them");
  else
    document_item(document, SHOW_EVERYWHERE, 0, TONE_NONE,
                  "About %zu launches in each run would decide half of them, about %zu all.", half,
                  all);
}

/* Why some points have no verdict and what would give one. */
static void add_undecided(struct document *document, const struct compare *compare, size_t run) {
  size_t few = 0, *needed = NULL, needed_count = 0;
  double least = INFINITY, most = 0;
  for (size_t i = 0; i < compare->point_count; i++) {
    const struct compared_point *point = &compare->points[i];
    const struct comparison *comparison = &point->comparison;
    if (point->run != run || !point->comparable || comparison->verdict != VERDICT_CANNOT_TELL)
      continue;
    few += comparison->undecided == UNDECIDED_FEW_LAUNCHES;
    if (comparison->launches_needed > 0)
      *GROW(needed, needed_count) = comparison->launches_needed;
    if (isfinite(comparison->detectable) && comparison->undecided == UNDECIDED_NOISE) {
      least = fmin(least, comparison->detectable);
      most = fmax(most, comparison->detectable);
    }
  }
  if (few > 0)
    document_item(document, SHOW_EVERYWHERE, 0, TONE_NONE,
                  "%zu of these cannot be decided whatever the times are: too few launches.", few);
  if (most > 0) {
    char *best = share_text(least), *worst = share_text(most);
    document_item(document, SHOW_EVERYWHERE, 0, TONE_NONE,
                  "Where noise hides it, differences of less than %s would not have been found (at "
                  "the noisiest of these points, %s).",
                  best, worst);
    free(best);
    free(worst);
  }
  add_needed(document, needed, needed_count);
  free(needed);
}

/* A gate that could not have seen a regression says so. */
static void add_passed(struct document *document, const struct compare *compare) {
  size_t compared = 0, unknown = 0;
  for (size_t run = 1; run < compare->run_count; run++) {
    struct compare_counts counts = compare_count(compare, run);
    compared += counts.compared;
    unknown += counts.by_verdict[VERDICT_CANNOT_TELL];
  }
  if (unknown == 0)
    document_paragraph(document, SHOW_EVERYWHERE, TONE_WINNER, "--fail-on: passed.");
  else
    document_paragraph(document, SHOW_EVERYWHERE, TONE_NONE,
                       "--fail-on: passed. %zu of %zu points are undecided, and may hide a "
                       "difference; %s in the list makes them fail.",
                       unknown, compared, verdict_names[VERDICT_CANNOT_TELL]);
}

static void add_failure(struct document *document, const struct compare *compare,
                        const struct fail_on *fail_on) {
  if (fail_on == NULL || !fail_on_asked(fail_on))
    return;
  size_t by_finding[FINDINGS + 1] = {0};
  for (size_t i = 0; i < compare->point_count; i++)
    by_finding[fail_on_judge(fail_on, &compare->points[i])]++;
  if (!fail_on_fails(fail_on, compare))
    add_passed(document, compare);
  for (size_t run = 1; run < compare->run_count; run++)
    if (compare_count(compare, run).compared == 0)
      document_paragraph(document, SHOW_EVERYWHERE, TONE_FAILED,
                         "--fail-on: failed, as nothing of %s could be compared.",
                         compare->runs[run].letter);
  for (int i = 0; i < FINDINGS; i++) {
    double threshold = fail_on->findings[i].threshold;
    char *by =
        threshold > 0 ? grow_text(" by %.3g %% or more", 100 * threshold) : grow_text("%s", "");
    if (by_finding[i] > 0)
      document_paragraph(document, SHOW_EVERYWHERE, TONE_FAILED,
                         "--fail-on: failed, as %zu point%s %s %s%s.", by_finding[i],
                         plural(by_finding[i]), is_are(by_finding[i]),
                         i == FINDING_CANNOT_TELL ? "not decided" : finding_names[i], by);
    free(by);
  }
}

static void add_verdict(struct document *document, const struct compare *compare,
                        const struct fail_on *fail_on) {
  for (size_t run = 1; run < compare->run_count; run++) {
    add_counts(document, compare, run);
    add_largest(document, compare, run, VERDICT_SLOWER);
    add_largest(document, compare, run, VERDICT_FASTER);
    add_undecided(document, compare, run);
  }
  add_failure(document, compare, fail_on);
}

/* --- the runs --------------------------------------------------------------------------------- */

static void add_run(struct document *document, const struct compared_run *run) {
  const struct run_file *file = &run->run;
  size_t launches = 0;
  for (size_t i = 0; i < run->data.point_count; i++)
    launches += run->data.points[i].launch_count;
  char *name = *file->name != '\0' ? grow_text(", \"%s\"", file->name) : grow_text("%s", "");
  char *start = *file->start != '\0' ? grow_text(" of %s", file->start) : grow_text("%s", "");
  char *host =
      *file->machine.host != '\0' ? grow_text(" on %s", file->machine.host) : grow_text("%s", "");
  char *floor = isnan(run->noise_floor)
                    ? grow_text("%s", "")
                    : grow_text("; noise floor %.2g %%", 100 * run->noise_floor);
  document_item(document, SHOW_EVERYWHERE, 0, TONE_NONE, "%s: %s%s%s%s, %zu points, %zu launches%s",
                run->letter, run->results, name, start, host, run->data.point_count, launches,
                floor);
  free(name);
  free(start);
  free(host);
  free(floor);
}

static void add_runs(struct document *document, const struct compare *compare) {
  document_heading(document, SHOW_EVERYWHERE, 2, "Runs");
  for (size_t i = 0; i < compare->run_count; i++)
    add_run(document, &compare->runs[i]);
  document_paragraph(
      document, SHOW_EVERYWHERE, TONE_NONE,
      "The runs were not interleaved: if the machine changed between them (its "
      "temperature, its other load), that looks the same as a difference of what "
      "was changed. The noise floor is the difference, within one run, of the medians "
      "of the typical point and of the same point again are, in 95 %% of all "
      "cases.");
}

/* Whether it is a git revision or a sha256, of which the beginning is enough. */
static bool is_digest(const char *text) {
  size_t length = strlen(text);
  return (length == 40 || length == 64) && strspn(text, "0123456789abcdef") == length;
}

static void add_facts(struct document *document, const struct compare *compare) {
  struct fact_list facts = facts_that_differ(compare);
  document_heading(document, SHOW_EVERYWHERE, 2, "What differs");
  size_t known = 0;
  for (size_t i = 0; i < compare->run_count; i++) {
    known += compare->runs[i].run.found;
    if (!compare->runs[i].run.found)
      document_paragraph(document, SHOW_EVERYWHERE, TONE_SUSPECT,
                         "%s has no run.json: how and on what it was run is not known.",
                         compare->runs[i].letter);
  }
  if (facts.count == 0 && known > 1) {
    document_paragraph(document, SHOW_EVERYWHERE, TONE_NONE,
                       "Nothing that the runs record: the same machine, build and settings.");
  } else if (facts.count > 0) {
    struct table *table = document_table(document, SHOW_EVERYWHERE, "facts", "Facts of the runs");
    table_column(table, false, false, "fact", NULL);
    for (size_t k = 0; k < compare->run_count; k++)
      table_column(table, false, false, compare->runs[k].letter, NULL);
    for (size_t i = 0; i < facts.count; i++) {
      table_cell(table, TONE_NONE, NAN, "%s", facts.items[i].name);
      for (size_t k = 0; k < compare->run_count; k++) {
        const char *value = facts.items[i].values[k];
        bool digest = is_digest(value);
        struct table_cell *cell =
            table_cell(table, TONE_NONE, NAN, "%.*s%s", digest ? DIGITS_OF_DIGEST : INT_MAX,
                       *value != '\0' ? value : "-", digest ? "..." : "");
        if (digest)
          cell->hint = grow_text("%s", value);
      }
    }
  }
  facts_free(&facts);
}

/* --- points ----------------------------------------------------------------------------------- */

static void add_columns(struct table *table, const struct compare *compare, bool noted) {
  bool several = compare->run_count > 2;
  if (several)
    table_column(table, false, false, "run", "Which run is compared with the first.");
  table_column(table, false, false, "work", NULL);
  table_column(table, true, false, "n", NULL);
  table_column(table, false, false, "model", NULL);
  table_column(table, true, false, "cores", NULL);
  table_column(table, true, true, several ? "first" : compare->runs[0].letter,
               "Median over launches of the median of each launch's timed repetitions.");
  table_column(table, true, true, several ? "later" : compare->runs[1].letter, NULL);
  table_column(table, true, false, "change",
               "Change of the time: the ratio of the later run's time to the first's by Hodges and "
               "Lehmann on logarithms of launch medians, minus 1.");
  table_column(table, false, false, "verdict",
               "Of the later run. Faster, slower: p <= 0.05 by Mann and Whitney's test, adjusted "
               "by Holm over all points; the same: the 99.7 % interval lies within the margin.");
  table_column(table, false, false, "interval",
               "Confidence interval of the change by inverting the test of Mann and Whitney, at "
               "least 95 %.");
  if (noted)
    table_column(table, false, true, "notes", NULL);
}

static const char *verdict_text(const struct compared_point *point) {
  if (point->later == NO_POINT || point->first == NO_POINT)
    return "missing";
  if (!point->comparable)
    return "failed";
  return point->comparison.verdict == VERDICT_CANNOT_TELL
             ? "undecided"
             : verdict_names[point->comparison.verdict];
}

static enum tone tone_of(const struct compared_point *point) {
  static const enum tone tones[VERDICTS] = {[VERDICT_FASTER] = TONE_WINNER,
                                            [VERDICT_SLOWER] = TONE_SUSPECT,
                                            [VERDICT_SAME] = TONE_EQUAL,
                                            [VERDICT_CANNOT_TELL] = TONE_QUIET};
  return point->comparable ? tones[point->comparison.verdict] : TONE_FAILED;
}

static char *notes_text(const struct compare *compare, const struct compared_point *point) {
  const struct dataset *data;
  const struct data_point *any = compared_data_point(compare, point, &data);
  bool failed = point->failed_first > 0 || point->failed_later > 0;
  char *failures = failed ? grow_text("launches failed: %zu in %s, %zu in %s", point->failed_first,
                                      compare->runs[0].letter, point->failed_later,
                                      compare->runs[point->run].letter)
                          : grow_text("%s", "");
  char *text = grow_text("%s%s%s", any->oversubscribed ? "oversubscribed" : "",
                         any->oversubscribed && failed ? "; " : "", failures);
  free(failures);
  return text;
}

static bool has_notes(const struct compare *compare) {
  bool some = false;
  for (size_t i = 0; i < compare->point_count && !some; i++) {
    char *notes = notes_text(compare, &compare->points[i]);
    some = *notes != '\0';
    free(notes);
  }
  return some;
}

/* How the verdict was obtained. */
static char *hint_text(const struct compared_point *point) {
  const struct comparison *comparison = &point->comparison;
  if (!point->comparable)
    return NULL;
  char *needed =
      comparison->verdict == VERDICT_CANNOT_TELL && comparison->launches_needed > 0
          ? grow_text("; about %zu launches each would decide", comparison->launches_needed)
          : grow_text("%s", "");
  char *text = grow_text("%zu and %zu launches, p = %.3g, adjusted %.3g, Cliff's delta %+.2f%s",
                         comparison->launches_b, comparison->launches_a, comparison->p,
                         comparison->p_adjusted, -comparison->cliffs_delta, needed);
  free(needed);
  return text;
}

static void add_time(struct table *table, const struct compared_run *run, size_t point) {
  double median_s = compared_median(run, point);
  char text[NUMBER_TEXT];
  table_cell(table, TONE_NONE, median_s, "%s",
             isnan(median_s) ? "-" : seconds_format(median_s, text));
}

static void add_row(struct table *table, const struct compare *compare,
                    const struct compared_point *point, bool noted) {
  const struct dataset *data;
  const struct data_point *any = compared_data_point(compare, point, &data);
  const struct data_problem *problem = &data->problems[any->problem];
  char size[SIZE_TEXT], *work = work_short_text(data, problem->work);
  char *change = change_text(point->ratio), *notes = notes_text(compare, point);
  char *interval = change_interval_text(point->low, point->high);
  if (compare->run_count > 2)
    table_cell(table, TONE_NONE, (double)point->run, "%s", compare->runs[point->run].letter);
  table_cell(table, TONE_NONE, NAN, "%s", work);
  table_cell(table, TONE_NONE, (double)problem->n, "%s", size_text(problem->n, size));
  table_cell(table, TONE_NONE, (double)any->variant, "%s", data->variants[any->variant].label);
  table_cell(table, TONE_NONE, (double)any->cores, "%" PRId64, any->cores);
  add_time(table, &compare->runs[0], point->first);
  add_time(table, &compare->runs[point->run], point->later);
  table_cell(table, TONE_NONE, point->ratio, "%s", change);
  table_cell(table, tone_of(point), NAN, "%s", verdict_text(point))->hint = hint_text(point);
  table_cell(table, TONE_NONE, point->low, "%s", interval);
  if (noted)
    table_cell(table, TONE_NONE, NAN, "%s", notes);
  free(work);
  free(change);
  free(interval);
  free(notes);
}

/* Points that have a verdict, `most` of them at most. */
static void add_table(struct document *document, const struct compare *compare, unsigned shown,
                      const char *id, size_t most) {
  size_t count, *order = compare_order(compare, 0, &count), rows = 0, all = compare->family;
  bool noted = has_notes(compare);
  struct table *table = document_table(document, shown, id, "Times, the largest differences first");
  add_columns(table, compare, noted);
  for (size_t i = 0; i < count && rows < most; i++)
    if (compare->points[order[i]].comparable) {
      add_row(table, compare, &compare->points[order[i]], noted);
      rows++;
    }
  if (all > rows)
    table_note(table, "%zu more with --all-points and on the page.", all - rows);
  free(order);
}

static void add_points(struct document *document, const struct compare *compare) {
  if (compare->family == 0)
    return;
  document_heading(document, SHOW_EVERYWHERE, 2, "Points");
  add_table(document, compare, SHOW_SUMMARY, "changes", ROWS_IN_SUMMARY);
  add_table(document, compare, SHOW_ALL_POINTS | SHOW_PAGE, "points", SIZE_MAX);
  for (size_t run = 1; run < compare->run_count; run++)
    compare_drawings(document, compare, run);
}

/* --- what cannot be compared ------------------------------------------------------------------ */

/* Lists what one of two runs alone has. */
static void add_missing(struct document *document, const struct compare *compare, size_t run,
                        bool in_first, size_t count) {
  size_t listed = 0;
  if (count == 0)
    return;
  document_paragraph(document, SHOW_EVERYWHERE, TONE_FAILED, "Only in %s, not in %s: %zu point%s.",
                     compare->runs[in_first ? 0 : run].letter,
                     compare->runs[in_first ? run : 0].letter, count, plural(count));
  for (size_t i = 0; i < compare->point_count; i++) {
    const struct compared_point *point = &compare->points[i];
    if (point->run != run || (in_first ? point->later : point->first) != NO_POINT)
      continue;
    char *name = compared_text(compare, point);
    bool short_list = listed++ < MISSING_IN_SUMMARY;
    document_item(document, short_list ? SHOW_EVERYWHERE : SHOW_ALL_POINTS | SHOW_PAGE, 0,
                  TONE_NONE, "%s", name);
    free(name);
  }
  if (listed > MISSING_IN_SUMMARY)
    document_item(document, SHOW_SUMMARY, 0, TONE_QUIET, "... and %zu more",
                  listed - MISSING_IN_SUMMARY);
}

static void add_failed(struct document *document, const struct compare *compare) {
  bool headed = false;
  for (size_t i = 0; i < compare->point_count; i++) {
    const struct compared_point *point = &compare->points[i];
    if (point->failed_first == 0 && point->failed_later == 0)
      continue;
    if (!headed)
      document_paragraph(document, SHOW_EVERYWHERE, TONE_FAILED,
                         "Points with launches that did not verify; what verified is compared:");
    headed = true;
    const size_t indices[] = {point->first, point->later}, runs[] = {0, point->run};
    for (int side = 0; side < 2; side++) {
      if (indices[side] == NO_POINT || (side == 0 ? point->failed_first : point->failed_later) == 0)
        continue;
      const struct compared_run *run = &compare->runs[runs[side]];
      char *name = compared_text(compare, point);
      char *failures = failures_text(&run->data.points[indices[side]]);
      document_item(document, SHOW_EVERYWHERE, 0, TONE_NONE, "%s, %s: %s", run->letter, name,
                    failures);
      free(name);
      free(failures);
    }
  }
}

static void add_uncompared(struct document *document, const struct compare *compare) {
  bool any = false;
  for (size_t i = 0; i < compare->point_count && !any; i++) {
    const struct compared_point *point = &compare->points[i];
    any = !point->comparable || point->failed_first > 0 || point->failed_later > 0;
  }
  if (!any)
    return;
  document_heading(document, SHOW_EVERYWHERE, 2, "Missing and failed");
  for (size_t run = 1; run < compare->run_count; run++) {
    struct compare_counts counts = compare_count(compare, run);
    add_missing(document, compare, run, true, counts.only_first);
    add_missing(document, compare, run, false, counts.only_later);
  }
  add_failed(document, compare);
}

static void add_method(struct document *document, const struct compare *compare) {
  document_heading(document, SHOW_ALL_POINTS | SHOW_PAGE, 2, "How this was obtained");
  document_paragraph(
      document, SHOW_ALL_POINTS | SHOW_PAGE, TONE_NONE,
      "Points are the same if their cell_id is, or all their factors are. The unit is the launch: "
      "its value is the median of its timed repetitions. Each point of a later run is compared "
      "with that of %s by the test of Mann and Whitney, as launches of different runs do not form "
      "pairs. The p values of all %zu comparisons are adjusted by Holm; a difference needs an "
      "adjusted p of 0.05 or less. The same within %.3g %% means that the %.1f %% interval of the "
      "ratio of times lies within this margin. The change is the estimate of the ratio by Hodges "
      "and Lehmann, its interval inverts the test.",
      compare->runs[0].letter, compare->family, 100 * compare->margin, 100 * equivalence_level);
}

void compare_document(struct document *document, const struct compare *compare,
                      const struct fail_on *fail_on) {
  free(document->title);
  document->title =
      compare->run_count == 2
          ? grow_text("%s compared with %s", compare->runs[1].results, compare->runs[0].results)
          : grow_text("%zu runs compared with %s", compare->run_count - 1,
                      compare->runs[0].results);
  add_verdict(document, compare, fail_on);
  add_runs(document, compare);
  add_facts(document, compare);
  add_points(document, compare);
  add_uncompared(document, compare);
  add_method(document, compare);
}
