#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/config/expression_nodes.h"

/* The remainder of the floor of a / b: it has the sign of b. */
static long double floor_remainder(long double a, long double b) {
  long double rest = fmodl(a, b);
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

static long double calculate(enum expression_operation operation, long double a, long double b) {
  switch (operation) {
  case OPERATION_NEGATE:
    return -a;
  case OPERATION_CEIL:
    return ceill(a);
  case OPERATION_FLOOR:
    return floorl(a);
  case OPERATION_NOT:
    return a == 0;
  case OPERATION_ADD:
    return a + b;
  case OPERATION_SUBTRACT:
    return a - b;
  case OPERATION_MULTIPLY:
    return a * b;
  case OPERATION_DIVIDE:
    return a / b;
  case OPERATION_REMAINDER:
    return floor_remainder(a, b);
  case OPERATION_MIN:
    return a < b ? a : b;
  case OPERATION_MAX:
    return a > b ? a : b;
  case OPERATION_EQUAL:
    return a == b;
  case OPERATION_UNEQUAL:
    return a != b;
  case OPERATION_AT_MOST:
    return a <= b;
  case OPERATION_AT_LEAST:
    return a >= b;
  case OPERATION_LESS:
    return a < b;
  case OPERATION_MORE:
    return a > b;
  default: /* AND and OR whose left side leaves it to the right */
    return b;
  }
}

static struct worth leaf_worth(const struct expression_node *node, const struct values *values) {
  long double value = 0;
  switch (node->operation) {
  case OPERATION_FACTOR:
    value = (long double)values->numbers[node->index];
    break;
  case OPERATION_DERIVED:
    value = values->derived[node->index];
    break;
  case OPERATION_DRIVER_IS:
    value = strcmp(values->driver, node->name) == 0;
    break;
  case OPERATION_KERNEL_IS:
    value = strcmp(values->kernel, node->name) == 0;
    break;
  default:
    value = node->value;
    break;
  }
  return (struct worth){.value = value};
}

/* Whether the left side of AND or OR settles it, so that the right one does not count. */
static bool is_settled(enum expression_operation operation, const struct worth *left) {
  return (operation == OPERATION_AND && left->value == 0) ||
         (operation == OPERATION_OR && left->value != 0);
}

static struct worth inner_worth(const struct expression_node *node, const struct worth *left,
                                const struct worth *right) {
  if (left->failure != FAILURE_NONE || is_settled(node->operation, left))
    return *left;
  if (right->failure != FAILURE_NONE)
    return *right;
  struct worth worth = {.offset = node->offset};
  bool divides = node->operation == OPERATION_DIVIDE || node->operation == OPERATION_REMAINDER;
  if (divides && right->value == 0) {
    worth.failure = FAILURE_DIVISION;
    return worth;
  }
  worth.value = calculate(node->operation, left->value, right->value);
  if (!(fabsl(worth.value) <= (long double)DBL_MAX))
    worth.failure = FAILURE_INFINITE;
  return worth;
}

int expression_evaluate(struct expression *expression, const struct values *values,
                        long double *value, size_t *offset, struct error *error) {
  /* Children lie before their parents, so one pass over the nodes settles all of them; failures go
   * up as values do, and what does not count takes its failure with it. */
  static const struct worth none = {0};
  struct expression_node *nodes = expression->nodes;
  for (size_t i = 0; i < expression->count; i++) {
    struct expression_node *node = &nodes[i];
    if (node->operation < OPERATION_NEGATE)
      node->worth = leaf_worth(node, values);
    else
      node->worth =
          inner_worth(node, &nodes[node->left].worth,
                      node->operation < OPERATION_ADD ? &none : &nodes[node->right].worth);
  }
  const struct worth *root = &nodes[expression->count - 1].worth;
  *offset = root->offset;
  if (root->failure != FAILURE_NONE)
    return error_set(error, EXIT_USAGE,
                     root->failure == FAILURE_DIVISION ? "division by 0"
                                                       : "the result is too large for a number");
  *value = root->value;
  return 0;
}

enum expression_type expression_type(const struct expression *expression) {
  return expression->nodes[expression->count - 1].type;
}

bool expression_uses(const struct expression *expression, enum point_factor factor) {
  for (size_t i = 0; i < expression->count; i++)
    if (expression->nodes[i].operation == OPERATION_FACTOR &&
        expression->nodes[i].index == (size_t)factor)
      return true;
  return false;
}

bool expression_can_fail(const struct expression *expression) {
  for (size_t i = 0; i < expression->count; i++)
    if (expression->nodes[i].operation >= OPERATION_ADD &&
        expression->nodes[i].operation <= OPERATION_REMAINDER)
      return true;
  return false;
}

void expression_free(struct expression *expression) {
  if (expression == NULL)
    return;
  free(expression->nodes);
  free(expression);
}

char *expression_number_format(long double value, char text[EXPRESSION_NUMBER_TEXT]) {
  int digits = 1;
  do
    snprintf(text, EXPRESSION_NUMBER_TEXT, "%.*Lg", digits, value);
  while (strtold(text, NULL) != value && digits++ < LDBL_DECIMAL_DIG);
  /* 1e+07 is right, but not how people write ten millions. */
  if (fabsl(value) < 1e15L && value == floorl(value))
    snprintf(text, EXPRESSION_NUMBER_TEXT, "%.0Lf", value);
  return text;
}
