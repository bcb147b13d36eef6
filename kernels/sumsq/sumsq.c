/* sumsq: the sum of i*i for i in [0, n), exact in 128 bits.
 *
 * A unit is a number, and a pass has one phase:
 *
 *   sum  (timed) multiplies each number of a range by itself and adds the squares
 *
 * Every number is really multiplied and every square really added: the closed form is the oracle's
 * alone. tuned.c does it in the vector unit. */
#include "kernels/sumsq/sumsq.h"

#include "kernels/blocks/path.h"
#include "kernels/kernel.h"
#include "kernels/sumsq/page.h"

enum { PATH };

static const struct kernel_option options[] = {PATH_OPTION, {0}};

/* -- The algorithm ---------------------------------------------------------------------------- */

/* The compiler may not look through `number`, or it would find the closed form. */
static uint128 reference(int64_t begin, int64_t end) {
  uint128 sum = 0;
  for (int64_t i = begin; i < end; i++) {
    uint64_t number = (uint64_t)i;
    __asm__("" : "+r"(number));
    sum += (uint128)number * number;
  }
  return sum;
}

static sumsq_range *const paths[] = {[PATH_REFERENCE] = reference, [PATH_TUNED] = sumsq_tuned};

/* -- The kernel ------------------------------------------------------------------------------- */

/* In pass p, counted from 0, each number is raised by p modulo SHIFTS, so that the sum of one pass
 * is wrong in the others; what this adds has a closed form, which the oracle takes out again. */
enum { SHIFTS = 1000 };

struct state {
  sumsq_range *range;
  int64_t pass;   /* the one under way */
  uint128 last;   /* the sum, by the last pass */
  uint128 passes; /* the sums of all passes added, modulo 2^128: a pass that did nothing shows */
};

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  (void)part;
  (void)error;
  ((struct state *)opaque)->range = paths[problem->value[PATH]];
  return 0;
}

static void sum_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  const int64_t shift = s->pass % SHIFTS;
  *(uint128 *)partial = s->range(begin + shift, end + shift);
}

static void sum_combine(void *into, const void *from) {
  *(uint128 *)into += *(const uint128 *)from;
}

static int sum_then(void *opaque, const void *total) {
  struct state *s = opaque;
  s->last = total ? *(const uint128 *)total : 0;
  s->passes += s->last;
  s->pass++;
  return PHASE_END;
}

static const struct phase phases[] = {{
    .name = "sum",
    .stage = STAGE_TIMED,
    .body = sum_body,
    .partial_bytes = sizeof(uint128),
    .combine = sum_combine,
    .movable = true,
    .then = sum_then,
}};

/* That each part knows the sum takes at least 2 * (parts - 1) messages: to one part and back. */
static struct work work(const struct problem *problem, int parts) {
  (void)parts; /* their partial results are all that they exchange */
  return (struct work){.operations = (double)problem->n};
}

/* -- The oracle ------------------------------------------------------------------------------- */

/* Writes a number in decimal; 2^128 has 39 digits. */
static void print_decimal(uint128 value, char text[48]) {
  char reversed[48];
  int digits = 0;
  do
    reversed[digits++] = (char)('0' + (int)(value % 10));
  while ((value /= 10) != 0);
  for (int d = 0; d < digits; d++)
    text[d] = reversed[digits - 1 - d];
  text[digits] = '\0';
}

static double distance(uint128 a, uint128 b) {
  return (double)(a > b ? a - b : b - a);
}

/* What raising the numbers adds: the sum of (i + shift)^2 - i^2 for i in [0, n). */
static uint128 excess_of(uint128 n, uint128 shift) {
  return n == 0 ? 0 : shift * n * (n - 1) + shift * shift * n;
}

/* Each shift occurs once in any SHIFTS consecutive passes, and the first few occur once more. */
static uint128 excess_of_all(uint128 n, int64_t passes) {
  const int64_t turns = passes / SHIFTS, rest = passes % SHIFTS;
  uint128 sum = 0;
  for (int64_t shift = 0; shift < SHIFTS; shift++)
    sum += (uint128)(turns + (shift < rest)) * excess_of(n, (uint128)shift);
  return sum;
}

/* The product is below 2 * 10^36 for n <= 10^12, and 2^128 is above 3.4 * 10^38. */
static struct verdict verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct state *s = opaque;
  uint128 n = (uint128)problem->n;
  uint128 expected = n == 0 ? 0 : n * (n - 1) * (2 * n - 1) / 6;
  struct verdict verdict = {.tolerance = 0};
  uint128 last = s->last - excess_of(n, (uint128)((passes - 1) % SHIFTS));
  uint128 all = s->passes - excess_of_all(n, passes);
  print_decimal(last, verdict.value);
  print_decimal(expected, verdict.expected);
  verdict.error = distance(last, expected) + distance(all, (uint128)passes * expected);
  return verdict;
}

const struct kernel kernel_sumsq = {
    .name = "sumsq",
    .summary = "sum of i*i for i in 0..n-1, exact in 128 bits",
    KERNEL_PAGE,
    .unit = "number",
    .operation = "elements",
    .bound = BOUND_COMPUTE,
    .size = {"size", OPTION_COUNT, 10000000, 0, 1000000000000, "number",
             "how many numbers to square and add"},
    .options = options,
    .state_bytes = sizeof(struct state),
    .units = units_n,
    .open = open_part,
    KERNEL_PHASES(phases),
    .work = work,
    .verify = verify,
};
