/* The conditions of `exclude`: comparisons of a point's factors, joined by `and` and `or`.
 *
 *   condition  = and-terms joined by "or"          "and" binds closer than "or"
 *   term       = "(" condition ")" | factor operator value
 *   factor     = driver | kernel | n | cores | jobs
 *   operator   = == != < <= > >=                    driver and kernel: == and != only
 *   value      = a number (1e7, 2^20, 64Ki), or the name of a driver or kernel of this config */
#ifndef QUARTET_RUNNER_CONDITION_H
#define QUARTET_RUNNER_CONDITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

/* What a condition is held against. */
struct factors {
  const char *driver, *kernel;
  int64_t n, cores, jobs;
};

/* The names that a condition may use. A name that no point has would make it a silent nothing. */
struct condition_names {
  const char *const *drivers, *const *kernels;
  size_t driver_count, kernel_count;
};

struct condition;

/* Reads a condition. NULL on an error: `error` says what is wrong, *offset where in the text, in
 * bytes from 0. The text need not outlive the call, the names must outlive the condition. */
struct condition *condition_parse(const char *text, const struct condition_names *names,
                                  size_t *offset, struct error *error);

bool condition_holds(const struct condition *condition, const struct factors *factors);

/* NULL is allowed. */
void condition_free(struct condition *condition);

#endif
