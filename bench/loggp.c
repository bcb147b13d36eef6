/* Fits the LogGP model to round trips of kernel pingpong: reads lines "round size burst compute
 * seconds" on standard input (seconds for one round trip, as bench/loggp.sh measures them) and
 * prints the parameters with their intervals over the rounds, and how far the data are from them.
 *
 * LogGP (D. Culler et al., PPoPP 1993; A. Alexandrov et al., SPAA 1995): a message of s bytes takes
 * L + 2 o + (s - 1) G from one end to the other, and in a burst one follows the other after
 * g + (s - 1) G. From round trips of b messages and one answer, with a time d of computing between
 * the messages (T. Hoefler, A. Lichei, W. Rehm, IPDPS 2007):
 *   T(s, 1, 0) / 2 = L + 2 o + (s - 1) G: a line over s, whose slope is G;
 *   the slope of T(s, b, 0) over b        is g + (s - 1) G;
 *   the slope of T(s, b, d) over b        is o + d, if d is longer than the gap;
 * and L is what is left. Lines are fitted by Theil and Sen's method, with the slopes weighted by
 * their span, so that a few wrong points do not matter. */
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/arguments.h"
#include "bench/sample.h"
#include "common/error.h"
#include "common/number.h"
#include "common/stats.h"

enum { SAMPLES_MAX = 100000, SIZES_MAX = 64, BURSTS_MAX = 16, ROUNDS_MAX = 1000 };
enum { L, O, GAP, G, DELAY, PARAMETERS };

struct sample {
  int64_t round, size, burst, compute;
  double seconds;
};

static struct {
  struct sample samples[SAMPLES_MAX];
  int count;
  int64_t rounds[ROUNDS_MAX], sizes[SIZES_MAX], bursts[BURSTS_MAX];
  int round_count, size_count, burst_count;
  int64_t compute; /* the only one that is not 0 */
} data;

/* What the rounds gave. */
static struct {
  double parameters[PARAMETERS][ROUNDS_MAX];
  double half[SIZES_MAX][ROUNDS_MAX], gap[SIZES_MAX][ROUNDS_MAX];
} fits;

/* Adds a value to a rising list of different ones. */
static int keep(int64_t *list, int *count, int most, int64_t value, struct error *error) {
  int at = *count;
  for (int i = 0; i < *count; i++)
    if (list[i] == value)
      return 0;
  if (*count == most)
    return error_set(error, EXIT_USAGE, "more than %d different values", most);
  for (; at > 0 && list[at - 1] > value; at--)
    list[at] = list[at - 1];
  list[at] = value;
  ++*count;
  return 0;
}

static int take(const struct sample *sample, struct error *error) {
  if (data.count == SAMPLES_MAX)
    return error_set(error, EXIT_USAGE, "more than %d samples", (int)SAMPLES_MAX);
  data.samples[data.count++] = *sample;
  if (sample->compute > 0 && data.compute > 0 && sample->compute != data.compute)
    return error_set(error, EXIT_USAGE, "two amounts of computing: %" PRId64 " and %" PRId64,
                     data.compute, sample->compute);
  if (sample->compute > 0)
    data.compute = sample->compute;
  if (keep(data.rounds, &data.round_count, ROUNDS_MAX, sample->round, error) ||
      keep(data.bursts, &data.burst_count, BURSTS_MAX, sample->burst, error))
    return error->code;
  return sample->size == 0 ? 0 : keep(data.sizes, &data.size_count, SIZES_MAX, sample->size, error);
}

static int read_samples(struct error *error) {
  char text[256];
  for (long line = 1; fgets(text, sizeof text, stdin); line++) {
    struct sample s;
    char more[2];
    if (sscanf(text, "%" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %lf %1s", &s.round, &s.size,
               &s.burst, &s.compute, &s.seconds, more) != 5 ||
        s.size < 0 || s.burst < 1 || s.compute < 0 || !(s.seconds > 0 && isfinite(s.seconds)))
      return error_set(error, EXIT_USAGE, "line %ld: expected round size burst compute seconds",
                       line);
    if (take(&s, error))
      return error_prefix(error, "line %ld", line);
  }
  if (data.size_count < 3 || data.burst_count < 2 || data.bursts[0] != 1 || data.compute == 0)
    return error_set(
        error, EXIT_USAGE,
        "too little to fit: at least 3 sizes, a burst of 1 and another, and computing");
  return 0;
}

static double seconds_of(int64_t round, int64_t size, int64_t burst, int64_t compute,
                         struct error *error) {
  for (int i = 0; i < data.count; i++) {
    const struct sample *s = &data.samples[i];
    if (s->round == round && s->size == size && s->burst == burst && s->compute == compute)
      return s->seconds;
  }
  error_set(error, EXIT_USAGE,
            "round %" PRId64 ": nothing of size %" PRId64 ", burst %" PRId64 ", compute %" PRId64,
            round, size, burst, compute);
  return NAN;
}

struct slope {
  double value, weight;
};

static int by_value(const void *a, const void *b) {
  double x = ((const struct slope *)a)->value, y = ((const struct slope *)b)->value;
  return (x > y) - (x < y);
}

struct line {
  double slope, at_start; /* at_start: where x is x0 */
};

static double median_of(double *values, int count) {
  stats_sort(values, (size_t)count);
  return stats_median(values, (size_t)count);
}

/* The weighted median of the slopes between any two points (P. Sen, J. Am. Stat. Assoc. 63, 1968;
 * L. Jaeckel, Ann. Math. Stat. 43, 1972), and the median of what it leaves of y. */
static struct line fit_line(const double *x, const double *y, int count, double x0) {
  struct slope slopes[SIZES_MAX * SIZES_MAX / 2];
  double rest[SIZES_MAX], total = 0, sum = 0;
  int pairs = 0, middle = 0;
  for (int i = 0; i < count; i++)
    for (int j = i + 1; j < count; j++) {
      slopes[pairs] = (struct slope){(y[j] - y[i]) / (x[j] - x[i]), fabs(x[j] - x[i])};
      total += slopes[pairs++].weight;
    }
  qsort(slopes, (size_t)pairs, sizeof *slopes, by_value);
  while (middle < pairs - 1 && (sum += slopes[middle].weight) < total / 2)
    middle++;
  struct line line = {.slope = slopes[middle].value};
  for (int i = 0; i < count; i++)
    rest[i] = y[i] - line.slope * (x[i] - x0);
  line.at_start = median_of(rest, count);
  return line;
}

/* The time from one message of a burst to the next. */
static double gap_of(int64_t round, int64_t size, struct error *error) {
  double x[BURSTS_MAX], y[BURSTS_MAX];
  for (int i = 0; i < data.burst_count; i++) {
    x[i] = (double)data.bursts[i];
    y[i] = seconds_of(round, size, data.bursts[i], 0, error);
  }
  return fit_line(x, y, data.burst_count, 1).slope;
}

static int fit_round(int r, struct error *error) {
  const int64_t round = data.rounds[r], most = data.bursts[data.burst_count - 1];
  double x[SIZES_MAX], half[SIZES_MAX], gap[SIZES_MAX], busy[SIZES_MAX], rest[SIZES_MAX];
  const double steps = (double)(most - 1);
  double delay =
      (seconds_of(round, 0, most, data.compute, error) - seconds_of(round, 0, most, 0, error)) /
      steps;
  for (int i = 0; i < data.size_count; i++) {
    double trip = seconds_of(round, data.sizes[i], 1, 0, error);
    x[i] = (double)data.sizes[i];
    fits.half[i][r] = half[i] = trip / 2;
    fits.gap[i][r] = gap[i] = gap_of(round, data.sizes[i], error);
    busy[i] = (seconds_of(round, data.sizes[i], most, data.compute, error) - trip) / steps - delay;
  }
  struct line line = fit_line(x, half, data.size_count, 1);
  for (int i = 0; i < data.size_count; i++)
    rest[i] = gap[i] - (x[i] - 1) * line.slope;
  fits.parameters[G][r] = line.slope;
  fits.parameters[GAP][r] = median_of(rest, data.size_count);
  fits.parameters[O][r] = fit_line(x, busy, data.size_count, 1).at_start;
  fits.parameters[L][r] = line.at_start - 2 * fits.parameters[O][r];
  fits.parameters[DELAY][r] = delay;
  return error->code;
}

static double tell_parameter(int parameter, const char *what) {
  double *values = fits.parameters[parameter];
  char text[SAMPLE_TEXT];
  stats_sort(values, (size_t)data.round_count);
  printf("  %s  %s", what, sample_format(values, (size_t)data.round_count, text));
  return stats_median(values, (size_t)data.round_count);
}

/* How far the model is off, relative to what was measured. */
static double off(double model, double measured) {
  return fabs(model - measured) / measured;
}

struct residuals {
  double values[2 * SIZES_MAX], worst;
  int count;
};

static void tell_residual(struct residuals *residuals, double *measured, double model) {
  char a[NUMBER_TEXT], b[NUMBER_TEXT];
  double median = median_of(measured, data.round_count), relative = off(model, median);
  printf("  %9s  %9s  %4.0f %%", seconds_format(median, a), seconds_format(model, b),
         100 * relative);
  residuals->values[residuals->count++] = relative;
  if (!(relative <= residuals->worst))
    residuals->worst = relative;
}

static double tell(const char *title) {
  struct residuals residuals = {.worst = 0};
  char text[NUMBER_TEXT];
  printf("%s\n", title);
  double latency = tell_parameter(L, "L  latency       ");
  puts(latency < 0 ? "  (below 0: both ends are busy for as long as a message takes)" : "");
  double overhead = tell_parameter(O, "o  overhead      ");
  puts("");
  double gap = tell_parameter(GAP, "g  gap           ");
  printf("  (%s messages/s)\n", gap > 0 ? quantity_format(1 / gap, text) : "n/a");
  double per_byte = tell_parameter(G, "G  gap per byte  ");
  printf("  (%sB/s)\n", per_byte > 0 ? quantity_format(1 / per_byte, text) : "n/a ");
  double delay = tell_parameter(DELAY, "d  computed      "), longest = 0;
  puts("  (between messages, to find o)\n");
  printf("  %9s  %9s  %9s  %6s  %9s  %9s  %6s\n", "bytes", "one way", "model", "off", "gap",
         "model", "off");
  for (int i = 0; i < data.size_count; i++) {
    double rest = (double)(data.sizes[i] - 1) * per_byte;
    printf("  %9" PRId64, data.sizes[i]);
    tell_residual(&residuals, fits.half[i], latency + 2 * overhead + rest);
    tell_residual(&residuals, fits.gap[i], gap + rest);
    longest = fmax(longest, stats_median(fits.gap[i], (size_t)data.round_count));
    puts("");
  }
  printf("  off by %.0f %% in the median, %.0f %% at worst\n",
         100 * median_of(residuals.values, residuals.count), 100 * residuals.worst);
  if (delay < longest)
    puts("  d is shorter than a gap, so o is not what it should be: more --compute");
  return residuals.worst;
}

int main(int argc, char **argv) {
  struct error error = {0};
  double tolerance = 0.25;
  const char *title = "LogGP";
  const struct argument arguments[] = {
      {"title", 't', .text = &title, .help = "the first line of what is printed"},
      {"tolerance", 'e', .real = &tolerance,
       .help = "relative; what is off by more does not fit (0.25)"},
      {0},
  };
  arguments_read(arguments,
                 "Fits the LogGP model to lines \"round size burst compute seconds\" on standard "
                 "input.\nExit: 0 the model fits, 1 it does not, 2 bad usage or input.",
                 "  bench_loggp --title \"two ranks\" <round-trips.txt\n", argc, argv);
  read_samples(&error);
  for (int r = 0; r < data.round_count && !error.code; r++)
    fit_round(r, &error);
  if (error.code)
    return error_print(&error, "bench_loggp");
  bool fits_model = tell(title) <= tolerance;
  printf("  %s\n", fits_model ? "the model fits" : "the model does not fit");
  return fits_model ? 0 : EXIT_WRONG;
}
