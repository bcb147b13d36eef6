#include "runner/record/propose.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "common/lines.h"
#include "common/number.h"
#include "common/stats.h"
#include "runner/record/previous_run.h"

static const double widened = 1.5, least = 0.05;

/* What a reference states of a point. */
struct proposal {
  double value, lower, upper; /* the bounds relative to the value, lower < 0 < upper */
};

/* A bound in whole per cent, away from 0; not below nothing. */
static double rounded(double share) {
  double percent = ceil(100 * fmax(least, widened * share) - 1e-9);
  return percent / 100;
}

/* False: the point has no result in this metric. */
static bool propose(struct track *track, enum metric metric, struct proposal *proposal) {
  double amount = metric == METRIC_RATE        ? track->operations
                  : metric == METRIC_BANDWIDTH ? track->bytes
                                               : 1;
  if (track->wall_count == 0 || !(amount > 0))
    return false;
  stats_sort(track->walls_s, track->wall_count);
  double median_s = stats_median(track->walls_s, track->wall_count);
  double low = track->walls_s[0], high = track->walls_s[track->wall_count - 1];
  if (!(low > 0))
    return false;
  proposal->value = median_s;
  if (metric != METRIC_TIME) { /* the longest time is the lowest rate */
    double slowest = amount / high;
    high = amount / low;
    low = slowest;
    proposal->value = amount / median_s;
  }
  proposal->lower = -fmin(0.99, rounded(1 - low / proposal->value));
  proposal->upper = rounded(high / proposal->value - 1);
  return true;
}

/* Six digits; a time in whole ns, as a config wants it. */
static void print_value(FILE *file, enum metric metric, double value) {
  char text[NUMBER_TEXT];
  if (metric != METRIC_TIME)
    fprintf(file, "%.6g", value);
  else if (value < 1e-3)
    fprintf(file, "%s", duration_format((int64_t)llround(value * 1e9), text));
  else
    fprintf(file, value < 1 ? "%.6gms" : "%.9gs", value < 1 ? value * 1e3 : value);
}

/* A comment, on as many lines as it takes. */
static void print_comment(FILE *file, const char *text) {
  static const char mark[] = "  # ";
  char *folded = NULL;
  size_t bytes = 0;
  FILE *memory = open_memstream(&folded, &bytes);
  if (memory == NULL)
    return;
  lines_printf(memory, mark, sizeof mark - 1, "%s", text);
  fclose(memory);
  for (char *line = folded, *next; line != NULL && *line != '\0'; line = next) {
    next = strchr(line, '\n') + 1; /* each line ends with one */
    memcpy(line, mark, sizeof mark - 1);
    fprintf(file, "%.*s", (int)(next - line), line);
  }
  free(folded);
}

static void print_point(FILE *file, const struct previous_run *run, size_t index,
                        enum metric metric) {
  const struct point *point = &run->plan.points[index];
  struct proposal proposal;
  char text[POINT_TEXT];
  bool has = propose(&run->schedule.tracks[index], metric, &proposal);
  char *comment = grow_text("%s%s", point_text(point, text), has ? "" : ": no result");
  print_comment(file, comment);
  free(comment);
  if (!has)
    return;
  fprintf(file, "  - {cell_id: \"%s\", metric: %s,\n     value: ", point->cell_id,
          metric_names[metric]);
  print_value(file, metric, proposal.value);
  fprintf(file, ", lower: %.0f%%, upper: +%.0f%%}\n", 100 * proposal.lower, 100 * proposal.upper);
}

int propose_references(FILE *file, const char *folder, enum metric metric, struct error *error) {
  struct previous_run run;
  if (previous_run_open(&run, folder, error) == 0) {
    fprintf(file,
            "# Run %s.\n"
            "# A bound is the farthest launch on its side, half as far again, and at least\n"
            "# 5 %%.\n"
            "reference:\n",
            run.record.run_id);
    for (size_t i = 0; i < run.plan.point_count; i++)
      print_point(file, &run, i, metric);
  }
  previous_run_close(&run);
  return error->code;
}
