/* The kernel sumsq against sums computed by another program (sumsq_values.py): every variant that
 * this processor supports, the kernel's functions as the engine calls them, and its oracle.
 * Compiled once with the library and once, as test_sumsq_emulated, with a C version of the IFMA
 * variant's instructions. */
#include <inttypes.h>
#include <stdlib.h>

#include "kernels/blocks/path.h"
#include "kernels/sumsq/sumsq.h"
#include "tests/check.h"

extern const struct kernel kernel_sumsq;

struct sum_row {
  int64_t begin, end;
  const char *sum;
};

static const struct sum_row rows[] = {
#include "tests/kernels/sumsq_values.inc"
};
enum { ROWS = sizeof rows / sizeof *rows };

/* What a variant must add in the tests: 2^32 numbers take it seconds, unoptimized a minute. */
static bool feasible(const struct sum_row *row) {
#if defined(__OPTIMIZE__) && !defined(SUMSQ_EMULATE_IFMA)
  return row->end - row->begin <= INT64_C(1) << 32;
#else
  return row->end - row->begin <= 1000003;
#endif
}

static uint128 decimal(const char *text) {
  uint128 value = 0;
  for (; *text; text++)
    value = value * 10 + (uint128)(*text - '0');
  return value;
}

/* How many rows of the table a variant gets wrong. */
static int wrong_rows(const struct sumsq_variant *variant, bool report) {
  int wrong = 0;
  for (const struct sum_row *row = rows; row < rows + ROWS; row++) {
    if (!feasible(row))
      continue;
    bool right = sumsq_with(variant, row->begin, row->end) == decimal(row->sum);
    wrong += !right;
    if (report)
      CHECK(right, "%s: [%" PRId64 ", %" PRId64 ")", variant->name, row->begin, row->end);
  }
  return wrong;
}

/* -- Wrong variants: the table must distinguish each of them from a right one ----------------- */

/* The variant that the wrong ones are made of. */
static uint64_t right(uint64_t begin, uint64_t count) {
  const struct sumsq_variant *variant = sumsq_variants;
  while (!variant->supported())
    variant++;
  return variant->squares(begin, count);
}

static uint64_t first_missing(uint64_t begin, uint64_t count) {
  return right(begin + 1, count - 1);
}

static uint64_t last_missing(uint64_t begin, uint64_t count) {
  return right(begin, count - 1);
}

static uint64_t one_more(uint64_t begin, uint64_t count) {
  return right(begin, count) + (begin + count) * (begin + count);
}

static uint64_t lane_dropped(uint64_t begin, uint64_t count) {
  uint64_t sum = right(begin, count);
  for (uint64_t k = 3; k < count; k += 4)
    sum -= (begin + k) * (begin + k);
  return sum;
}

static uint64_t high_part_lost(uint64_t begin, uint64_t count) {
  return right(begin & UINT32_MAX, count);
}

static uint64_t above_52_bits_lost(uint64_t begin, uint64_t count) {
  uint64_t sum = 0;
  for (uint64_t i = begin; i < begin + count; i++)
    sum += i * i & ((UINT64_C(1) << 52) - 1);
  return sum;
}

static uint64_t nothing(uint64_t begin, uint64_t count) {
  (void)begin, (void)count;
  return 0;
}

static void test_wrong_variants(void) {
  static const struct sumsq_variant wrong[] = {
      {"first missing", NULL, first_missing},
      {"last missing", NULL, last_missing},
      {"one more", NULL, one_more},
      {"lane dropped", NULL, lane_dropped},
      {"high lost", NULL, high_part_lost},
      {"52 bits lost", NULL, above_52_bits_lost},
      {"nothing", NULL, nothing},
  };
  for (size_t w = 0; w < sizeof wrong / sizeof *wrong; w++)
    CHECK(wrong_rows(&wrong[w], false) > 0, "%s", wrong[w].name);
}

/* -- The kernel as the engine calls it -------------------------------------------------------- */

/* A fresh state for the problem. */
static void *opened(const struct problem *problem) {
  struct error error = {0};
  void *state = aligned_alloc(64, 64);
  memset(state, 0, 64);
  CHECK(kernel_sumsq.state_bytes <= 64, "state");
  CHECK(kernel_sumsq.open(state, problem, &(struct part){.count = 1}, &error) == 0, "open");
  return state;
}

/* Runs one pass over ranges of `grain` numbers, of which each `skip`-th is skipped (0: none). */
static void pass(void *state, const struct problem *problem, int64_t grain, int skip) {
  const struct phase *phase = kernel_sumsq.phases;
  _Alignas(16) unsigned char total[16], partial[16];
  int64_t units = kernel_sumsq.units(problem);
  bool any = false;
  int count = 0;
  for (int64_t begin = 0; begin < units; begin += grain) {
    if (skip && ++count % skip == 0)
      continue;
    memset(partial, 0xff, sizeof partial);
    phase->body(state, begin, begin + grain < units ? begin + grain : units, partial);
    if (any)
      phase->combine(total, partial);
    else
      memcpy(total, partial, sizeof total);
    any = true;
  }
  int next = phase->then(state, any ? total : NULL);
  CHECK(next == PHASE_END, "%d", next);
}

static bool judged_right(const struct verdict *verdict) {
  return verdict->error <= verdict->tolerance;
}

static void test_kernel(enum path path) {
  CHECK(kernel_sumsq.phases[0].partial_bytes == 16, "sizes");
  for (const struct sum_row *row = rows; row < rows + ROWS; row++) {
    if (row->begin != 0 || row->end > 10000000)
      continue;
    struct problem problem = {.n = row->end, .value = {path}};
    void *state = opened(&problem);
    for (int passes = 1; passes <= 3; passes++) {
      pass(state, &problem, passes * 99991, 0);
      struct verdict verdict = kernel_sumsq.verify(state, &problem, passes);
      CHECK(judged_right(&verdict), "n = %" PRId64, problem.n);
      CHECK(strcmp(verdict.value, row->sum) == 0, "%s", verdict.value);
      CHECK(strcmp(verdict.expected, row->sum) == 0, "%s", verdict.expected);
    }
    free(state);
  }
}

/* The oracle against work that was not done. */
static void test_oracle(void) {
  struct problem problem = {.n = 100000, .value = {PATH_TUNED}};
  void *state = opened(&problem);
  struct verdict verdict = kernel_sumsq.verify(state, &problem, 1);
  CHECK(!judged_right(&verdict), "a kernel that did nothing");
  pass(state, &problem, 1000, 7);
  verdict = kernel_sumsq.verify(state, &problem, 1);
  CHECK(!judged_right(&verdict), "skipped ranges");
  free(state);
  state = opened(&problem);
  pass(state, &problem, 1000, 0);
  verdict = kernel_sumsq.verify(state, &problem, 2);
  CHECK(!judged_right(&verdict), "a second pass that did nothing");

  /* The largest n: the product behind the closed form does not overflow. */
  const struct sum_row *largest = rows;
  while (largest->end != kernel_sumsq.size.max || largest->begin != 0)
    largest++;
  problem.n = kernel_sumsq.size.max;
  verdict = kernel_sumsq.verify(state, &problem, 1);
  CHECK(strcmp(verdict.expected, largest->sum) == 0, "%s", verdict.expected);
  free(state);
}

int main(void) {
  int supported = 0;
  for (const struct sumsq_variant *variant = sumsq_variants; variant->name; variant++) {
    bool here = variant->supported();
    printf("variant %s: %s\n", variant->name, here ? "tested" : "not supported by this processor");
    supported += here;
    if (here)
      wrong_rows(variant, true);
  }
  CHECK(supported >= 1, "%d", supported);
  test_wrong_variants();
  test_kernel(PATH_REFERENCE);
  test_kernel(PATH_TUNED);
  test_oracle();
  return test_result();
}
