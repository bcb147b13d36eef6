#include <stdlib.h>

#include "tests/cases/case.h"

static const int64_t sizes[] = {0, 1, 2, 7, 20, -1};
static const char *const settings[] = {"latency=1ms body=100 attempts=6", NULL};

static void early_arrived(void *state, int64_t unit, const struct operation *operation,
                          void *partial) {
  struct operation early = *operation;
  early.elapsed_ns = unit == 1 ? 999999 : early.elapsed_ns;
  case_honest("fetch")->arrived(state, unit, &early, partial);
}

static void double_arrived(void *state, int64_t unit, const struct operation *operation,
                           void *partial) {
  case_honest("fetch")->arrived(state, unit == 1 ? 2 : unit, operation, partial);
}

static void short_arrived(void *state, int64_t unit, const struct operation *operation,
                          void *partial) {
  struct operation less = *operation;
  less.size -= unit == 3;
  case_honest("fetch")->arrived(state, unit, &less, partial);
}

static void failed_arrived(void *state, int64_t unit, const struct operation *operation,
                           void *partial) {
  struct operation failed = *operation;
  if (unit == 3) {
    failed.failure = OPERATION_UNREACHED;
    failed.size = 0;
    failed.data = NULL;
  }
  case_honest("fetch")->arrived(state, unit, &failed, partial);
}

/* The last byte of a document is wrong; it does not fill a word. */
static void torn_arrived(void *state, int64_t unit, const struct operation *operation,
                         void *partial) {
  if (unit == 2) {
    union {
      const void *given;
      unsigned char *bytes;
    } data = {operation->data};
    data.bytes[operation->size - 1] ^= 4;
  }
  case_honest("fetch")->arrived(state, unit, operation, partial);
}

/* Another document than the requested one. */
static void next_ask(void *state, int64_t unit, struct operation *operation) {
  case_honest("fetch")->ask(state, unit == 4 ? 5 : unit, operation);
}

static const struct fault faults[] = {
    {.what = "an answer before its time", .phase = "fetch", .arrived = early_arrived},
    {.what = "one document twice, another never", .phase = "fetch", .arrived = double_arrived},
    {.what = "a document that is too short", .phase = "fetch", .arrived = short_arrived},
    {.what = "a document that does not come", .phase = "fetch", .arrived = failed_arrived},
    {.what = "a wrong bit", .phase = "fetch", .arrived = torn_arrived},
    {.what = "another document than the requested one", .phase = "fetch", .ask = next_ask},
    {0},
};

const struct kernel_case case_fetch = {
    .sizes = sizes,
    .settings = settings,
    .fault_size = 24,
    .fault_settings = "latency=1ms body=100 attempts=6",
    .faults = faults,
};
