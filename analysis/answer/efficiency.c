/* Strong and weak scaling: speedup and parallel efficiency on more and more cores. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "analysis/answer/sections.h"
#include "analysis/answer/words.h"
#include "analysis/statistics/speedup.h"
#include "common/grow.h"
#include "common/number.h"

/* One line of the table: a variant of a work on one machine, on all its numbers of cores. */
struct efficiency_row {
  size_t work, machine, variant;
  int64_t n; /* strong scaling */
  size_t *standings;
  size_t count;
};

struct lines_of {
  struct efficiency_row *items;
  size_t count;
  int64_t *cores; /* all numbers of cores, ascending */
  size_t core_count;
};

static bool is_of(const struct standing *standing, const struct efficiency_row *line, bool weak) {
  return standing->problem->work == line->work && standing->point->machine == line->machine &&
         standing->point->variant == line->variant && (weak || standing->problem->n == line->n);
}

static void keep_cores(struct lines_of *lines, int64_t cores) {
  size_t at = lines->core_count;
  for (size_t i = 0; i < lines->core_count; i++)
    if (lines->cores[i] == cores)
      return;
  *GROW(lines->cores, lines->core_count) = cores;
  for (; at > 0 && lines->cores[at - 1] > cores; at--) {
    lines->cores[at] = lines->cores[at - 1];
    lines->cores[at - 1] = cores;
  }
}

/* Those of the matrix's variants that ran on more than one number of cores. */
static struct lines_of find_lines(const struct answer *answer) {
  struct lines_of lines = {0};
  for (size_t c = 0; c < answer->contest_count; c++)
    for (size_t v = 0; v < answer->data->variant_count; v++) {
      const struct contest *contest = &answer->contests[c];
      struct efficiency_row line = {
          .work = contest->work, .machine = contest->machine, .variant = v, .n = contest->n};
      if (contest->entries[v] == NONE)
        continue;
      for (size_t i = contest->begin; i < contest->end; i++)
        if (is_of(&answer->standings[i], &line, answer->weak) && answer->standings[i].count > 0)
          *GROW(line.standings, line.count) = i;
      if (line.count < 2) {
        free(line.standings);
        continue;
      }
      for (size_t i = 0; i < line.count; i++)
        keep_cores(&lines, answer->standings[line.standings[i]].point->cores);
      *GROW(lines.items, lines.count) = line;
    }
  return lines;
}

static void free_lines(struct lines_of *lines) {
  for (size_t i = 0; i < lines->count; i++)
    free(lines->items[i].standings);
  free(lines->items);
  free(lines->cores);
}

static const struct standing *on_cores(const struct answer *answer,
                                       const struct efficiency_row *line, int64_t cores) {
  for (size_t i = 0; i < line->count; i++)
    if (answer->standings[line->standings[i]].point->cores == cores)
      return &answer->standings[line->standings[i]];
  return NULL;
}

/* The nodes of all lines on that number of cores; 0: not all on as many. */
static int64_t common_nodes(const struct answer *answer, const struct lines_of *lines,
                            int64_t cores) {
  int64_t nodes = 0;
  for (size_t i = 0; i < lines->count; i++) {
    const struct standing *standing = on_cores(answer, &lines->items[i], cores);
    if (standing == NULL)
      continue;
    if (nodes > 0 && standing->point->nodes != nodes)
      return 0;
    nodes = standing->point->nodes;
  }
  return nodes;
}

/* The experimentally determined serial fraction: where it grows with the cores, communication or
 * load imbalance grows; where it stays the same, it is serial work. */
static char *serial_text(const struct answer *answer, const struct standing *standing) {
  if (standing->base == NONE || answer->weak)
    return grow_text("%s", "");
  const struct standing *base = &answer->standings[standing->base];
  double workers = (double)standing->point->cores / (double)base->point->cores;
  struct interval_estimate e = karp_flatt_estimate(speedup_estimate(&standing->over_base), workers);
  if (isnan(e.value))
    return grow_text("%s", "");
  return isnan(e.low) ? grow_text("; serial fraction (Karp-Flatt) %.3f", e.value)
                      : grow_text("; serial fraction (Karp-Flatt) %.3f [%.3f, %.3f]", e.value,
                                  e.low, e.high);
}

/* `titled`: the column's title names the nodes. */
static void add_cell(struct table *table, const struct answer *answer,
                     const struct efficiency_row *line, int64_t cores, bool titled) {
  const struct standing *standing = on_cores(answer, line, cores);
  if (standing == NULL || isnan(standing->efficiency)) {
    table_cell(table, TONE_QUIET, NAN, "-");
    return;
  }
  char *text = percent_text(standing->efficiency);
  bool crowded = standing->point->oversubscribed && standing->work->kind != BOUND_WAIT;
  struct table_cell *cell =
      table_cell(table, crowded ? TONE_SUSPECT : TONE_NONE, standing->efficiency, "%s", text);
  double per_speedup = standing->efficiency / standing->speedup;
  if (!isnan(standing->speedup_low))
    cell->second = grow_text("%.0f-%.0f", 100 * per_speedup * standing->speedup_low,
                             100 * per_speedup * standing->speedup_high);
  char *speedup =
      ratio_interval_text(standing->speedup, standing->speedup_low, standing->speedup_high);
  char *serial = serial_text(answer, standing);
  char *nodes = nodes_text(answer, standing->point->nodes);
  cell->hint = grow_text("speedup %s on %" PRId64 " cores%s%s", speedup, cores, nodes, serial);
  if (!titled && *nodes != '\0' && standing->variant->nodes == 0) {
    char *longer = grow_text("%s%s%s", cell->second != NULL ? cell->second : "",
                             cell->second != NULL ? "," : "", nodes + (cell->second == NULL));
    free(cell->second);
    cell->second = longer;
  }
  free(nodes);
  free(text);
  free(speedup);
  free(serial);
}

static void add_table(struct document *document, const struct answer *answer,
                      const struct lines_of *lines) {
  bool waits = false; /* its workers may be more than there are cores */
  for (size_t i = 0; i < lines->count; i++)
    waits |= answer->data->works[lines->items[i].work].kind == BOUND_WAIT;
  struct table *table = document_table(
      document, SHOW_SUMMARY | SHOW_PAGE, "efficiency", "Parallel efficiency by %s (%s scaling)",
      waits ? "workers" : "cores", answer->weak ? "weak" : "strong");
  table_column(table, false, false, "work", NULL);
  table_column(table, false, false, "model", NULL);
  for (size_t i = 0; i < lines->core_count; i++) {
    char *nodes = nodes_text(answer, common_nodes(answer, lines, lines->cores[i]));
    char *title = grow_text("%" PRId64 " %s%s%s", lines->cores[i], waits ? "worker" : "core",
                            lines->cores[i] == 1 ? "" : "s", nodes);
    table_column(table, true, false, title,
                 answer->weak ? "Rate of a core over the base's: work / time / cores, so that a "
                                "size which misses the work per core a little is no gain or loss."
                              : "Speedup over the base, divided by the number of cores over the "
                                "base's. 95 % interval below.");
    free(title);
    free(nodes);
  }
  for (size_t i = 0; i < lines->count; i++) {
    const struct efficiency_row *line = &lines->items[i];
    char *work = work_short_name(answer, line->work);
    table_cell(table, TONE_NONE, (double)i, "%s", work)->second =
        machine_note(answer, line->machine);
    table_cell(table, TONE_NONE, (double)line->variant, "%s",
               answer->data->variants[line->variant].label);
    for (size_t k = 0; k < lines->core_count; k++)
      add_cell(table, answer, line, lines->cores[k],
               common_nodes(answer, lines, lines->cores[k]) > 0);
    free(work);
  }
  table_note(table, "Speedup over %s on the fewest cores, divided by the cores; 95 %% intervals.%s",
             answer->baseline, answer->weak ? " The work of a core is held constant." : "");
}

void section_efficiency(struct document *document, const struct answer *answer) {
  struct lines_of lines = find_lines(answer);
  if (lines.count > 0) {
    document_heading(document, SHOW_PAGE, 2, "Efficiency by cores");
    add_table(document, answer, &lines);
  }
  free_lines(&lines);
}
