#include <stdlib.h>

#include "tests/cases/case.h"

static const int64_t sizes[] = {0, 1, 2, 7, 20, -1};
static const char *const settings[] = {"file=8Ki bytes=64", "file=12Ki bytes=4Ki cache=dropped",
                                       NULL};

/* As a file that has shrunk. */
static void short_arrived(void *state, int64_t unit, const struct operation *operation,
                          void *partial) {
  struct operation less = *operation;
  if (unit == 3)
    less.size /= 2;
  case_honest("read")->arrived(state, unit, &less, partial);
}

static void failed_arrived(void *state, int64_t unit, const struct operation *operation,
                           void *partial) {
  struct operation failed = *operation;
  if (unit == 3) {
    failed.failure = 5;
    failed.size = 0;
    failed.data = NULL;
  }
  case_honest("read")->arrived(state, unit, &failed, partial);
}

static void double_arrived(void *state, int64_t unit, const struct operation *operation,
                           void *partial) {
  case_honest("read")->arrived(state, unit == 1 ? 2 : unit, operation, partial);
}

static void next_ask(void *state, int64_t unit, struct operation *operation) {
  case_honest("read")->ask(state, unit == 4 ? 5 : unit, operation);
}

/* A page stayed in the cache when it was dropped. */
static void kept_arrived(void *state, int64_t unit, const struct operation *operation,
                         void *partial) {
  struct operation kept = *operation;
  kept.size = FILE_BLOCK;
  case_honest("drop")->arrived(state, unit, &kept, partial);
}

/* A bit of one word is wrong. */
static void torn_arrived(void *state, int64_t unit, const struct operation *operation,
                         void *partial) {
  if (unit == 2) {
    union {
      const void *given;
      unsigned char *bytes;
    } data = {operation->data};
    data.bytes[17] ^= 4;
  }
  case_honest("read")->arrived(state, unit, operation, partial);
}

static const struct fault faults[] = {
    {.what = "a read that ends early", .phase = "read", .arrived = short_arrived},
    {.what = "a read that fails", .phase = "read", .arrived = failed_arrived},
    {.what = "one read twice, another never", .phase = "read", .arrived = double_arrived},
    {.what = "another block than the requested one", .phase = "read", .ask = next_ask},
    {.what = "a page that stayed in the cache", .phase = "drop", .arrived = kept_arrived},
    {.what = "a wrong bit", .phase = "read", .arrived = torn_arrived},
    {0},
};

const struct kernel_case case_readfile = {
    .sizes = sizes,
    .settings = settings,
    .fault_size = 24,
    .fault_settings = "file=8Ki bytes=64 cache=dropped",
    .faults = faults,
};
