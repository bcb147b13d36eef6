/* The matrix work x model: speedups with intervals, the winner and its equals marked. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "analysis/answer/sections.h"
#include "analysis/answer/sweeps.h"
#include "analysis/answer/words.h"
#include "common/grow.h"
#include "common/number.h"

static bool is_column(const struct answer *answer, size_t variant) {
  for (size_t i = 0; i < answer->contest_count; i++)
    if (answer->contests[i].entries[variant] != NONE)
      return true;
  return false;
}

/* The number of cores that all entries of a column have; 0: they differ. *nodes: of one of them;
 * may be NULL. */
static int64_t common_cores(const struct answer *answer, size_t variant, int64_t *nodes) {
  int64_t cores = -1;
  int64_t unused;
  nodes = nodes != NULL ? nodes : &unused;
  *nodes = 0;
  for (size_t i = 0; i < answer->contest_count; i++) {
    size_t entry = answer->contests[i].entries[variant];
    if (entry == NONE)
      continue;
    int64_t own = answer->standings[entry].point->cores;
    cores = cores == -1 || cores == own ? own : 0;
    *nodes = answer->standings[entry].point->nodes;
  }
  return cores;
}

static enum tone tone_of(const struct contest *contest, size_t variant,
                         const struct standing *standing) {
  if (standing->count == 0)
    return TONE_FAILED;
  if (contest->best == variant && contest->sure)
    return TONE_WINNER;
  if (contest->best != NONE && contest->sure &&
      contest_pair(contest, contest->best, variant)->verdict == VERDICT_SAME)
    return TONE_EQUAL;
  if (!standing->sound)
    return TONE_SUSPECT;
  if (standing->point->oversubscribed && standing->work->kind != BOUND_WAIT)
    return TONE_SUSPECT;
  return contest->base == variant ? TONE_BASE : TONE_NONE;
}

/* How a cell's number came about, for the page. */
static char *hint_text(const struct answer *answer, const struct contest *contest, size_t variant,
                       const struct standing *standing) {
  char *name = standing_name(answer, standing);
  char *time = time_interval_text(standing->described.median, standing->described.low,
                                  standing->described.high);
  const struct comparison *pair =
      contest->base == NONE ? NULL : contest_pair(contest, variant, contest->base);
  char *test = pair == NULL || pair->test == TEST_NONE
                   ? grow_text("%s", "")
                   : grow_text("; against the base: %s, p = %.2g after Holm over %zu comparisons",
                               pair->test == TEST_SIGNED_RANK ? "signed-rank test over rounds"
                                                              : "Mann-Whitney test",
                               pair->p_adjusted, answer->matrix_family);
  char *hint = grow_text("%s: median %s over %zu launches%s", name, time, standing->count, test);
  free(name);
  free(time);
  free(test);
  return hint;
}

static void add_failed(struct table *table, const struct standing *standing) {
  /* The first one says why; those after it may only have been skipped. */
  enum status status = STATUS_FAIL;
  if (standing->point->launch_count > 0)
    status = standing->point->launches[0].status;
  table_cell(table, TONE_FAILED, NAN, "%s", status_names[status]);
}

static void add_entry(struct table *table, const struct answer *answer,
                      const struct contest *contest, size_t variant, bool say_cores) {
  size_t index = contest->entries[variant];
  if (index == NONE) {
    table_cell(table, TONE_QUIET, NAN, "-");
    return;
  }
  const struct standing *standing = &answer->standings[index];
  if (standing->count == 0) {
    add_failed(table, standing);
    return;
  }
  enum tone tone = tone_of(contest, variant, standing);
  char time[NUMBER_TEXT], *second = NULL, *text = NULL;
  double sort = standing->described.median;
  seconds_format(standing->described.median, time);
  if (contest->base == NONE || contest->base == variant) {
    text = grow_text("%s", time);
    second = grow_text(contest->base == variant ? "base" : "no base");
    sort = contest->base == variant ? 1 : NAN;
  } else {
    const struct comparison *pair = contest_pair(contest, variant, contest->base);
    text = ratio_text(pair->ratio);
    second = narrow_interval_text(pair->low, pair->high);
    sort = pair->ratio;
  }
  struct table_cell *cell = table_cell(table, tone, sort, "%s", text);
  char *nodes = nodes_text(answer, standing->variant->nodes > 0 ? 0 : standing->point->nodes);
  cell->second = say_cores
                     ? grow_text("%s%s%" PRId64 "%s%s", second, *second != '\0' ? "\n" : "",
                                 standing->point->cores,
                                 standing->point->oversubscribed ? " workers" : " cores", nodes)
                     : grow_text("%s", second);
  free(nodes);
  cell->hint = hint_text(answer, contest, variant, standing);
  free(text);
  free(second);
}

static void add_columns(struct table *table, const struct answer *answer) {
  char *method = grow_text(
      "Speedup: how many times as fast as the base (%s on the fewest cores) the same work is done. "
      "Hodges-Lehmann estimate of the ratio of run times of launches, with its 95 %% interval from "
      "the inverted rank test. Each model on the most cores that are not oversubscribed; work that "
      "waits on the most workers. * fastest, = the same as the fastest within %.3g %%.",
      answer->baseline, 100 * answer->margin);
  table_column(table, false, false, "work", NULL);
  for (size_t v = 0; v < answer->data->variant_count; v++) {
    if (!is_column(answer, v))
      continue;
    const struct data_variant *variant = &answer->data->variants[v];
    int64_t on_nodes, cores = common_cores(answer, v, &on_nodes);
    char *nodes = nodes_text(answer, variant->nodes > 0 ? 0 : on_nodes);
    bool one = variant->model == MODEL_SERIAL || variant->model == MODEL_ASYNC;
    char *title = cores <= 0 || (cores == 1 && one)
                      ? grow_text("%s", variant->label)
                      : grow_text("%s %" PRId64 " core%s%s", variant->label, cores,
                                  cores == 1 ? "" : "s", nodes);
    table_column(table, true, false, title, method);
    free(title);
    free(nodes);
  }
  free(method);
}

static void add_notes(struct table *table, const struct answer *answer) {
  size_t least = SIZE_MAX, most = 0;
  for (size_t i = 0; i < answer->contest_count; i++)
    for (size_t k = 0; k < answer->contests[i].present_count; k++) {
      const struct contest *contest = &answer->contests[i];
      size_t count = answer->standings[contest->entries[contest->present[k]]].count;
      least = count < least ? count : least;
      most = count > most ? count : most;
    }
  table_note(table, "%s.",
             answer->weak ? "Scaled speedup: work done in a time, over the base's"
                          : "Speedup over the base, whose time stands in its place");
  if (most == 0)
    return;
  char *launches = least == most ? grow_text("%zu", most) : grow_text("%zu to %zu", least, most);
  char *holm = answer->matrix_family == 0
                   ? grow_text("%s", "")
                   : grow_text("; 95 %% intervals of each ratio alone; verdicts: Holm over %zu "
                               "comparison%s at 5 %%",
                               answer->matrix_family, answer->matrix_family == 1 ? "" : "s");
  table_note(table, "%s launch%s of each%s.", launches, most == 1 ? "" : "es", holm);
  free(holm);
  free(launches);
}

static void add_matrix(struct document *document, const struct answer *answer, bool all,
                       unsigned shown) {
  struct table *table =
      document_table(document, shown, all ? "matrix" : "matrix-short", "Speedup by work and model");
  add_columns(table, answer);
  for (size_t i = 0; i < answer->contest_count; i++) {
    const struct contest *contest = &answer->contests[i];
    if (contest->between && !all)
      continue;
    char *name = work_short_name(answer, contest->work), size[SIZE_TEXT];
    struct table_cell *cell = table_cell(table, TONE_NONE, (double)i, "%s", name);
    bool many = answer->data->machine_count > 1;
    cell->second = grow_text("n = %s%s%s", size_text(contest->n, size), many ? "\n" : "",
                             many ? answer->data->machines[contest->machine].label : "");
    for (size_t v = 0; v < answer->data->variant_count; v++)
      if (is_column(answer, v))
        add_entry(table, answer, contest, v, common_cores(answer, v, NULL) == 0);
    free(name);
  }
  if (!all)
    table_note(table,
               "%zu works between the first and the last of a sweep over an option are on "
               "the page.",
               sweeps_between(answer, BOUNDS));
  add_notes(table, answer);
  document_paragraph(
      document, SHOW_SUMMARY, TONE_QUIET,
      "* fastest; = the same as the fastest within %.3g %%; ! oversubscribed, or some "
      "launches failed; x all failed",
      100 * answer->margin);
}

void section_matrix(struct document *document, const struct answer *answer) {
  bool sweeps = sweeps_between(answer, BOUNDS) > 0;
  if (answer->contest_count == 0)
    return;
  document_heading(document, SHOW_PAGE, 2, "Work by model");
  if (sweeps)
    add_matrix(document, answer, false, SHOW_SUMMARY);
  add_matrix(document, answer, true, sweeps ? SHOW_PAGE : SHOW_SUMMARY | SHOW_PAGE);
}
