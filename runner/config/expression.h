/* The language of `derive`, and of the conditions of `exclude` and `reference`: expressions over
 * the values of a point, each a number or a truth value.
 *
 *   expression = terms joined by "or"               from here downwards each binds closer
 *   or-term    = terms joined by "and"
 *   and-term   = "not" and-term | comparison
 *   comparison = sum [ operator sum ]               == != < <= > >=; 1 < n < 5 is an error
 *   sum        = products joined by + and -
 *   product    = signed joined by * / %
 *   signed     = "-" signed | value
 *   value      = number | factor | name of `derive` | "(" expression ")"
 *              | min(...) | max(...) | ceil(...) | floor(...)
 *              | driver == NAME | driver != NAME | kernel == NAME | kernel != NAME
 *   factor     = n | cores | jobs | grain | ranks | threads | reps | warmup
 *              | nodes | ranks_per_node
 *   number     = as a config has them (1e7, 2^20, 64Ki), and with a fraction (0.5, 1.5e-3)
 *
 * / is the division of real numbers. % leaves the remainder of the floor of that division, with the
 * sign of the divisor, as in Python: -1 % 4 is 3. What stands right of `and` and `or` counts only
 * where the left leaves it open: "n > 0 and 10 / n > 2" is no division by 0.
 *
 * Numbers are of type long double, which holds every int64_t exactly on x86 and on 64-bit ARM under
 * Linux. A result beyond what a double can hold is an error, so that it is one on every machine. */
#ifndef QUARTET_RUNNER_CONFIG_EXPRESSION_H
#define QUARTET_RUNNER_CONFIG_EXPRESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

enum point_factor {
  FACTOR_N,
  FACTOR_CORES,
  FACTOR_JOBS,
  FACTOR_GRAIN,
  FACTOR_RANKS,
  FACTOR_THREADS,
  FACTOR_REPS,
  FACTOR_WARMUP,
  FACTOR_NODES,
  FACTOR_RANKS_PER_NODE,
  FACTOR_COUNT
};
extern const char *const factor_names[FACTOR_COUNT];

enum expression_type { EXPRESSION_NUMBER, EXPRESSION_TRUTH };

/* A name of `derive` and what it stands for. */
struct derived_name {
  const char *name;
  enum expression_type type;
};

/* The names that an expression may use. A driver or kernel that no point has would make a condition
 * a silent nothing. */
struct expression_names {
  const char *const *drivers, *const *kernels;
  size_t driver_count, kernel_count;
  const struct derived_name *derived; /* NULL: none */
  size_t derived_count;               /* that can be used */
  size_t later_count;                 /* that follow in `derived` and are not known yet */
};

/* What an expression is evaluated for. */
struct values {
  const char *driver, *kernel;
  int64_t numbers[FACTOR_COUNT];
  const long double *derived; /* by the index in expression_names.derived; truth: 0 or 1 */
};

struct expression;

/* Whether the language has that word itself, so that it cannot be a name of `derive`: a factor,
 * driver, kernel, a function, and, or, not. */
bool expression_is_reserved(const char *word);

/* The words that the language has itself, by their index; NULL after the last one. */
const char *expression_word(size_t index);

/* Reads an expression; `condition`: it must be a truth value. NULL on an error: `error` says what
 * is wrong, *offset where in the text, in bytes from 0. The text need not outlive the call, the
 * names of drivers and kernels must outlive the expression. */
struct expression *expression_parse(const char *text, const struct expression_names *names,
                                    bool condition, size_t *offset, struct error *error);

enum expression_type expression_type(const struct expression *expression);
bool expression_uses(const struct expression *expression, enum point_factor factor);

/* Whether there are values for which it has no value: it calculates, and so may divide by 0. */
bool expression_can_fail(const struct expression *expression);

/* Evaluates; a truth value is 0 or 1. EXIT_USAGE if it divides by 0 or leaves what a double holds,
 * then *offset is the operator's place. Uses room of the expression's own: one caller at a time. */
int expression_evaluate(struct expression *expression, const struct values *values,
                        long double *value, size_t *offset, struct error *error);

/* NULL is allowed. */
void expression_free(struct expression *expression);

/* The shortest text that reads back as the same number. Returns text. */
enum { EXPRESSION_NUMBER_TEXT = 64 };
char *expression_number_format(long double value, char text[EXPRESSION_NUMBER_TEXT]);

#endif
