/* Builds compared within one run: each with the first, model by model. */
#include <stdlib.h>
#include <string.h>

#include "analysis/answer/sections.h"
#include "analysis/answer/words.h"
#include "common/grow.h"

static bool is_same_but_build(const struct data_variant *a, const struct data_variant *b) {
  return a->model == b->model && strcmp(a->model_text, b->model_text) == 0 &&
         strcmp(a->driver, b->driver) == 0 && strcmp(a->lock, b->lock) == 0 &&
         strcmp(a->schedule, b->schedule) == 0 && strcmp(a->grain, b->grain) == 0 &&
         a->threads == b->threads && strcmp(a->tasks, b->tasks) == 0 &&
         strcmp(a->build, b->build) != 0;
}

/* The variant that differs from this one in the build alone and has the first build of the config;
 * NONE if this is it, or there is no other. */
static size_t first_build(const struct answer *answer, size_t variant) {
  const struct data_variant *variants = answer->data->variants;
  size_t first = variant;
  for (size_t i = 0; i < answer->data->variant_count; i++) {
    if (!is_same_but_build(&variants[i], &variants[variant]))
      continue;
    size_t rank = build_rank(answer, variants[i].build);
    size_t least = build_rank(answer, variants[first].build);
    if (rank < least || (rank == least && i < first))
      first = i;
  }
  return first == variant ? NONE : first;
}

static enum tone tone_of(enum comparison_verdict verdict) {
  return verdict == VERDICT_FASTER ? TONE_WINNER : verdict == VERDICT_SAME ? TONE_EQUAL : TONE_NONE;
}

static void add_row(struct table *table, const struct answer *answer, const struct contest *contest,
                    size_t variant, size_t first) {
  const struct comparison *pair = contest_pair(contest, variant, first);
  if (pair == NULL)
    return;
  const struct data_variant *own = &answer->data->variants[variant];
  char *work = work_name(answer, contest->work, contest->n);
  char *ratio = ratio_interval_text(pair->ratio, pair->low, pair->high);
  table_cell(table, TONE_NONE, (double)contest->work, "%s", work);
  table_cell(table, TONE_NONE, (double)own->model, "%s", own->model_text);
  table_cell(table, TONE_NONE, (double)variant, "%s over %s", own->build,
             answer->data->variants[first].build);
  table_cell(table, tone_of(pair->verdict), pair->ratio, "%s", ratio);
  struct table_cell *cell =
      table_cell(table, TONE_NONE, pair->verdict, "%s", verdict_names[pair->verdict]);
  if (pair->verdict == VERDICT_CANNOT_TELL)
    cell->hint = undecided_text(pair);
  free(work);
  free(ratio);
}

void section_builds(struct document *document, const struct answer *answer) {
  bool any = false;
  for (size_t v = 0; v < answer->data->variant_count; v++)
    any |= first_build(answer, v) != NONE;
  if (!any)
    return;
  document_heading(document, SHOW_SUMMARY | SHOW_PAGE, 2, "Builds");
  struct table *table = document_table(document, SHOW_SUMMARY | SHOW_PAGE, "builds",
                                       "Each build against the first, by work and model");
  table_column(table, false, false, "work", NULL);
  table_column(table, false, false, "model", NULL);
  table_column(table, false, false, "builds", NULL);
  table_column(
      table, true, false, "times as fast",
      "Ratio of run times (Hodges-Lehmann) with its 95 % interval; above 1 the first named "
      "build is the faster one. Tested and decided as in the matrix.");
  table_column(table, false, false, "verdict", NULL);
  for (size_t c = 0; c < answer->contest_count; c++)
    for (size_t v = 0; v < answer->data->variant_count; v++) {
      size_t first = first_build(answer, v);
      if (first != NONE)
        add_row(table, answer, &answer->contests[c], v, first);
    }
}
