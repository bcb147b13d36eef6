/* pi: the integral of 4 / (1 + x^2) from 0 to 1 by the midpoint rule with n intervals. */
#include <math.h>
#include <stdio.h>

#include "kernels/kernel.h"

struct state {
  double step, pi;
};

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  (void)part, (void)error;
  ((struct state *)opaque)->step = 1 / (double)problem->n;
  return 0;
}

static void sum_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  double step = ((const struct state *)opaque)->step, sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = begin; i < end; i++) {
    double x = ((double)i + 0.5) * step;
    sum += 4 / (1 + x * x);
  }
  *(double *)partial = sum;
}

static void sum_combine(void *into, const void *from) {
  *(double *)into += *(const double *)from;
}

static int sum_then(void *opaque, const void *total) {
  struct state *s = opaque;
  s->pi = s->step * *(const double *)total;
  return PHASE_END;
}

static const struct phase phases[] = {{.name = "sum",
                                       .stage = STAGE_TIMED,
                                       .body = sum_body,
                                       .partial_bytes = sizeof(double),
                                       .combine = sum_combine,
                                       .then = sum_then}};

static struct work work(const struct problem *problem, int parts) {
  (void)parts;
  return (struct work){.operations = 6 * (double)problem->n};
}

static struct verdict verify(const void *opaque, const struct problem *problem, int64_t passes) {
  double n = (double)problem->n, pi = ((const struct state *)opaque)->pi;
  double expected = acos(-1) + 1 / (12 * n * n); /* the next term of the rule's error is h^6 */
  struct verdict verdict = {.error = fabs(pi - expected), .tolerance = 1e-11};
  (void)passes;
  snprintf(verdict.value, sizeof verdict.value, "%.15g", pi);
  snprintf(verdict.expected, sizeof verdict.expected, "%.15g", expected);
  return verdict;
}

const struct kernel kernel_pi = {
    .name = "pi",
    .summary = "pi by the midpoint rule",
    .description = "The integral of 4 / (1 + x^2) from 0 to 1, the sum over n intervals.",
    .counting = "6 flop an interval; a division counts as one.",
    .oracle = "pi + 1 / (12 n^2), the first term of the rule's error. Absolute, 1e-11.",
    .exchanged = "Nothing but the sum of each part, 8 bytes.",
    .expectation = "Compute-bound: the divisions.",
    .unit = "interval",
    .operation = "flop",
    .bound = BOUND_COMPUTE,
    .size = {"n", OPTION_COUNT, 10000000, 100, INT64_C(1) << 40, "interval", "intervals"},
    .state_bytes = sizeof(struct state),
    .units = units_n,
    .open = open_part,
    KERNEL_PHASES(phases),
    .work = work,
    .verify = verify,
};
