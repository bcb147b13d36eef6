#include "runner/config/expression.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "common/number.h"
#include "common/suggest.h"
#include "runner/config/expression_nodes.h"

enum { DEPTH_MAX = 100 };

const char *const factor_names[FACTOR_COUNT] = {
    "n", "cores", "jobs", "grain", "ranks", "threads", "reps", "warmup", "nodes", "ranks_per_node"};

static const struct {
  const char *name;
  enum expression_operation operation;
} functions[] = {{"min", OPERATION_MIN},
                 {"max", OPERATION_MAX},
                 {"ceil", OPERATION_CEIL},
                 {"floor", OPERATION_FLOOR}};

/* Longer ones before those that they begin with. */
static const struct sign {
  const char *text;
  enum expression_operation operation;
} comparisons[] = {{"==", OPERATION_EQUAL},    {"!=", OPERATION_UNEQUAL}, {"<=", OPERATION_AT_MOST},
                   {">=", OPERATION_AT_LEAST}, {"<", OPERATION_LESS},     {">", OPERATION_MORE}},
  sums[] = {{"+", OPERATION_ADD}, {"-", OPERATION_SUBTRACT}},
  products[] = {{"*", OPERATION_MULTIPLY}, {"/", OPERATION_DIVIDE}, {"%", OPERATION_REMAINDER}};

static const char operators_wanted[] = "one of == != < <= > >=";

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct parser {
  const char *text, *at;
  const struct expression_names *names;
  struct expression *expression;
  struct error *error;
  bool condition; /* for messages: what the whole is */
  int depth;
};

/* The result of parsing a part: its root, its type, and its beginning. */
struct parsed_part {
  size_t root;
  enum expression_type type;
  const char *at;
};

static bool parse_or(struct parser *parser, struct parsed_part *part);

/* --- words ------------------------------------------------------------------------------------ */

static void skip_spaces(struct parser *parser) {
  while (isspace((unsigned char)*parser->at))
    parser->at++;
}

static bool is_letter(char c) {
  return isalpha((unsigned char)c) || c == '_';
}

/* The length of the word or number at `at`; 0: neither. In a number a sign may follow the e. */
static size_t word_length(const char *at) {
  size_t length = 0;
  bool number = isdigit((unsigned char)*at) || *at == '.';
  for (; at[length] != '\0'; length++) {
    bool sign = number && length > 0 && strchr("+-", at[length]) != NULL &&
                strchr("eE", at[length - 1]) != NULL && isdigit((unsigned char)at[length + 1]);
    if (!is_letter(at[length]) && !isdigit((unsigned char)at[length]) &&
        !(number && strchr("^.", at[length]) != NULL) && !sign)
      break;
  }
  return length;
}

static bool is_word(const char *at, size_t length, const char *word) {
  return strlen(word) == length && strncmp(at, word, length) == 0;
}

static bool take_keyword(struct parser *parser, const char *keyword) {
  skip_spaces(parser);
  if (!is_word(parser->at, word_length(parser->at), keyword))
    return false;
  parser->at += strlen(keyword);
  return true;
}

static bool take_character(struct parser *parser, char character) {
  skip_spaces(parser);
  if (*parser->at != character)
    return false;
  parser->at++;
  return true;
}

static bool fail_here(struct parser *parser, const char *wanted) {
  skip_spaces(parser);
  size_t length = word_length(parser->at);
  if (*parser->at == '\0')
    error_set(parser->error, EXIT_USAGE, "the %s ends where %s should follow",
              parser->condition ? "condition" : "expression", wanted);
  else
    error_set(parser->error, EXIT_USAGE, "unexpected '%.*s'; expected %s",
              (int)(length == 0   ? 1
                    : length > 60 ? 60
                                  : length),
              parser->at, wanted);
  return false;
}

/* --- nodes ------------------------------------------------------------------------------------ */

static void add_node(struct parser *parser, struct expression_node node, struct parsed_part *part) {
  part->root = parser->expression->count;
  part->type = node.type;
  *GROW(parser->expression->nodes, parser->expression->count) = node;
}

/* A part that must be a number; otherwise the problem is reported at its beginning. */
static bool need_number(struct parser *parser, const struct parsed_part *part) {
  if (part->type == EXPRESSION_NUMBER)
    return true;
  parser->at = part->at;
  error_set(parser->error, EXIT_USAGE, "expected a number, not a condition");
  return false;
}

/* A part that must be a truth value; where it is a number, a comparison is not yet at its end. */
static bool need_truth(struct parser *parser, const struct parsed_part *part) {
  return part->type == EXPRESSION_TRUTH || fail_here(parser, operators_wanted);
}

/* --- values ----------------------------------------------------------------------------------- */

static bool parse_number(struct parser *parser, struct parsed_part *part) {
  size_t length = word_length(parser->at);
  char *word = grow_text("%.*s", (int)length, parser->at);
  struct error other = {0};
  struct expression_node node = {.operation = OPERATION_NUMBER, .type = EXPRESSION_NUMBER};
  int64_t whole;
  double real;
  bool right = true;
  if (number_parse(word, INT64_MIN, INT64_MAX, &whole, parser->error) == 0)
    node.value = (long double)whole;
  else if (strchr(word, '.') != NULL && real_parse(word, 0, HUGE_VAL, &real, &other) == 0 &&
           isfinite(real))
    node.value = strtold(word, NULL); /* 10 * 0.1 is to be 1 */
  else
    right = false;
  free(word);
  if (right) {
    *parser->error = (struct error){0};
    parser->at += length;
    add_node(parser, node, part);
  }
  return right;
}

/* driver == NAME and the like. Whatever stands there is looked up: a kernel may be called "min". */
static bool parse_is(struct parser *parser, bool driver, struct parsed_part *part) {
  const struct expression_names *names = parser->names;
  const char *what = driver ? "driver" : "kernel";
  const char *const *list = driver ? names->drivers : names->kernels;
  size_t count = driver ? names->driver_count : names->kernel_count;
  skip_spaces(parser);
  bool equal = strncmp(parser->at, "==", 2) == 0;
  if (!equal && strncmp(parser->at, "!=", 2) != 0) {
    if (*parser->at == '\0' || strchr("<>", *parser->at) == NULL)
      return fail_here(parser, operators_wanted);
    error_set(parser->error, EXIT_USAGE, "%s has no order; use == or !=", what);
    return false;
  }
  parser->at += 2;
  skip_spaces(parser);
  size_t length = word_length(parser->at);
  if (length == 0)
    return fail_here(parser, "a name");
  for (size_t i = 0; i < count; i++)
    if (is_word(parser->at, length, list[i])) {
      parser->at += length;
      add_node(
          parser,
          (struct expression_node){.operation = driver ? OPERATION_DRIVER_IS : OPERATION_KERNEL_IS,
                                   .type = EXPRESSION_TRUTH,
                                   .name = list[i]},
          part);
      if (!equal)
        add_node(parser,
                 (struct expression_node){
                     .operation = OPERATION_NOT, .type = EXPRESSION_TRUTH, .left = part->root},
                 part);
      return true;
    }
  char *word = grow_text("%.*s", (int)(length > 100 ? 100 : length), parser->at);
  const char *near = suggest(word, list, count);
  error_set(parser->error, EXIT_USAGE, "this sweep has no %s '%s'%s%s%s", what, word,
            near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
  free(word);
  return false;
}

static bool fail_name(struct parser *parser, size_t length) {
  const struct expression_names *names = parser->names;
  const char **known = NULL;
  size_t count = 0;
  char list[200] = "";
  *GROW(known, count) = "driver";
  *GROW(known, count) = "kernel";
  for (size_t i = 0; i < FACTOR_COUNT; i++)
    *GROW(known, count) = factor_names[i];
  for (size_t i = 0; i < names->derived_count; i++)
    *GROW(known, count) = names->derived[i].name;
  for (size_t i = 0, used = 0; i < count && used < sizeof list; i++)
    used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", known[i]);
  for (size_t i = 0; i < COUNT(functions); i++)
    *GROW(known, count) = functions[i].name;
  char *word = grow_text("%.*s", (int)(length > 100 ? 100 : length), parser->at);
  const char *near = suggest(word, known, count);
  error_set(parser->error, EXIT_USAGE, "'%s' must be one of: %s%s%s%s", word, list,
            near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
  free(word);
  free(known);
  return false;
}

static bool parse_name(struct parser *parser, struct parsed_part *part) {
  const struct expression_names *names = parser->names;
  const char *at = parser->at;
  size_t length = word_length(at);
  for (size_t i = 0; i < FACTOR_COUNT; i++)
    if (is_word(at, length, factor_names[i])) {
      parser->at += length;
      add_node(parser,
               (struct expression_node){
                   .operation = OPERATION_FACTOR, .type = EXPRESSION_NUMBER, .index = i},
               part);
      return true;
    }
  for (size_t i = 0; i < names->derived_count + names->later_count; i++)
    if (is_word(at, length, names->derived[i].name)) {
      if (i >= names->derived_count) {
        error_set(parser->error, EXIT_USAGE, "'%s' is not known before it is derived",
                  names->derived[i].name);
        return false;
      }
      parser->at += length;
      add_node(parser,
               (struct expression_node){
                   .operation = OPERATION_DERIVED, .type = names->derived[i].type, .index = i},
               part);
      return true;
    }
  return fail_name(parser, length);
}

/* Enters one more pair of parentheses; they alone make the parser call itself. */
static bool open_parenthesis(struct parser *parser) {
  if (++parser->depth > DEPTH_MAX) {
    error_set(parser->error, EXIT_USAGE, "more than %d parentheses", DEPTH_MAX);
    return false;
  }
  parser->at++;
  return true;
}

/* min(a, b, ...): a chain of nodes for two. */
static bool parse_function(struct parser *parser, size_t function, struct parsed_part *part) {
  enum expression_operation operation = functions[function].operation;
  bool many = operation == OPERATION_MIN || operation == OPERATION_MAX;
  struct parsed_part argument;
  const char *at = parser->at;
  parser->at += strlen(functions[function].name);
  skip_spaces(parser);
  if (*parser->at != '(')
    return fail_here(parser, "'(' and what the function is of");
  if (!open_parenthesis(parser) || !parse_or(parser, &argument) || !need_number(parser, &argument))
    return false;
  struct expression_node node = {.operation = operation,
                                 .type = EXPRESSION_NUMBER,
                                 .left = argument.root,
                                 .offset = (size_t)(at - parser->text)};
  *part = argument;
  if (!many)
    add_node(parser, node, part);
  while (many && take_character(parser, ',')) {
    if (!parse_or(parser, &argument) || !need_number(parser, &argument))
      return false;
    node.left = part->root;
    node.right = argument.root;
    add_node(parser, node, part);
  }
  if (!take_character(parser, ')'))
    return fail_here(parser, many ? "an operator, ',' or ')'" : "an operator or ')'");
  parser->depth--;
  return true;
}

static bool parse_group(struct parser *parser, struct parsed_part *part) {
  if (!open_parenthesis(parser) || !parse_or(parser, part))
    return false;
  if (!take_character(parser, ')'))
    return fail_here(parser,
                     part->type == EXPRESSION_TRUTH ? "and, or or ')'" : "an operator or ')'");
  parser->depth--;
  return true;
}

static bool parse_value(struct parser *parser, struct parsed_part *part, bool number) {
  skip_spaces(parser);
  const char *at = parser->at;
  size_t length = word_length(at);
  if (*at == '(')
    return parse_group(parser, part);
  if (length == 0)
    return fail_here(parser, number ? "a number" : "a value");
  if (!is_letter(*at))
    return parse_number(parser, part);
  for (size_t i = 0; i < COUNT(functions); i++)
    if (is_word(at, length, functions[i].name))
      return parse_function(parser, i, part);
  bool driver = is_word(at, length, "driver");
  if (driver || is_word(at, length, "kernel")) {
    parser->at += length;
    return parse_is(parser, driver, part);
  }
  return parse_name(parser, part);
}

/* --- from the closest binding to the loosest -----------------------------------------------------
 * `number`: only a number can stand here, for the message when nothing does.
 */

static bool parse_signed(struct parser *parser, struct parsed_part *part, bool number) {
  skip_spaces(parser);
  const char *at = parser->at;
  bool negative = false;
  size_t signs = 0;
  for (; take_character(parser, '-'); signs++)
    negative = !negative;
  skip_spaces(parser);
  const char *value_at = parser->at;
  if (!parse_value(parser, part, number || signs > 0))
    return false;
  part->at = value_at;
  if (signs > 0 && !need_number(parser, part))
    return false;
  if (negative)
    add_node(parser,
             (struct expression_node){
                 .operation = OPERATION_NEGATE, .type = EXPRESSION_NUMBER, .left = part->root},
             part);
  part->at = at;
  return true;
}

static const struct sign *take_sign(struct parser *parser, const struct sign *signs, size_t count) {
  skip_spaces(parser);
  for (size_t i = 0; i < count; i++)
    if (strncmp(parser->at, signs[i].text, strlen(signs[i].text)) == 0) {
      parser->at += strlen(signs[i].text);
      return &signs[i];
    }
  return NULL;
}

typedef bool parse_operand(struct parser *parser, struct parsed_part *part, bool number);

/* Operands of the next closer kind, joined to the left; all of them are numbers if there are two.
 */
static bool parse_chain(struct parser *parser, const struct sign *signs, size_t count,
                        parse_operand *operand, struct parsed_part *part, bool number) {
  if (!operand(parser, part, number))
    return false;
  const struct sign *sign;
  while ((sign = take_sign(parser, signs, count)) != NULL) {
    struct expression_node node = {.operation = sign->operation,
                                   .type = EXPRESSION_NUMBER,
                                   .left = part->root,
                                   .offset =
                                       (size_t)(parser->at - parser->text) - strlen(sign->text)};
    struct parsed_part right;
    if (!need_number(parser, part) || !operand(parser, &right, true) ||
        !need_number(parser, &right))
      return false;
    node.right = right.root;
    add_node(parser, node, part);
  }
  return true;
}

static bool parse_product(struct parser *parser, struct parsed_part *part, bool number) {
  return parse_chain(parser, products, COUNT(products), parse_signed, part, number);
}

static bool parse_sum(struct parser *parser, struct parsed_part *part, bool number) {
  return parse_chain(parser, sums, COUNT(sums), parse_product, part, number);
}

static bool parse_comparison(struct parser *parser, struct parsed_part *part) {
  if (!parse_sum(parser, part, false))
    return false;
  if (part->type == EXPRESSION_TRUTH) /* a second comparison after the first is not for here */
    return true;
  const struct sign *sign = take_sign(parser, comparisons, COUNT(comparisons));
  if (sign == NULL)
    return true;
  struct parsed_part right;
  if (!parse_sum(parser, &right, true) || !need_number(parser, &right))
    return false;
  add_node(parser,
           (struct expression_node){.operation = sign->operation,
                                    .type = EXPRESSION_TRUTH,
                                    .left = part->root,
                                    .right = right.root},
           part);
  return true;
}

static bool parse_not(struct parser *parser, struct parsed_part *part) {
  bool negative = false;
  size_t words = 0;
  skip_spaces(parser);
  const char *at = parser->at;
  for (; take_keyword(parser, "not"); words++)
    negative = !negative;
  if (!parse_comparison(parser, part) || (words > 0 && !need_truth(parser, part)))
    return false;
  if (negative)
    add_node(parser,
             (struct expression_node){
                 .operation = OPERATION_NOT, .type = EXPRESSION_TRUTH, .left = part->root},
             part);
  part->at = at;
  return true;
}

static bool parse_joined(struct parser *parser, const char *keyword,
                         enum expression_operation operation,
                         bool (*parse_closer)(struct parser *, struct parsed_part *),
                         struct parsed_part *part) {
  if (!parse_closer(parser, part))
    return false;
  for (const char *before = parser->at; take_keyword(parser, keyword); before = parser->at) {
    const char *behind = parser->at;
    parser->at = before;
    if (!need_truth(parser, part))
      return false;
    parser->at = behind;
    struct expression_node node = {
        .operation = operation, .type = EXPRESSION_TRUTH, .left = part->root};
    struct parsed_part right;
    if (!parse_closer(parser, &right) || !need_truth(parser, &right))
      return false;
    node.right = right.root;
    add_node(parser, node, part);
  }
  return true;
}

static bool parse_and(struct parser *parser, struct parsed_part *part) {
  return parse_joined(parser, "and", OPERATION_AND, parse_not, part);
}

static bool parse_or(struct parser *parser, struct parsed_part *part) {
  return parse_joined(parser, "or", OPERATION_OR, parse_and, part);
}

/* --- the whole -------------------------------------------------------------------------------- */

const char *expression_word(size_t index) {
  static const char *const others[] = {"driver", "kernel", "and", "or", "not"};
  if (index < COUNT(others))
    return others[index];
  index -= COUNT(others);
  if (index < COUNT(functions))
    return functions[index].name;
  index -= COUNT(functions);
  return index < FACTOR_COUNT ? factor_names[index] : NULL;
}

bool expression_is_reserved(const char *word) {
  for (size_t i = 0; expression_word(i) != NULL; i++)
    if (strcmp(word, expression_word(i)) == 0)
      return true;
  return false;
}

struct expression *expression_parse(const char *text, const struct expression_names *names,
                                    bool condition, size_t *offset, struct error *error) {
  size_t count = 0;
  struct expression *expression = NULL;
  expression = GROW(expression, count);
  struct parser parser = {.text = text,
                          .at = text,
                          .names = names,
                          .expression = expression,
                          .error = error,
                          .condition = condition};
  struct parsed_part part;
  bool right = parse_or(&parser, &part) && (!condition || need_truth(&parser, &part));
  skip_spaces(&parser);
  if (right && *parser.at != '\0')
    right = fail_here(&parser, part.type == EXPRESSION_TRUTH ? "and, or or the end"
                                                             : "an operator or the end");
  *offset = (size_t)(parser.at - text);
  if (right)
    return expression;
  expression_free(expression);
  return NULL;
}
