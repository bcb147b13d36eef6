#include "analysis/table.h"

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/summary.h"
#include "common/number.h"

enum { TEXT = 160 };

/* Texts of a CSV may hold anything; a terminal gets what can be printed. */
static void print_plain(const char *text, int width) {
  int printed = 0;
  for (; *text != '\0'; text++, printed++)
    putchar((unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text);
  for (; printed < width; printed++)
    putchar(' ');
}

/* --- what a cell is called
 * ------------------------------------------------------------------------- */

/* Whether this factor must be told, as cells of the same driver and cores differ in it. */
static bool is_telling(const struct group *group, const struct cell *cell, enum factor factor) {
  for (size_t i = 0; i < group->cell_count; i++) {
    const struct cell *other = &group->cells[i];
    if (strcmp(other->factors[MODEL], cell->factors[MODEL]) == 0 &&
        strcmp(other->factors[DRIVER], cell->factors[DRIVER]) == 0 &&
        strcmp(other->factors[CORES], cell->factors[CORES]) == 0 &&
        strcmp(other->factors[factor], cell->factors[factor]) != 0)
      return true;
  }
  return false;
}

/* "; grain=1000; schedule=dynamic": what the other columns do not tell. */
static void describe_rest(const struct group *group, const struct cell *cell, char text[TEXT]) {
  size_t used = 0;
  text[0] = '\0';
  for (enum factor factor = RANKS; factor < FACTORS && used < TEXT; factor++)
    if (is_telling(group, cell, factor) && *cell->factors[factor] != '\0')
      used += (size_t)snprintf(text + used, TEXT - used, "; %s=%s", factor_names[factor],
                               cell->factors[factor]);
}

/* "threads (omp_driver, 2 cores)" */
static void print_name(const struct group *group, const struct cell *cell) {
  char rest[TEXT];
  const char *cores = cell->factors[CORES];
  describe_rest(group, cell, rest);
  print_plain(cell->factors[MODEL], 0);
  printf(" (");
  print_plain(cell->factors[DRIVER], 0);
  printf(", ");
  print_plain(cores, 0);
  printf(strcmp(cores, "1") == 0 ? " core" : " cores");
  print_plain(rest, 0);
  putchar(')');
}

/* --- the cells of the table
 * ------------------------------------------------------------------------ */

/* "[3.57, 3.65] ms" for an interval, "3.57 .. 3.65 ms" for a range; one unit if both have the same.
 */
static void format_bounds(const struct summary *summary, char text[TEXT]) {
  char low[NUMBER_TEXT], high[NUMBER_TEXT];
  bool interval = !isnan(summary->level);
  text[0] = '\0';
  if (summary->launches == 0)
    return;
  seconds_format(summary->low_s, low);
  seconds_format(summary->high_s, high);
  char *low_unit = strchr(low, ' ');
  const char *high_unit = strchr(high, ' ');
  if (low_unit != NULL && high_unit != NULL && strcmp(low_unit, high_unit) == 0) {
    *low_unit = '\0';
    snprintf(text, TEXT, interval ? "[%s, %.*s]%s" : "%s .. %.*s%s", low, (int)(high_unit - high),
             high, high_unit);
  } else {
    snprintf(text, TEXT, interval ? "[%s, %s]" : "%s .. %s", low, high);
  }
}

static void append(char text[TEXT], const char *format, ...) __attribute__((format(printf, 2, 3)));

static void append(char text[TEXT], const char *format, ...) {
  size_t used = strlen(text);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text + used, TEXT - used, format, arguments);
  va_end(arguments);
}

/* "exact", "ok, error 1.2e-13", "WRONG 2 of 6", "timeout 1, skipped 5 of 6". */
static void format_verdict(const struct group *group, const struct summary *summary,
                           char text[TEXT]) {
  const struct cell *cell = summary->cell;
  char rest[TEXT];
  size_t bad = cell->launch_count - summary->counts[CELL_OK];
  text[0] = '\0';
  if (summary->counts[CELL_WRONG] == 0 && summary->launches > 0) {
    if (cell->error == 0)
      append(text, "exact");
    else if (isnan(cell->error))
      append(text, "ok");
    else
      append(text, "ok, error %.2g", cell->error);
  }
  for (int status = CELL_WRONG, first = 1; status < CELL_STATUSES; status++)
    if (summary->counts[status] > 0) {
      append(text, "%s%s %zu", first ? (*text != '\0' ? "; " : "") : ", ",
             status == CELL_WRONG ? "WRONG" : cell_status_names[status], summary->counts[status]);
      first = 0;
    }
  if (bad > 0)
    append(text, " of %zu", cell->launch_count);
  if (cell->oversubscribed)
    append(text, "; oversubscribed");
  describe_rest(group, cell, rest);
  append(text, "%s", rest);
}

static void format_speedup(const struct summary *summary, const struct summary *base,
                           char text[TEXT]) {
  if (summary == base)
    snprintf(text, TEXT, "base");
  else if (isnan(summary->speedup))
    snprintf(text, TEXT, "-");
  else
    snprintf(text, TEXT, "%.*fx", summary->speedup < 10 ? 2 : 1, summary->speedup);
}

/* --- the table
 * ------------------------------------------------------------------------------------- */

static int widest(const struct group *group, enum factor factor, const char *title) {
  size_t width = strlen(title);
  for (size_t i = 0; i < group->cell_count; i++)
    if (strlen(group->cells[i].factors[factor]) > width)
      width = strlen(group->cells[i].factors[factor]);
  return (int)width;
}

static bool all_have_intervals(const struct summary *summaries, size_t count) {
  bool all = true;
  for (size_t i = 0; i < count; i++)
    all &= summaries[i].launches == 0 || !isnan(summaries[i].level);
  return all;
}

static void print_title(const struct group *group) {
  print_plain(group->kernel, 0);
  if (strcmp(group->jobs, "1") == 0)
    printf(", n = ");
  else {
    printf(", ");
    print_plain(group->jobs, 0);
    printf(" jobs of n = ");
  }
  print_plain(group->n, 0);
  printf(*group->options == '\0' ? "" : ", ");
  print_plain(group->options, 0);
  putchar('\n');
}

static void print_rows(const struct group *group, const struct summary *summaries,
                       const struct summary *base) {
  bool intervals = all_have_intervals(summaries, group->cell_count);
  int model = widest(group, MODEL, "model"), driver = widest(group, DRIVER, "driver");
  printf("  %-*s  %-*s  %5s  %8s  %-20s  %7s  %s\n", model, "model", driver, "driver", "cores",
         "median", intervals ? "95 % interval" : "min .. max", "speedup", "oracle");
  for (size_t i = 0; i < group->cell_count; i++) {
    const struct summary *summary = &summaries[i];
    char median[NUMBER_TEXT] = "-", bounds[TEXT], speedup[TEXT], verdict[TEXT];
    if (summary->launches > 0)
      seconds_format(summary->median_s, median);
    format_bounds(summary, bounds);
    format_speedup(summary, base, speedup);
    format_verdict(group, summary, verdict);
    printf("  ");
    print_plain(summary->cell->factors[MODEL], model + 2);
    print_plain(summary->cell->factors[DRIVER], driver + 2);
    printf("%5.10s  %8s  %-20s  %7s  ", summary->cell->factors[CORES], median, bounds, speedup);
    print_plain(verdict, 0);
    putchar('\n');
  }
}

/* On what the figures stand: which base, how many launches, which level. */
static void print_footing(const struct group *group, const struct summary *summaries,
                          const struct summary *base, const char *base_driver) {
  char time[NUMBER_TEXT];
  if (base != NULL)
    printf("  Speedup: ratio of medians over %s on %s core%s, %s.\n", base_driver,
           base->cell->factors[CORES], strcmp(base->cell->factors[CORES], "1") == 0 ? "" : "s",
           seconds_format(base->median_s, time));
  else
    printf("  No speedup: %s has no verified time here.\n", base_driver);

  size_t least = 0, most = 0;
  double level = INFINITY;
  for (size_t i = 0; i < group->cell_count; i++) {
    size_t launches = summaries[i].launches;
    if (launches == 0)
      continue;
    least = least == 0 || launches < least ? launches : least;
    most = launches > most ? launches : most;
    if (summaries[i].level < level)
      level = summaries[i].level;
  }
  char range[50];
  if (most == 0)
    return;
  snprintf(range, sizeof range, least == most ? "%zu" : "%zu to %zu", least, most);
  if (all_have_intervals(summaries, group->cell_count))
    printf("  Medians and intervals are over the medians of %s launches; the intervals' level is "
           "%.1f %%.\n",
           range, 100 * level);
  else
    printf(
        "  Medians are over the medians of %s launch%s; a 95 %% interval [a, b] needs 6, so a .. "
        "b is\n  the least and the largest.\n",
        range, most == 1 ? "" : "es");
}

static void print_winner(const struct group *group, const struct summary *summaries) {
  const struct summary *first, *second;
  char time[NUMBER_TEXT];
  summary_rank(summaries, group->cell_count, &first, &second);
  if (first == NULL) {
    printf("  No winner: nothing ran and verified in every launch.\n");
    return;
  }
  if (second == NULL) {
    printf("  Only ");
    print_name(group, first->cell);
    printf(" ran and verified in every launch: %s.\n", seconds_format(first->median_s, time));
    return;
  }
  /* Ranges of a few launches that lie apart by luck are no proof. */
  bool intervals = !isnan(first->level) && !isnan(second->level);
  bool overlap = summary_overlap(first, second);
  printf(overlap ? "  No clear winner: " : intervals ? "  Winner: " : "  Fastest: ");
  print_name(group, first->cell);
  printf(", %s;\n  ", seconds_format(first->median_s, time));
  if (!intervals && !overlap)
    printf("too few launches for an interval that could tell it from the next, ");
  else
    printf("the %s of the next, ", intervals ? "interval" : "range");
  print_name(group, second->cell);
  printf(overlap ? ", overlaps its own.\n" : intervals ? ", does not overlap its own.\n" : ".\n");
}

void table_print(const struct group *group, const char *base_driver) {
  struct summary *summaries = calloc(group->cell_count + 1, sizeof *summaries);
  if (summaries == NULL) {
    fputs("report: out of memory\n", stderr);
    exit(EXIT_MACHINE);
  }
  for (size_t i = 0; i < group->cell_count; i++)
    summaries[i] = summary_make(&group->cells[i]);
  const struct summary *base = summary_compare(summaries, group->cell_count, base_driver);
  print_title(group);
  print_rows(group, summaries, base);
  print_footing(group, summaries, base, base_driver);
  print_winner(group, summaries);
  putchar('\n');
  free(summaries);
}
