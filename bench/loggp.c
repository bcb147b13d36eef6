/* Fits the LogGP model (analysis/models/loggp.h) to round trips of kernel pingpong: reads lines
 * "round size burst compute seconds" on standard input (seconds for one round trip, as
 * bench/loggp.sh measures them) and prints the parameters with their intervals over the rounds, and
 * how far the data are from the model. */
#include "analysis/models/loggp.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/sample.h"
#include "common/error.h"
#include "common/grow.h"
#include "common/number.h"
#include "common/streams.h"

static int read_trips(struct loggp_trip **trips, size_t *count, struct error *error) {
  char text[256];
  for (long line = 1; fgets(text, sizeof text, stdin); line++) {
    struct loggp_trip t;
    char more[2];
    if (sscanf(text, "%" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %lf %1s", &t.round,
               &t.size_bytes, &t.burst, &t.compute, &t.trip_s, more) != 5 ||
        t.size_bytes < 0 || t.burst < 1 || t.compute < 0 || !(t.trip_s > 0 && isfinite(t.trip_s)))
      return error_set(error, EXIT_USAGE, "line %ld: expected round size burst compute seconds",
                       line);
    *GROW(*trips, *count) = t;
  }
  return 0;
}

/* Every round must be complete here: bench/loggp.sh measures all of it. */
static int check_complete(const struct loggp_fit *fit, struct error *error) {
  const struct loggp_trip *missing = &fit->missing;
  if (fit->rounds_left_out > 0)
    return error_set(error, EXIT_USAGE,
                     "round %" PRId64 ": nothing of size %" PRId64 ", burst %" PRId64
                     ", compute %" PRId64,
                     missing->round, missing->size_bytes, missing->burst, missing->compute);
  if (fit->regime_count == 0 || fit->regimes[0].status != FIT_OK || !fit->has_compute)
    return error_set(error, EXIT_USAGE,
                     "too few data: at least %d sizes, a burst of 1 and another, and computing",
                     (int)LOGGP_SIZES_MIN);
  return 0;
}

static void print_parameter(const struct interval *parameter, const char *what) {
  char text[SAMPLE_TEXT];
  printf("  %s  %s", what, sample_format_interval(parameter, text));
}

static void print_residual(double measured, double model, double relative) {
  char a[NUMBER_TEXT], b[NUMBER_TEXT];
  printf("  %9s  %9s  %4.0f %%", seconds_format(measured, a), seconds_format(model, b),
         100 * relative);
}

static void print_parameters(const struct loggp_regime *fit) {
  const double gap = fit->gap_s.median, per_byte = fit->per_byte_s.median;
  char text[NUMBER_TEXT];
  print_parameter(&fit->latency_s, "L  latency       ");
  puts(fit->latency_s.median < 0 ? "  (below 0: both ends are busy for as long as a message takes)"
                                 : "");
  print_parameter(&fit->overhead_s, "o  overhead      ");
  puts("");
  print_parameter(&fit->gap_s, "g  gap           ");
  printf("  (%s messages/s)\n", gap > 0 ? quantity_format(1 / gap, text) : "n/a");
  print_parameter(&fit->per_byte_s, "G  gap per byte  ");
  printf("  (%sB/s)\n", per_byte > 0 ? quantity_format(1 / per_byte, text) : "n/a ");
  print_parameter(&fit->delay_s, "d  computed      ");
  puts("  (between messages, to find o)\n");
}

static void print_fit(const char *title, const struct loggp_regime *fit) {
  printf("%s\n", title);
  print_parameters(fit);
  printf("  %9s  %9s  %9s  %6s  %9s  %9s  %6s\n", "bytes", "one way", "model", "off", "gap",
         "model", "off");
  for (size_t i = 0; i < fit->size_count; i++) {
    const struct loggp_size *size = &fit->sizes[i];
    printf("  %9" PRId64, size->size_bytes);
    print_residual(size->one_way_s, size->one_way_model_s, size->one_way_off);
    print_residual(size->gap_s, size->gap_model_s, size->gap_off);
    puts("");
  }
  printf("  off by %.0f %% in the median, %.0f %% at worst\n", 100 * fit->off_median,
         100 * fit->off_worst);
  if (fit->delay_is_short)
    puts("  d is shorter than a gap, so o is not what it should be: more --compute");
}

int main(int argc, char **argv) {
  struct error error = {0};
  struct loggp_trip *trips = NULL;
  struct loggp_fit fit = {.regime_count = 0};
  size_t count = 0;
  double tolerance = 0.25;
  const char *title = "LogGP";
  const struct cli_option options[] = {
      {"title", 't', "TEXT", "the first line of what is printed", .text = &title},
      {"tolerance", 'e', "X", "relative; what is off by more does not fit (0.25)",
       .real = &tolerance},
      {0},
  };
  sample_begin("bench_loggp", options,
               "Fits the LogGP model to lines \"round size burst compute seconds\" on standard "
               "input.\nExit status: 0 the model fits; 1 it does not; 2 usage or input error.",
               "  bench_loggp --title \"two ranks\" <round-trips.txt\n", argc, argv);
  bool fits_model = false;
  if (read_trips(&trips, &count, &error) == 0 &&
      loggp_fit(&fit, trips, count, LOGGP_ONE_REGIME, 0.95, &error) == 0 &&
      check_complete(&fit, &error) == 0) {
    print_fit(title, &fit.regimes[0]);
    fits_model = fit.regimes[0].off_worst <= tolerance;
    printf("  %s\n", fits_model ? "the model fits" : "the model does not fit");
  }
  free(trips);
  loggp_free(&fit);
  if (error.code)
    return error_print(&error, "bench_loggp");
  return streams_finish("bench_loggp", fits_model ? 0 : EXIT_WRONG);
}
