/* Break-even: from which size on each model is faster than the base. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "analysis/answer/crossings.h"
#include "analysis/answer/sections.h"
#include "analysis/answer/sweeps.h"
#include "analysis/answer/words.h"
#include "common/grow.h"
#include "common/number.h"

static void add_columns(struct table *table, const struct answer *answer) {
  char *alone = grow_text(
      "The n at which the ratio of times to %s is 1, linear between sizes in log n and log ratio, "
      "to two digits. In brackets the measured sizes between which it lies: slower at the first, "
      "faster at the second, decided by the rank tests over all points.",
      answer->baseline);
  table_column(table, false, false, "work", NULL);
  table_column(table, false, false, "model", NULL);
  table_column(table, false, false, "faster from", alone);
  table_column(table, false, false, "with start-up",
               "The same for a program that starts and does one repetition: startup_s, from main() "
               "until the workers are ready, is added to both sides; and what process_s holds "
               "beside it and the repetitions at the smallest size (the system's start of the "
               "program, for processes mpirun, and its end), where the repetitions there are short "
               "enough for that.");
  free(alone);
}

/* Sorted by the size where there is one; always before, never behind all of them. */
static double sort_of(const struct breakeven *found) {
  switch (found->outcome) {
  case BREAKEVEN_ALWAYS:
    return 0;
  case BREAKEVEN_FROM:
    return isnan(found->n.value) ? found->n_high : found->n.value;
  case BREAKEVEN_NEVER:
    return 1e30;
  default:
    return NAN;
  }
}

static void add_found(struct table *table, const struct crossing *crossing,
                      const struct breakeven *found) {
  char *range, *text = crossing_text(crossing, found, &range);
  enum tone tone = found->outcome == BREAKEVEN_NEVER || found->outcome == BREAKEVEN_CANNOT_TELL
                       ? TONE_QUIET
                       : TONE_NONE;
  struct table_cell *cell = table_cell(table, tone, sort_of(found), "%s", text);
  cell->second = range;
  free(text);
}

static void add_row(struct table *table, const struct answer *answer,
                    const struct crossing *crossing) {
  const struct contest *contest = &answer->contests[crossing->contest];
  char *work = work_short_name(answer, contest->work);
  char *name = standing_name(answer, &answer->standings[contest->entries[crossing->variant]]);
  table_cell(table, TONE_NONE, (double)crossing->contest, "%s", work);
  table_cell(table, TONE_NONE, (double)crossing->variant, "%s", name);
  add_found(table, crossing, &crossing->alone);
  if (crossing->has_started) {
    char own[NUMBER_TEXT], base[NUMBER_TEXT];
    add_found(table, crossing, &crossing->started);
    table->cells[table->cell_count - 1].hint =
        grow_text("start %s, of the base %s%s", seconds_format(crossing->start_s, own),
                  seconds_format(crossing->base_start_s, base),
                  crossing->whole_process ? "" : " (from main() on)");
  } else {
    table_cell(table, TONE_QUIET, NAN, "-");
  }
  free(work);
  free(name);
}

static void add_notes(struct table *table, const struct answer *answer) {
  size_t whole = 0, from_main = 0;
  for (size_t i = 0; i < answer->crossing_count; i++) {
    whole += answer->crossings[i].has_started && answer->crossings[i].whole_process;
    from_main += answer->crossings[i].has_started && !answer->crossings[i].whole_process;
  }
  table_note(table, "Against %s, each model on the cores of the matrix.", answer->baseline);
  if (whole > 0)
    table_note(table,
               "With start-up: one repetition and the start and end of the program, for "
               "processes with mpirun%s.",
               from_main > 0 ? " (some from main() on only, see the page)" : "");
  else if (from_main > 0)
    table_note(table, "With start-up: one repetition and the start from main() on until the "
                      "workers are ready; without what the system and mpirun take before.");
}

static void add_table(struct document *document, const struct answer *answer, bool all,
                      unsigned shown) {
  struct table *table =
      document_table(document, shown, all ? "break-even" : "break-even-short",
                     "Break-even: the size from which on a model is faster than the base");
  add_columns(table, answer);
  for (size_t i = 0; i < answer->crossing_count; i++)
    if (all || !answer->contests[answer->crossings[i].contest].between)
      add_row(table, answer, &answer->crossings[i]);
  add_notes(table, answer);
}

void section_breakeven(struct document *document, const struct answer *answer) {
  if (answer->crossing_count == 0)
    return;
  bool sweeps = sweeps_between(answer, BOUNDS) > 0;
  document_heading(document, SHOW_PAGE, 2, "Break-even");
  if (sweeps)
    add_table(document, answer, false, SHOW_SUMMARY);
  add_table(document, answer, true, sweeps ? SHOW_PAGE : SHOW_SUMMARY | SHOW_PAGE);
}
