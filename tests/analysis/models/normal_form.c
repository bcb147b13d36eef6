/* Extra-P's form: terms and coefficients found again, values from R, and no fit where there is
 * none. */
#include "analysis/models/normal.h"

#include <math.h>
#include <stdlib.h>

#include "tests/analysis/models/synthetic.h"
#include "tests/check.h"

enum { SIZES = 8, LAUNCHES = 10, CORES = 6 };

static double n_log_n(double n) {
  return 3.4e-6 + 1.2e-9 * n * log2(n);
}

static double n_to_the_1_5(double n) {
  return 1e-5 + 2e-10 * pow(n, 1.5);
}

static double constant(double n) {
  (void)n;
  return 0.25;
}

struct form_data {
  double n[SIZES * LAUNCHES], p[SIZES * LAUNCHES], y[SIZES * LAUNCHES];
  size_t count;
};

static struct form_data make(double (*law)(double), int sizes, enum model_noise noise,
                             unsigned long seed) {
  gsl_rng *random = noise_generator(seed);
  struct form_data data = {.count = 0};
  for (int i = 0; i < sizes; i++)
    for (int j = 0; j < LAUNCHES; j++) {
      double n = ldexp(100, 2 * i);
      data.n[data.count] = n;
      data.y[data.count++] = law(n) * noise_factor(noise, 0.01, random);
    }
  gsl_rng_free(random);
  return data;
}

static bool near(double value, double expected, double relative) {
  return fabs(value - expected) <= relative * fabs(expected);
}

static bool holds(struct estimate estimate, double truth) {
  return estimate.low <= truth && truth <= estimate.high;
}

static bool is_power(const struct normal_power *power, int above, int below, int logs) {
  return power->above == above && power->below == below && power->logs == logs;
}

static struct normal_form fit(const struct form_data *data, struct normal_prediction *prediction) {
  struct normal_form form;
  normal_form_fit(&form, data->n, data->y, data->count, NORMAL_RISING, NULL, prediction,
                  prediction != NULL);
  return form;
}

static void test_exact(void) {
  char text[NORMAL_TEXT];
  struct form_data data = make(n_log_n, SIZES, NOISE_NONE, 1);
  struct normal_prediction at = {.at = {1e9}};
  struct normal_form form = fit(&data, &at);
  CHECK(form.term_count == 2 && is_power(&form.terms[1].power[0], 1, 1, 1));
  CHECK(near(form.terms[1].coefficient.value, 1.2e-9, 1e-6) &&
        near(form.terms[0].coefficient.value, 3.4e-6, 1e-6));
  CHECK(strcmp(normal_form_text(&form, "n", "p", text), "1.2e-09 n^1 log2(n)^1 + 3.4e-06") == 0,
        "%s", text);
  CHECK(near(at.y.value, n_log_n(1e9), 1e-6) && at.extrapolated && form.smape < 1e-6);
  CHECK(near(normal_form_value(&form, 1e9, 1), at.y.value, 1e-12));
  data = make(n_to_the_1_5, SIZES, NOISE_NONE, 1);
  form = fit(&data, NULL);
  CHECK(is_power(&form.terms[1].power[0], 3, 2, 0) &&
        near(form.terms[1].coefficient.value, 2e-10, 1e-6));
  CHECK(strcmp(normal_form_text(&form, "n", "p", text), "2e-10 n^(3/2) + 1e-05") == 0, "%s", text);
}

static void check_noisy(double (*law)(double), enum model_noise noise, int above, int below,
                        int logs) {
  struct form_data data = make(law, SIZES, noise, 11);
  struct normal_prediction at[2] = {{.at = {4e7}}, {.at = {5000}}};
  struct normal_form form;
  normal_form_fit(&form, data.n, data.y, data.count, NORMAL_RISING, NULL, at, 2);
  CHECK(is_power(&form.terms[1].power[0], above, below, logs), "%d/%d %d",
        form.terms[1].power[0].above, form.terms[1].power[0].below, form.terms[1].power[0].logs);
  CHECK(holds(at[0].y, law(4e7)) && at[0].y.high < 1.1 * at[0].y.low, "%g [%g, %g]", at[0].y.value,
        at[0].y.low, at[0].y.high);
  CHECK(at[0].extrapolated && !at[1].extrapolated && holds(at[1].y, law(5000)));
  CHECK(form.agreement > 0.5 && form.agreement <= 1 && form.smape > 0 && form.smape < 3, "%g %g",
        form.agreement, form.smape);
  CHECK(form.quality.loo_median > 0 && form.quality.loo_largest < 0.05);
}

/* Sizes that are near to each other hardly distinguish terms: that is reported, and predictions far
 * away are as uncertain. */
static void test_agreement(void) {
  struct form_data data = {.count = 0};
  gsl_rng *random = noise_generator(21);
  for (int i = 0; i < SIZES; i++)
    for (int j = 0; j < LAUNCHES; j++) {
      data.n[data.count] = 1000 + 400 * i;
      data.y[data.count] = n_log_n(data.n[data.count]) * noise_factor(NOISE_NORMAL, 0.02, random);
      data.count++;
    }
  gsl_rng_free(random);
  struct normal_prediction at = {.at = {1e6}};
  struct normal_form form = fit(&data, &at);
  CHECK(form.agreement > 0 && form.agreement < 0.9, "%g", form.agreement);
  CHECK(at.y.high > 1.5 * at.y.low && holds(at.y, n_log_n(1e6)), "[%g, %g]", at.y.low, at.y.high);
}

/* A constant with noise must not be given a slope that is not there. */
static void test_constant(void) {
  int constants = 0;
  for (unsigned long seed = 1; seed <= 40; seed++) {
    struct form_data data = make(constant, SIZES, NOISE_NORMAL, seed);
    struct normal_form form;
    normal_form_fit(&form, data.n, data.y, data.count, NORMAL_RISING,
                    &(struct fit_options){.resamples = 10}, NULL, 0);
    constants += form.term_count == 1;
  }
  CHECK(constants >= 30, "%d of 40", constants);
  struct form_data equal = make(constant, SIZES, NOISE_NONE, 1);
  struct normal_form form = fit(&equal, NULL);
  CHECK(form.term_count == 1 && near(form.terms[0].coefficient.value, 0.25, 1e-12));
}

/* By R 4.2.2; two passes of weights as least_squares.h has them:
 *   x <- c(1000,2000,4000,8000,16000,32000); y <- c(0.0131,0.0276,0.0611,0.129,0.281,0.593)
 *   d <- lm(y ~ I(x*log2(x)), weights=1/y^2)
 *   d <- lm(y ~ I(x*log2(x)), weights=1/fitted(d)^2); print(coef(d), digits=12) */
static void test_values_of_r(void) {
  static const double x[] = {1000, 2000, 4000, 8000, 16000, 32000};
  static const double y[] = {0.0131, 0.0276, 0.0611, 0.129, 0.281, 0.593};
  struct normal_form form;
  normal_form_fit(&form, x, y, 6, NORMAL_RISING, NULL, NULL, 0);
  CHECK(is_power(&form.terms[1].power[0], 1, 1, 1));
  CHECK(near(form.terms[0].coefficient.value, 6.50800779685e-04, 1e-9) &&
            near(form.terms[1].coefficient.value, 1.24497112084e-06, 1e-9),
        "%.12g %.12g", form.terms[0].coefficient.value, form.terms[1].coefficient.value);
  CHECK(form.quality.interval == INTERVAL_RESIDUALS && form.terms[1].coefficient.low > 0);
}

/* Amdahl's law is a form with a falling exponent. */
static void test_falling(void) {
  double p[5] = {1, 2, 4, 8, 16}, y[5];
  for (int i = 0; i < 5; i++)
    y[i] = 0.2 + 3.8 / p[i];
  struct normal_form form;
  char text[NORMAL_TEXT];
  normal_form_fit(&form, p, y, 5, NORMAL_WITH_FALLING, NULL, NULL, 0);
  CHECK(strcmp(normal_form_text(&form, "p", "", text), "3.8 p^-1 + 0.2") == 0, "%s", text);
}

static struct form_data make_grid(double (*law)(double n, double p), int cores,
                                  enum model_noise noise) {
  gsl_rng *random = noise_generator(17);
  struct form_data data = {.count = 0};
  for (int i = 0; i < CORES; i++)
    for (int j = 0; j < cores; j++) {
      data.n[data.count] = ldexp(1000, i);
      data.p[data.count] = ldexp(1, j);
      data.y[data.count] =
          law(data.n[data.count], data.p[data.count]) * noise_factor(noise, 0.005, random);
      data.count++;
    }
  gsl_rng_free(random);
  return data;
}

static double product(double n, double p) {
  return 1e-5 + 2e-8 * n * log2(n) / p;
}

static double sum(double n, double p) {
  return 1e-5 + 2e-8 * n + 3e-4 * log2(p);
}

static void check_grid(double (*law)(double n, double p), enum model_noise noise,
                       const char *expected) {
  char text[NORMAL_TEXT];
  struct form_data data = make_grid(law, CORES, noise);
  struct normal_form form;
  struct normal_prediction at = {.at = {1e6, 64}};
  normal_form_fit_grid(&form, data.n, data.p, data.y, data.count, NORMAL_WITH_FALLING, NULL, &at,
                       1);
  normal_form_text(&form, "n", "p", text);
  if (expected != NULL)
    CHECK(strcmp(text, expected) == 0, "%s", text);
  CHECK(near(at.y.value, law(1e6, 64), noise == NOISE_NONE ? 1e-6 : 0.03) && at.extrapolated,
        "%s: %g, not %g", text, at.y.value, law(1e6, 64));
  CHECK(form.quality.loo_largest < 0.05);
}

static void test_no_fit(void) {
  struct form_data data = make(n_log_n, 4, NOISE_NORMAL, 1);
  struct normal_prediction at = {.at = {1e9}};
  struct normal_form form = fit(&data, &at);
  char text[FIT_TEXT], form_text[NORMAL_TEXT];
  fit_status_text(&form.quality, "sizes", text);
  CHECK(strcmp(text, "not identifiable: 4 different sizes, at least 5 are needed") == 0, "%s",
        text);
  CHECK(isnan(at.y.value) && isnan(at.y.low) && isnan(normal_form_value(&form, 10, 1)));
  CHECK(*normal_form_text(&form, "n", "p", form_text) == '\0');
  static const double bad[] = {NAN, 0, -2, INFINITY};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    data = make(n_log_n, SIZES, NOISE_NORMAL, 1);
    data.y[5] = bad[i];
    CHECK(fit(&data, NULL).quality.status == FIT_BAD_DATA);
    data = make(n_log_n, SIZES, NOISE_NORMAL, 1);
    data.n[5] = bad[i];
    CHECK(fit(&data, NULL).quality.status == FIT_BAD_DATA);
  }
  data.count = 0;
  CHECK(fit(&data, NULL).quality.status == FIT_BAD_DATA);
  data = make_grid(product, 3, NOISE_NONE);
  normal_form_fit_grid(&form, data.n, data.p, data.y, data.count, NORMAL_WITH_FALLING, NULL, NULL,
                       0);
  CHECK(form.quality.status == FIT_TOO_FEW && form.short_of == 1 && form.quality.have == 3);
}

int main(void) {
  test_exact();
  check_noisy(n_log_n, NOISE_NORMAL, 1, 1, 1);
  check_noisy(n_to_the_1_5, NOISE_LOGNORMAL, 3, 2, 0);
  test_agreement();
  test_constant();
  test_values_of_r();
  test_falling();
  check_grid(product, NOISE_NONE, "2e-08 n^1 log2(n)^1 p^-1 + 1e-05");
  check_grid(sum, NOISE_NONE, "2e-08 n^1 + 0.0003 log2(p)^1 + 1e-05");
  check_grid(product, NOISE_NORMAL, NULL);
  check_grid(sum, NOISE_NORMAL, NULL);
  test_no_fit();
  return test_result();
}
