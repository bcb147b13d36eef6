#include "runner/condition.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "common/number.h"
#include "common/suggest.h"

enum { DEPTH_MAX = 100, WORD_MAX = 64 };

enum factor { DRIVER, KERNEL, N, CORES, JOBS, FACTOR_COUNT };
static const char *const factor_names[FACTOR_COUNT] = {"driver", "kernel", "n", "cores", "jobs"};

enum comparison { EQUAL, UNEQUAL, AT_MOST, AT_LEAST, LESS, MORE, OPERATOR_COUNT };
static const char *const operator_texts[OPERATOR_COUNT] = {"==", "!=", "<=", ">=", "<", ">"};

enum node_kind { COMPARE, AND, OR };

struct node {
  enum node_kind kind;
  size_t left, right; /* of AND and OR: indices of nodes */
  enum factor factor; /* of COMPARE, as the rest */
  enum comparison comparison;
  const char *name;
  int64_t number;
  bool holds; /* for the factors at hand; scratch of condition_holds */
};

struct condition {
  struct node *nodes;
  size_t count, root;
};

struct parser {
  const char *text, *at;
  const struct condition_names *names;
  struct condition *condition;
  struct error *error;
  int depth;
};

static bool parse_or(struct parser *parser, size_t *root);

static void skip_spaces(struct parser *parser) {
  while (isspace((unsigned char)*parser->at))
    parser->at++;
}

static size_t word_length(const char *at) {
  size_t length = 0;
  while (isalnum((unsigned char)at[length]) || (at[length] != '\0' && strchr("_^.", at[length])))
    length++;
  return length;
}

/* Copies the word that stands here, without passing it. False if there is none, or it is too long.
 */
static bool peek_word(struct parser *parser, char word[WORD_MAX]) {
  skip_spaces(parser);
  size_t length = word_length(parser->at);
  if (length == 0 || length >= WORD_MAX)
    return false;
  memcpy(word, parser->at, length);
  word[length] = '\0';
  return true;
}

static bool take_keyword(struct parser *parser, const char *keyword) {
  char word[WORD_MAX];
  if (!peek_word(parser, word) || strcmp(word, keyword) != 0)
    return false;
  parser->at += strlen(keyword);
  return true;
}

static bool fail_here(struct parser *parser, const char *wanted) {
  skip_spaces(parser);
  if (*parser->at == '\0')
    error_set(parser->error, EXIT_USAGE, "the condition ends where %s should follow", wanted);
  else
    error_set(parser->error, EXIT_USAGE, "unexpected '%.*s'; here should be %s",
              (int)(word_length(parser->at) ? word_length(parser->at) : 1), parser->at, wanted);
  return false;
}

static bool parse_factor(struct parser *parser, enum factor *factor) {
  char word[WORD_MAX];
  if (!peek_word(parser, word))
    return fail_here(parser, "driver, kernel, n, cores or jobs");
  for (int i = 0; i < FACTOR_COUNT; i++)
    if (strcmp(word, factor_names[i]) == 0) {
      *factor = (enum factor)i;
      parser->at += strlen(word);
      return true;
    }
  const char *near = suggest(word, factor_names, FACTOR_COUNT);
  error_set(parser->error, EXIT_USAGE, "'%s' is none of: driver, kernel, n, cores, jobs%s%s%s",
            word, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
  return false;
}

static bool parse_operator(struct parser *parser, enum comparison *comparison) {
  skip_spaces(parser);
  for (int i = 0; i < OPERATOR_COUNT; i++)
    if (strncmp(parser->at, operator_texts[i], strlen(operator_texts[i])) == 0) {
      *comparison = (enum comparison)i;
      parser->at += strlen(operator_texts[i]);
      return true;
    }
  return fail_here(parser, "one of == != < <= > >=");
}

static bool parse_name(struct parser *parser, struct node *node, const char *word) {
  const struct condition_names *names = parser->names;
  bool is_driver = node->factor == DRIVER;
  const char *const *list = is_driver ? names->drivers : names->kernels;
  size_t count = is_driver ? names->driver_count : names->kernel_count;
  for (size_t i = 0; i < count; i++)
    if (strcmp(word, list[i]) == 0) {
      node->name = list[i];
      return true;
    }
  const char *near = suggest(word, list, count);
  error_set(parser->error, EXIT_USAGE, "this sweep has no %s '%s'%s%s%s",
            factor_names[node->factor], word, near ? "; did you mean '" : "", near ? near : "",
            near ? "'?" : "");
  return false;
}

static bool parse_comparison(struct parser *parser, size_t *root) {
  struct node node = {.kind = COMPARE};
  if (!parse_factor(parser, &node.factor))
    return false;
  skip_spaces(parser);
  const char *operator_at = parser->at;
  if (!parse_operator(parser, &node.comparison))
    return false;
  bool named = node.factor == DRIVER || node.factor == KERNEL;
  if (named && node.comparison != EQUAL && node.comparison != UNEQUAL) {
    parser->at = operator_at;
    error_set(parser->error, EXIT_USAGE, "%s has no order; only == and != fit",
              factor_names[node.factor]);
    return false;
  }
  char word[WORD_MAX];
  if (!peek_word(parser, word))
    return fail_here(parser, named ? "a name" : "a number");
  if (named ? !parse_name(parser, &node, word)
            : number_parse(word, INT64_MIN, INT64_MAX, &node.number, parser->error) != 0)
    return false;
  parser->at += strlen(word);
  *root = parser->condition->count;
  *GROW(parser->condition->nodes, parser->condition->count) = node;
  return true;
}

static bool parse_term(struct parser *parser, size_t *root) {
  skip_spaces(parser);
  if (*parser->at != '(')
    return parse_comparison(parser, root);
  if (++parser->depth > DEPTH_MAX) {
    error_set(parser->error, EXIT_USAGE, "more than %d parentheses", DEPTH_MAX);
    return false;
  }
  parser->at++;
  if (!parse_or(parser, root))
    return false;
  skip_spaces(parser);
  if (*parser->at != ')')
    return fail_here(parser, "and, or or ')'");
  parser->at++;
  return true;
}

/* Terms of the next tighter kind, joined to the left by `keyword`. */
static bool parse_joined(struct parser *parser, const char *keyword, enum node_kind kind,
                         bool (*parse_tighter)(struct parser *, size_t *), size_t *root) {
  if (!parse_tighter(parser, root))
    return false;
  while (take_keyword(parser, keyword)) {
    struct node node = {.kind = kind, .left = *root};
    if (!parse_tighter(parser, &node.right))
      return false;
    *root = parser->condition->count;
    *GROW(parser->condition->nodes, parser->condition->count) = node;
  }
  return true;
}

static bool parse_and(struct parser *parser, size_t *root) {
  return parse_joined(parser, "and", AND, parse_term, root);
}

static bool parse_or(struct parser *parser, size_t *root) {
  return parse_joined(parser, "or", OR, parse_and, root);
}

struct condition *condition_parse(const char *text, const struct condition_names *names,
                                  size_t *offset, struct error *error) {
  size_t count = 0;
  struct condition *condition = NULL;
  condition = GROW(condition, count);
  struct parser parser = {
      .text = text, .at = text, .names = names, .condition = condition, .error = error};
  bool right = parse_or(&parser, &condition->root);
  skip_spaces(&parser);
  if (right && *parser.at != '\0')
    right = fail_here(&parser, "and, or or the end");
  *offset = (size_t)(parser.at - text);
  if (right)
    return condition;
  condition_free(condition);
  return NULL;
}

static bool compare_holds(const struct node *node, const struct factors *factors) {
  if (node->factor == DRIVER || node->factor == KERNEL) {
    const char *name = node->factor == DRIVER ? factors->driver : factors->kernel;
    return (strcmp(name, node->name) == 0) == (node->comparison == EQUAL);
  }
  int64_t value = node->factor == N       ? factors->n
                  : node->factor == CORES ? factors->cores
                                          : factors->jobs;
  switch (node->comparison) {
  case EQUAL:
    return value == node->number;
  case UNEQUAL:
    return value != node->number;
  case AT_MOST:
    return value <= node->number;
  case AT_LEAST:
    return value >= node->number;
  case LESS:
    return value < node->number;
  default:
    return value > node->number;
  }
}

bool condition_holds(const struct condition *condition, const struct factors *factors) {
  /* Children lie before their parents, so one pass over the nodes settles all of them. */
  struct node *nodes = condition->nodes;
  for (size_t i = 0; i < condition->count; i++) {
    struct node *node = &nodes[i];
    node->holds = node->kind == COMPARE ? compare_holds(node, factors)
                  : node->kind == AND   ? nodes[node->left].holds && nodes[node->right].holds
                                        : nodes[node->left].holds || nodes[node->right].holds;
  }
  return nodes[condition->root].holds;
}

void condition_free(struct condition *condition) {
  if (condition == NULL)
    return;
  free(condition->nodes);
  free(condition);
}
