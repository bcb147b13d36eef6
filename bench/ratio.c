/* Compares interleaved measurements: reads a pair "ours peer" for each round, one pair a line, from
 * standard input, and prints one row of a table.
 *
 * The ratio is taken within each round, as its two launches follow each other and so had the same
 * state of the machine; what is reported is the median of these ratios with its distribution-free
 * interval. That is a paired measurement, not a summary of ratios of different things. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/sample.h"
#include "common/error.h"
#include "common/number.h"
#include "common/stats.h"
#include "common/streams.h"

enum { ROUNDS_MAX = 10000, CELL = 96 };

static const char row_format[] = "%-38s  %-12s  %-12s  %-36s  %-14s  %-11s  %s\n";

/* The quantity: ours / peer, ours - peer, or ours alone. */
enum ratio_kind { RATIO, DIFFERENCE, ALONE };

struct ratio_row {
  const char *measure, *unit;
  enum ratio_kind kind;
  double at_least, at_most; /* NaN: no such limit */
  double limit;             /* the maximum rate of the machine, in the unit of ours; NaN: unknown */
  const char *limited_by;   /* what sets this limit */
  double ours[ROUNDS_MAX], peer[ROUNDS_MAX], judged[ROUNDS_MAX];
  size_t count;
};

static double judge(const struct ratio_row *row, double ours, double peer) {
  return row->kind == RATIO ? ours / peer : row->kind == DIFFERENCE ? ours - peer : ours;
}

/* A line's two numbers; the peer's may be missing where ours is judged alone. */
static int take_line(struct ratio_row *row, long line, const char *text, struct error *error) {
  char ours[NUMBER_TEXT] = "", peer[NUMBER_TEXT] = "", more[2] = "";
  double *o = &row->ours[row->count], *p = &row->peer[row->count];
  int found = sscanf(text, "%47s %47s %1s", ours, peer, more);
  bool alone = found == 1 && row->kind == ALONE;
  if (found != 2 && !alone)
    error_set(error, EXIT_USAGE, "expected two numbers");
  else if (row->count == ROUNDS_MAX)
    error_set(error, EXIT_USAGE, "more than %d rounds", (int)ROUNDS_MAX);
  else if (real_parse(ours, -HUGE_VAL, HUGE_VAL, o, error) == 0 && !alone)
    real_parse(peer, -HUGE_VAL, HUGE_VAL, p, error);
  if (error->code)
    return error_prefix(error, "line %ld", line);
  if (alone)
    *p = NAN;
  row->judged[row->count++] = judge(row, *o, *p);
  return 0;
}

static int read_pairs(struct ratio_row *row, struct error *error) {
  char text[256];
  for (long line = 1; fgets(text, sizeof text, stdin); line++)
    if (take_line(row, line, text, error))
      return error->code;
  if (row->count == 0)
    return error_set(error, EXIT_USAGE, "nothing to compare on standard input");
  return 0;
}

/* A quantity in the row's unit. */
static char *quantity(const struct ratio_row *row, double value, char cell[CELL]) {
  char text[NUMBER_TEXT];
  if (isnan(value))
    snprintf(cell, CELL, "-");
  else if (strcmp(row->unit, "s") == 0)
    snprintf(cell, CELL, "%s", seconds_format(value, text));
  else
    snprintf(cell, CELL, "%s%s", quantity_format(value, text), row->unit);
  return cell;
}

/* A value of what is judged: a plain ratio, a signed difference, a quantity. */
static char *judged(const struct ratio_row *row, double value, char cell[CELL]) {
  char text[CELL];
  if (row->kind == RATIO)
    snprintf(cell, CELL, "%.3f", value);
  else
    snprintf(cell, CELL, "%s%s%s", row->kind == DIFFERENCE && value >= 0 ? "+" : "",
             value < 0 ? "-" : "", quantity(row, fabs(value), text));
  return cell;
}

static void describe_interval(const struct ratio_row *row, const struct interval *i,
                              char cell[CELL]) {
  char median[CELL], low[CELL], high[CELL];
  int room = CELL - 1;
  judged(row, i->median, median);
  if (isnan(i->low))
    snprintf(cell, CELL, "%.*s (too few for an interval)", room / 2, median);
  else
    snprintf(cell, CELL, "%.24s [%.24s, %.24s] of %zu", median, judged(row, i->low, low),
             judged(row, i->high, high), row->count);
}

static void describe_limits(const struct ratio_row *row, char cell[CELL]) {
  char least[CELL], most[CELL];
  judged(row, row->at_least, least);
  judged(row, row->at_most, most);
  if (!isnan(row->at_least) && !isnan(row->at_most))
    snprintf(cell, CELL, "%.24s to %.24s", least, most);
  else if (!isnan(row->at_least))
    snprintf(cell, CELL, ">= %.24s", least);
  else if (!isnan(row->at_most))
    snprintf(cell, CELL, "<= %.24s", most);
  else
    snprintf(cell, CELL, "-");
}

static bool within(const struct ratio_row *row, double value) {
  return !isnan(value) && !(value < row->at_least) && !(value > row->at_most);
}

/* The median decides; an interval that does not agree is reported. */
static const char *target_met(const struct ratio_row *row, const struct interval *i) {
  if (isnan(row->at_least) && isnan(row->at_most))
    return "-";
  bool yes = within(row, i->median);
  bool low = isnan(i->low) ? yes : within(row, i->low);
  bool high = isnan(i->high) ? yes : within(row, i->high);
  if (yes)
    return low && high ? "yes" : "yes, unsure";
  return low || high ? "no, unsure" : "no";
}

/* Our rate as a fraction of the machine's limit. */
static void describe_fraction(const struct ratio_row *row, char cell[CELL]) {
  if (isnan(row->limit))
    snprintf(cell, CELL, "-");
  else
    snprintf(cell, CELL, "%.2f %.40s", stats_median(row->ours, row->count) / row->limit,
             row->limited_by);
}

static void print_row(struct ratio_row *row) {
  char ours[CELL], peer[CELL], interval[CELL], limits[CELL], fraction[CELL];
  stats_sort(row->ours, row->count);
  stats_sort(row->peer, row->count);
  stats_sort(row->judged, row->count);
  struct interval i = stats_interval(row->judged, row->count, 0.95);
  describe_interval(row, &i, interval);
  describe_limits(row, limits);
  describe_fraction(row, fraction);
  printf(row_format, row->measure, quantity(row, stats_median(row->ours, row->count), ours),
         quantity(row, stats_median(row->peer, row->count), peer), interval, limits,
         target_met(row, &i), fraction);
}

int main(int argc, char **argv) {
  static struct ratio_row row = {
      .measure = "", .unit = "", .at_least = NAN, .at_most = NAN, .limit = NAN, .limited_by = ""};
  bool header = false;
  struct error error = {0};
  const struct cli_option options[] = {
      {"measure", 'm', "NAME", "the name of the row", .text = &row.measure},
      {"unit", 'u', "UNIT", "of both numbers: s, flop/s", .text = &row.unit},
      {"kind", 'k', "KIND",
       "what is compared with the target: ratio, difference, or ours alone (ratio)",
       .choice = &row.kind, .words = CLI_WORDS("ratio", "difference", "alone")},
      {"at-least", 'a', "X", "the target: a lower bound", .real = &row.at_least},
      {"at-most", 'b', "X", "the target: an upper bound", .real = &row.at_most},
      {"limit", 'l', "RATE", "the rate that the machine can reach at most, in the unit of both",
       .real = &row.limit},
      {"limited-by", 'L', "WORD", "what limits it, such as copy", .text = &row.limited_by},
      {"header", 'H', NULL, "print the table's header instead", .flag = &header},
      {0},
  };
  sample_begin(
      "bench_ratio", options,
      "Reads a pair of numbers, ours and the peer's, for each round from standard input and "
      "prints one row of a table: the median over the rounds and its interval of at least 95 % "
      "confidence, the target, and whether it is met.",
      "  echo 1.3 1.0 | bench_ratio -m stencil -u s -a 1.2\n", argc, argv);
  if (header) {
    printf(row_format, "measure", "ours", "peer", "ratio [interval] of rounds", "target", "met",
           "of limit");
    return streams_finish("bench_ratio", 0);
  }
  if (read_pairs(&row, &error) == 0)
    print_row(&row);
  return streams_finish("bench_ratio", error.code ? error_print(&error, "bench_ratio") : 0);
}
