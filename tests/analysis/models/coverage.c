/* How often the intervals of fitted parameters hold the truth: 300 replications for each law, kind
 * of noise and number of launches at seven core counts, 95 % asked for. With 3000 replications
 * (`test_models_coverage 3000`) it is 94.0 to 97.2 % for normal and log-normal noise. Two modes:
 * 94.5 to 98.7 % from 10 launches on (mostly above: medians scatter less than the bootstrap makes
 * of it), 91.5 to 97.2 % at 6 and 89.6 to 95.4 % below, where the median of so few is itself off to
 * the side of the slow mode. The test asks for that less what chance does to its replications. */
#include <math.h>
#include <stdlib.h>

#include "analysis/models/normal_form.h"
#include "analysis/models/scaling.h"
#include "tests/analysis/models/synthetic.h"
#include "tests/check.h"

enum { CORES = 7, LAUNCHES_MAX = 30, FIGURES = 5 };
static const double cores_of[CORES] = {1, 2, 4, 8, 16, 32, 64};
static const int launches_of[] = {1, 6, 10, 30};
static const double spread = 0.02;
static int replications = 300;

/* What a figure is, and whether intervals held it. */
struct figure {
  const char *name;
  double truth;
  int held, count;
};

static void judge(struct figure *figure, struct estimate estimate) {
  figure->held += estimate.low <= figure->truth && figure->truth <= estimate.high;
  figure->count++;
}

static void check_figures(const struct figure *figures, const char *law, enum noise noise,
                          int launches) {
  printf("%-10s %-10s %2d launches:", law, noise_names[noise], launches);
  for (int i = 0; i < FIGURES; i++)
    if (figures[i].count > 0) {
      double coverage = (double)figures[i].held / figures[i].count;
      double expected = noise == NOISE_TWO_MODES && launches < 10 ? 0.915 : 0.942;
      double least = expected - coverage_slack(expected, figures[i].count);
      printf("  %s %.1f %%", figures[i].name, 100 * coverage);
      CHECK(coverage >= least, "%s, %s, %d launches: %s: %.3f", law, noise_names[noise], launches,
            figures[i].name, coverage);
    }
  puts("");
}

static double law_time(enum scaling_law law, double p) {
  switch (law) {
  case SCALING_AMDAHL:
    return 2 * (0.05 + 0.95 / p);
  case SCALING_USL:
    return 2 * (1 + 0.03 * (p - 1) + 1e-4 * p * (p - 1)) / p;
  default:
    return 2 * p / (p - 0.1 * (p - 1));
  }
}

static void cover_scaling(enum scaling_law law, enum noise noise, int launches) {
  const double serial[] = {
      [SCALING_AMDAHL] = 0.05, [SCALING_USL] = 0.03, [SCALING_GUSTAFSON] = 0.1};
  struct figure figures[FIGURES] = {{"T1", 2},
                                    {"serial", serial[law]},
                                    {"T(128)", law_time(law, 128)},
                                    {"beta", 1e-4},
                                    {"peak", sqrt(0.97 / 1e-4)}};
  double cores[CORES * LAUNCHES_MAX], times[CORES * LAUNCHES_MAX];
  gsl_rng *random = noise_generator(100 + (unsigned long)launches);
  for (int r = 0; r < replications; r++) {
    size_t count = 0;
    for (int i = 0; i < CORES; i++)
      for (int j = 0; j < launches; j++) {
        cores[count] = cores_of[i];
        times[count++] = law_time(law, cores_of[i]) * noise_factor(noise, spread, random);
      }
    struct scaling_fit fit;
    const struct fit_options options = {.resamples = 500, .seed = (unsigned long)r + 1};
    struct scaling_prediction at = {.cores = 128};
    scaling_fit(&fit, law, SCALING_TIME, cores, times, count, &options, &at, 1);
    judge(&figures[0], fit.time_1);
    judge(&figures[1], fit.serial);
    judge(&figures[2], at.time);
    if (law == SCALING_USL) {
      judge(&figures[3], fit.coherence);
      judge(&figures[4], fit.peak_cores);
    }
  }
  gsl_rng_free(random);
  check_figures(figures, scaling_law_names[law], noise, launches);
}

/* Coefficients where the right terms were chosen; predictions always. */
static void cover_normal_form(enum noise noise, int launches) {
  const double c0 = 1e-5, c1 = 2e-10;
  struct figure figures[FIGURES] = {{"c0", c0}, {"c1", c1}, {"f(4e6)", c0 + c1 * pow(4e6, 1.5)}};
  double n[CORES * LAUNCHES_MAX], times[CORES * LAUNCHES_MAX];
  gsl_rng *random = noise_generator(200 + (unsigned long)launches);
  for (int r = 0; r < replications; r++) {
    size_t count = 0;
    for (int i = 0; i < CORES; i++)
      for (int j = 0; j < launches; j++) {
        n[count] = ldexp(250, 2 * i);
        times[count] = (c0 + c1 * pow(n[count], 1.5)) * noise_factor(noise, spread, random);
        count++;
      }
    struct normal_form form;
    const struct fit_options options = {.resamples = 500, .seed = (unsigned long)r + 1};
    struct normal_prediction at = {.at = {4e6}};
    normal_form_fit(&form, n, times, count, NORMAL_RISING, &options, &at, 1);
    judge(&figures[2], at.y);
    const struct normal_power *power = &form.terms[1].power[0];
    if (power->above == 3 && power->below == 2 && power->logs == 0) {
      judge(&figures[0], form.terms[0].coefficient);
      judge(&figures[1], form.terms[1].coefficient);
    }
  }
  gsl_rng_free(random);
  check_figures(figures, "n^1.5", noise, launches);
  CHECK(figures[0].count >= replications / 2, "%d", figures[0].count);
}

int main(int argc, char **argv) {
  if (argc > 1)
    replications = atoi(argv[1]);
  for (int noise = NOISE_NORMAL; noise < NOISES; noise++)
    for (size_t l = 0; l < sizeof launches_of / sizeof *launches_of; l++) {
      if (noise == NOISE_LOGNORMAL && launches_of[l] != 10)
        continue; /* at 2 % it is nearly normal */
      for (int law = SCALING_AMDAHL; law <= SCALING_GUSTAFSON; law++)
        cover_scaling((enum scaling_law)law, (enum noise)noise, launches_of[l]);
      if (launches_of[l] == 10)
        cover_normal_form((enum noise)noise, launches_of[l]);
    }
  return test_result();
}
