/* How often the intervals of fitted parameters hold the truth, for each law, kind of noise and
 * number of launches at seven core counts or sizes; nominal level 95 %. With 3000 replications
 * (`test_models_coverage 3000`, standard error 0.4 %), the lowest and the highest in percent of T1,
 * serial part, T(128), S(16), limit, beta, peak of Amdahl's law, the USL and Gustafson's, and of
 * c0, c1, f(4e6) of n^1.5, by launches; their mean; and what 20 % narrower intervals would cover:
 *
 *               normal, 2 %        log-normal, 10 %   two modes, 2 %
 *   launches    range       mean   range       mean   range       mean   narrower
 *    6          94.3-96.1   95.1   94.5-96.3   95.1   94.2-96.3   95.1   88.2-90.3
 *   10          94.4-95.8   95.2   94.5-95.9   95.2   94.3-96.1   95.3   89.1-90.0
 *   20          94.5-95.7   95.2   94.6-95.8   95.3   94.4-95.9   95.2   89.4-89.8
 *   30          94.5-95.7   95.2   94.5-96.1   95.2   94.6-95.8   95.2   89.0-89.8
 *    3          94.0-96.4   95.1   93.5-96.5   94.8   93.2-96.3   94.6
 *    1          93.8-94.8   94.3   91.4-97.7   95.4   89.5-96.0   93.7   (by residuals)
 *
 * The test repeats this with few replications, and allows for what chance does to them. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "analysis/models/normal.h"
#include "analysis/models/scaling.h"
#include "tests/analysis/models/synthetic.h"
#include "tests/check.h"

enum { PLACES = 7, LAUNCHES_MAX = 30, FIGURES = 7 };
static const double cores_of[PLACES] = {1, 2, 4, 8, 16, 32, 64};
static const int launches_of[] = {1, 3, 6, 10, 20, 30};
/* Log-normal noise of 2 % would be nearly normal. */
static const double spread_of[NOISES] = {
    [NOISE_NORMAL] = 0.02, [NOISE_LOGNORMAL] = 0.1, [NOISE_TWO_MODES] = 0.02};
static const double level = 0.95, too_narrow = 0.8;
static int replications = 150;

/* What a figure is, how often intervals held it, and how often 20 % narrower ones would have. */
struct covered_figure {
  const char *name;
  double truth;
  int held, held_narrow, count;
};

static void judge(struct covered_figure *figure, struct estimate e) {
  double low = e.value - too_narrow * (e.value - e.low);
  double high = e.value + too_narrow * (e.high - e.value);
  figure->held += e.low <= figure->truth && figure->truth <= e.high;
  figure->held_narrow += low <= figure->truth && figure->truth <= high;
  figure->count++;
}

/* Over all figures of a kind of noise and a number of launches. */
struct coverage_total {
  double held, held_narrow;
  int figures, misfits; /* misfits: fits of laws whose intervals were widened */
};

/* With one launch there are only residuals, and they cover less where there are two modes. */
static void expect(enum model_noise noise, int launches, double *least, double *most) {
  *least = launches > 1 ? 0.94 : noise == NOISE_TWO_MODES ? 0.90 : 0.93;
  *most = launches > 1 ? 0.96 : 0.975;
}

static void check_figures(const struct covered_figure *figures, const char *law,
                          enum model_noise noise, int launches, struct coverage_total *total) {
  double least, most;
  expect(noise, launches, &least, &most);
  printf("%-10s %-10s %2d launches:", law, noise_names[noise], launches);
  for (int i = 0; i < FIGURES; i++) {
    const struct covered_figure *figure = &figures[i];
    if (figure->count == 0)
      continue;
    double coverage = (double)figure->held / figure->count;
    double slack = coverage_slack(level, figure->count);
    printf("  %s %.1f", figure->name, 100 * coverage);
    CHECK(coverage >= least - slack && coverage <= most + slack, "%s, %s, %d launches: %s: %.3f",
          law, noise_names[noise], launches, figure->name, coverage);
    total->held += coverage;
    total->held_narrow += (double)figure->held_narrow / figure->count;
    total->figures++;
  }
  puts("");
}

/* Figures of one law depend on each other, but those of different laws do not. What 20 % narrower
 * intervals would have covered. */
static double check_total(const struct coverage_total *total, enum model_noise noise,
                          int launches) {
  enum { LAWS = 4 };
  const double held = total->held / total->figures, narrow = total->held_narrow / total->figures;
  const double slack = coverage_slack(level, LAWS * replications);
  const double misfits = (double)total->misfits / (LAWS - 1) / replications;
  double least, most;
  expect(noise, launches, &least, &most);
  printf("all        %-10s %2d launches:  %.1f; 20 %% narrower: %.1f; widened: %.1f\n",
         noise_names[noise], launches, 100 * held, 100 * narrow, 100 * misfits);
  CHECK(held >= least - slack && held <= most + slack, "%s, %d launches: %.3f", noise_names[noise],
        launches, held);
  CHECK(misfits <= 0.05 + coverage_slack(0.95, (LAWS - 1) * replications), "%s, %d launches: %.3f",
        noise_names[noise], launches, misfits);
  return narrow;
}

/* That the test would notice intervals that are 20 % too narrow: the mean over the numbers of
 * launches, by the rule for one. */
static void check_narrow(double sum, int cases, enum model_noise noise) {
  enum { LAWS = 4 };
  const double narrow = sum / cases;
  CHECK(narrow < 0.94 - coverage_slack(level, LAWS * cases * replications), "%s: %.3f",
        noise_names[noise], narrow);
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

static void cover_scaling(enum scaling_law law, enum model_noise noise, int launches,
                          struct coverage_total *total) {
  const double serial[] = {
      [SCALING_AMDAHL] = 0.05, [SCALING_USL] = 0.03, [SCALING_GUSTAFSON] = 0.1};
  const double peak = sqrt(0.97 / 1e-4);
  struct covered_figure figures[FIGURES] = {
      {"T1", 2},
      {"serial", serial[law]},
      {"T(128)", law_time(law, 128)},
      {"S(16)", (law == SCALING_GUSTAFSON ? 16 : 1) * law_time(law, 1) / law_time(law, 16)},
      {"limit", law == SCALING_USL ? 2 / law_time(law, peak) : 20},
      {"beta", 1e-4},
      {"peak", peak}};
  double cores[PLACES * LAUNCHES_MAX], times[PLACES * LAUNCHES_MAX];
  gsl_rng *random = noise_generator(1000 * ((unsigned long)law + 1) + (unsigned long)launches);
  for (int r = 0; r < replications; r++) {
    size_t count = 0;
    for (int i = 0; i < PLACES; i++)
      for (int j = 0; j < launches; j++) {
        cores[count] = cores_of[i];
        times[count++] = law_time(law, cores_of[i]) * noise_factor(noise, spread_of[noise], random);
      }
    struct scaling_fit fit;
    const struct fit_options options = {.resamples = 300, .seed = (unsigned long)r + 1};
    struct scaling_prediction at[2] = {{.cores = 128}, {.cores = 16}};
    scaling_fit(&fit, law, SCALING_TIME, cores, times, count, &options, at, 2);
    total->misfits += fit.quality.misfit > 1;
    judge(&figures[0], fit.time_1);
    judge(&figures[1], fit.serial);
    judge(&figures[2], at[0].time);
    judge(&figures[3], at[1].speedup);
    if (law != SCALING_GUSTAFSON)
      judge(&figures[4], fit.speedup_limit);
    if (law == SCALING_USL) {
      judge(&figures[5], fit.coherence);
      judge(&figures[6], fit.peak_cores);
    }
  }
  gsl_rng_free(random);
  check_figures(figures, scaling_law_names[law], noise, launches, total);
}

/* Coefficients where the right terms were chosen; predictions always. */
static void cover_normal_form(enum model_noise noise, int launches, struct coverage_total *total) {
  const double c0 = 1e-5, c1 = 2e-10;
  struct covered_figure figures[FIGURES] = {
      {"c0", c0}, {"c1", c1}, {"f(4e6)", c0 + c1 * pow(4e6, 1.5)}};
  double n[PLACES * LAUNCHES_MAX], times[PLACES * LAUNCHES_MAX];
  int right = 0;
  gsl_rng *random = noise_generator(9000 + (unsigned long)launches);
  for (int r = 0; r < replications; r++) {
    size_t count = 0;
    for (int i = 0; i < PLACES; i++)
      for (int j = 0; j < launches; j++) {
        n[count] = ldexp(250, 2 * i);
        times[count] =
            (c0 + c1 * pow(n[count], 1.5)) * noise_factor(noise, spread_of[noise], random);
        count++;
      }
    struct normal_form form;
    const struct fit_options options = {.resamples = 200, .seed = (unsigned long)r + 1};
    struct normal_prediction at = {.at = {4e6}};
    normal_form_fit(&form, n, times, count, NORMAL_RISING, &options, &at, 1);
    const struct normal_power *power = &form.terms[1].power[0];
    judge(&figures[2], at.y);
    if (power->above == 3 && power->below == 2 && power->logs == 0) {
      judge(&figures[0], form.terms[0].coefficient);
      judge(&figures[1], form.terms[1].coefficient);
      right++;
    }
  }
  gsl_rng_free(random);
  CHECK(launches == 1 || right >= replications / 2, "%d", right);
  check_figures(figures, "n^1.5", noise, launches, total);
}

int main(int argc, char **argv) {
  if (argc > 1)
    replications = atoi(argv[1]);
  for (int noise = NOISE_NORMAL; noise < NOISES; noise++) {
    double narrow = 0;
    for (size_t l = 0; l < sizeof launches_of / sizeof *launches_of; l++) {
      struct coverage_total total = {0, 0, 0, 0};
      for (int law = SCALING_AMDAHL; law <= SCALING_GUSTAFSON; law++)
        cover_scaling((enum scaling_law)law, (enum model_noise)noise, launches_of[l], &total);
      cover_normal_form((enum model_noise)noise, launches_of[l], &total);
      double narrow_here = check_total(&total, (enum model_noise)noise, launches_of[l]);
      narrow += launches_of[l] > 1 ? narrow_here : 0;
      fflush(stdout);
    }
    check_narrow(narrow, sizeof launches_of / sizeof *launches_of - 1, (enum model_noise)noise);
  }
  return test_result();
}
