/* The tree of an expression, between the parser (expression.c) and the evaluation
 * (expression_evaluate.c). */
#ifndef QUARTET_RUNNER_CONFIG_EXPRESSION_NODES_H
#define QUARTET_RUNNER_CONFIG_EXPRESSION_NODES_H

#include "runner/config/expression.h"

enum expression_operation {
  OPERATION_NUMBER, /* value */
  OPERATION_FACTOR,
  OPERATION_DERIVED,
  OPERATION_DRIVER_IS, /* name */
  OPERATION_KERNEL_IS,
  OPERATION_NEGATE, /* from here on left */
  OPERATION_CEIL,
  OPERATION_FLOOR,
  OPERATION_NOT,
  OPERATION_ADD, /* from here on left and right */
  OPERATION_SUBTRACT,
  OPERATION_MULTIPLY,
  OPERATION_DIVIDE,
  OPERATION_REMAINDER,
  OPERATION_MIN,
  OPERATION_MAX,
  OPERATION_EQUAL,
  OPERATION_UNEQUAL,
  OPERATION_AT_MOST,
  OPERATION_AT_LEAST,
  OPERATION_LESS,
  OPERATION_MORE,
  OPERATION_AND,
  OPERATION_OR
};

enum evaluation_failure { FAILURE_NONE, FAILURE_DIVISION, FAILURE_INFINITE };

/* The value of a node for the current values; scratch of expression_evaluate. */
struct worth {
  long double value;
  enum evaluation_failure failure; /* then there is no value */
  size_t offset;                   /* of what has failed */
};

struct expression_node {
  enum expression_operation operation;
  enum expression_type type;
  size_t left, right; /* indices of nodes before this one */
  size_t index;       /* of VARIABLE (enum point_factor) and of DERIVED */
  const char *name;   /* of DRIVER_IS and KERNEL_IS */
  long double value;  /* of NUMBER */
  size_t offset;      /* in the text */
  struct worth worth;
};

/* The last node is the root: children lie before their parents. */
struct expression {
  struct expression_node *nodes;
  size_t count;
};

#endif
