#include "tests/cases/case.h"

#define kernel_gups kernel_gups_copy
extern const struct kernel kernel_gups_copy;
#include "kernels/gups/gups.c"

static const int64_t sizes[] = {1, 2, 4, 64, 256, -1};
static const char *const settings[] = {"", "updates=5 lookahead=3", NULL};

/* The last update that is made is lost. */
static void lossy_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct gups_state *s = opaque;
  case_honest("make")->body(opaque, begin, end, partial);
  if (s->part.begin == 0 && begin == 0 && s->done == 0)
    s->made[0] = 0;
}

/* An update is applied twice in one block. */
static void double_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct gups_state *s = opaque;
  case_honest("apply")->body(opaque, begin, end, partial);
  if (begin == 5 && s->done == 0)
    *gups_words_of(s, begin, end).at ^= 12345;
}

/* The sequence of one block begins where another's does. */
static void again_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct gups_state *s = opaque;
  case_honest("make")->body(opaque, begin, end, partial);
  if (begin == 3 && s->done == 0)
    make((uint64_t[]){element(0)}, 1, s->made + (begin - s->part.begin) * round_length(s),
         round_length(s));
}

static const struct fault faults[] = {
    {.what = "an update that is lost", .phase = "make", .body = lossy_body},
    {.what = "a word that is changed once more", .phase = "apply", .body = double_body},
    {.what = "a block that makes another's updates", .phase = "make", .body = again_body},
    {0},
};

const struct kernel_case case_gups = {
    .sizes = sizes,
    .settings = settings,
    .fault_size = 256,
    .fault_settings = "lookahead=3",
    .faults = faults,
    .large_size = 1 << 24,
};
