/* The language of `derive`, and of the conditions of `exclude` and `reference`. */
#include <math.h>
#include <stdlib.h>

#include "runner/config/expression.h"
#include "tests/check.h"

static const char *const drivers[] = {"serial_driver", "omp_driver", "mpi_driver"};
static const char *const kernels[] = {"sumsq", "wait", "min"};
/* The last one is not known yet. */
static const struct derived_name derived[] = {
    {"per_core", EXPRESSION_NUMBER}, {"large", EXPRESSION_TRUTH}, {"later", EXPRESSION_NUMBER}};
static const struct expression_names names = {drivers, kernels, 3, 3, derived, 2, 1};
static const long double derived_values[] = {2.5L, 1};
static const struct values values = {.driver = "omp_driver",
                                     .kernel = "wait",
                                     .numbers = {[FACTOR_N] = 1000,
                                                 [FACTOR_CORES] = 4,
                                                 [FACTOR_JOBS] = 1,
                                                 [FACTOR_GRAIN] = 7,
                                                 [FACTOR_RANKS] = 2,
                                                 [FACTOR_THREADS] = 3,
                                                 [FACTOR_REPS] = 50,
                                                 [FACTOR_WARMUP] = 6},
                                     .derived = derived_values};

/* Parses and evaluates; NaN if there is an error. */
static long double value_of(const char *text, bool condition, enum expression_type type) {
  struct error error = {0};
  size_t offset;
  long double value = NAN;
  struct expression *expression = expression_parse(text, &names, condition, &offset, &error);
  CHECK(expression != NULL, "%s: %s", text, error.message);
  CHECK(error.code == 0, "%s: %s", text, error.message);
  if (expression == NULL)
    return NAN;
  CHECK(offset == strlen(text), "%s: %zu", text, offset);
  CHECK(expression_type(expression) == type, "%s", text);
  CHECK(expression_evaluate(expression, &values, &value, &offset, &error) == 0, "%s: %s", text,
        error.message);
  expression_free(expression);
  return value;
}

static void check_number(const char *text, long double expected) {
  long double value = value_of(text, false, EXPRESSION_NUMBER);
  CHECK(value == expected, "%s: %.21Lg, not %.21Lg", text, value, expected);
}

static void check_holds(const char *text, bool expected) {
  CHECK(value_of(text, true, EXPRESSION_TRUTH) == expected, "%s", text);
  CHECK(value_of(text, false, EXPRESSION_TRUTH) == expected, "%s", text);
}

static void check_wrong(const char *text, bool condition, size_t expected_offset,
                        const char *expected) {
  struct error error = {0};
  size_t offset = 0;
  struct expression *expression = expression_parse(text, &names, condition, &offset, &error);
  CHECK(expression == NULL, "%s", text);
  CHECK(error.code == EXIT_USAGE && strcmp(error.message, expected) == 0, "%s: %s", text,
        error.message);
  CHECK(offset == expected_offset, "%s: %zu", text, offset);
  expression_free(expression);
}

static void check_error(const char *text, size_t offset, const char *expected) {
  check_wrong(text, true, offset, expected);
}

/* An expression that reads well, but has no value. */
static void check_failure(const char *text, size_t expected_offset, const char *expected) {
  struct error error = {0};
  size_t offset = 0;
  long double value = 17;
  struct expression *expression = expression_parse(text, &names, false, &offset, &error);
  CHECK(expression != NULL, "%s: %s", text, error.message);
  if (expression == NULL)
    return;
  CHECK(expression_can_fail(expression), "%s", text);
  CHECK(expression_evaluate(expression, &values, &value, &offset, &error) == EXIT_USAGE, "%s",
        text);
  CHECK(strcmp(error.message, expected) == 0, "%s: %s", text, error.message);
  CHECK(offset == expected_offset, "%s: %zu", text, offset);
  CHECK(value == 17, "%s", text);
  expression_free(expression);
}

static void test_comparisons(void) {
  static const char *const operators[] = {"==", "!=", "<", "<=", ">", ">="};
  static const bool holds[3][6] = {/* cores is 4; against 3, 4, 5 */
                                   {false, true, false, false, true, true},
                                   {true, false, false, true, false, true},
                                   {false, true, true, true, false, false}};
  for (int value = 3; value <= 5; value++)
    for (int i = 0; i < 6; i++) {
      char text[40];
      snprintf(text, sizeof text, "cores %s %d", operators[i], value);
      check_holds(text, holds[value - 3][i]);
    }
  check_holds("driver == omp_driver", true);
  check_holds("driver != omp_driver", false);
  check_holds("driver==mpi_driver", false);
  check_holds("driver!=mpi_driver", true);
  check_holds("kernel == wait", true);
  check_holds("kernel == min", false); /* a name is one, whatever else it may mean */
  check_holds("n == 1e3", true);
  check_holds("n < 2^10", true);
  check_holds("n >= 1Ki", false);
  check_holds("jobs == 1", true);
  check_holds("cores < n", true);
  check_holds("n / cores == 250", true);
  check_holds("2 * cores > jobs + 6", true);
}

static void test_joining(void) {
  check_holds("cores > 2 and driver == omp_driver", true);
  check_holds("cores > 2 and driver == mpi_driver", false);
  check_holds("cores > 9 or driver == omp_driver", true);
  /* "and" binds closer: true or (false and false) */
  check_holds("cores == 4 or cores == 5 and n == 0", true);
  check_holds("(cores == 4 or cores == 5) and n == 0", false);
  check_holds("n == 0 and cores == 5 or cores == 4", true);
  check_holds("n == 0 and (cores == 5 or cores == 4)", false);
  check_holds("((  n==1000 ))and jobs<2", true);
  /* "not" binds closer than "and", and looser than a comparison */
  check_holds("not cores == 5", true);
  check_holds("not cores == 4", false);
  check_holds("not not cores == 4", true);
  check_holds("not cores == 4 and cores == 5", false);
  check_holds("not (cores == 4 and cores == 5)", true);
  check_holds("not cores == 4 or cores == 4", true);
  check_holds("not (cores == 4 or cores == 4)", false);
  check_holds("not driver == mpi_driver", true);
  check_holds("large", true);
  check_holds("not large", false);
  check_holds("n == 1000 and large", true);
}

/* Each with operands for which no other operator has the same result. */
static void test_numbers(void) {
  check_number("7 + 3", 10);
  check_number("7 - 3", 4);
  check_number("7 * 3", 21);
  check_number("7 / 2", 3.5L);
  check_number("7 % 4", 3);
  check_number("-7 % 4", 1); /* not -3: that of the floor of the division, as in Python */
  check_number("7 % -4", -1);
  check_number("-7 % -4", -3);
  check_number("-8 % 4", 0);
  check_number("7.5 % 2", 1.5L);
  check_number("-n", -1000);
  check_number("--n", 1000);
  check_number("---n", -1000);
  check_number("n--n", 2000);
  check_number("min(5, 3)", 3);
  check_number("min(3, 5)", 3);
  check_number("max(5, 3)", 5);
  check_number("max(3, 5)", 5);
  check_number("min(4)", 4);
  check_number("min(5, 3, 4, 2, 6)", 2);
  check_number("max(5, 3, 9, 2, 6)", 9);
  check_number("ceil(3.2)", 4);
  check_number("ceil(-3.2)", -3);
  check_number("floor(3.8)", 3);
  check_number("floor(-3.2)", -4);
  check_number("ceil(3)", 3);
  check_number("1e3 + 2^10 + 1Ki + 1_000", 4048);
  check_number("0.25", 0.25L);
  check_number("10 * 0.1", 1); /* not that of a double made long */
  check_number("1.5e3", 1500);
  check_number("1e+3", 1000);
  check_number("1e3-3", 997);
}

static void test_factors(void) {
  check_number("n", 1000);
  check_number("cores", 4);
  check_number("jobs", 1);
  check_number("grain", 7);
  check_number("ranks", 2);
  check_number("threads", 3);
  check_number("reps", 50);
  check_number("warmup", 6);
  check_number("per_core", 2.5L);
  check_number("2*per_core", 5);
}

static void test_precedence(void) {
  check_number("2 + 3 * 4", 14);
  check_number("2 * 3 + 4", 10);
  check_number("(2 + 3) * 4", 20);
  check_number("10 - 3 - 2", 5); /* to the left */
  check_number("10 - (3 - 2)", 9);
  check_number("24 / 4 / 2", 3);
  check_number("24 / (4 / 2)", 12);
  check_number("24 / 4 * 2", 12);
  check_number("7 % 4 * 2", 6);
  check_number("7 * 4 % 5", 3);
  check_number("10 - 7 % 4", 7);
  check_number("-2 + 5", 3);
  check_number("2 * -3", -6);
  check_number("-(2 + 5)", -7);
  check_number("2 - -3", 5);
  check_number("max(2 + 3 * 4, 1) - 1", 13);
  check_number("floor((n + cores - 1) / cores)", 250);
  check_holds("2 + 3 * 4 == 14", true);
  check_holds("-5 < -4", true);
  check_holds("n % 2 == 0 and n / 2 < 501", true);
}

/* Whole numbers are exact to the ends of their range. */
static void test_exact(void) {
  check_number("9223372036854775807 - 9223372036854775806", 1);
  check_number("9223372036854775807 % 10", 7);
  check_holds("9223372036854775807 > 9223372036854775806", true);
  check_number("-9223372036854775807 - 1", (long double)INT64_MIN);
}

static void test_failures(void) {
  check_failure("n / 0", 2, "division by 0");
  check_failure("n % (cores - 4)", 2, "division by 0");
  check_failure("1 + 10 / (jobs - 1)", 7, "division by 0");
  check_failure("min(1, n / 0)", 9, "division by 0");
  check_failure("ceil(n / 0)", 7, "division by 0");
  check_failure("n / 0 > 1", 2, "division by 0");
  check_failure("n / 0 > 1 and n > 1", 2, "division by 0");
  check_failure("n > 1 and n / 0 > 1", 12, "division by 0");
  check_failure("n < 1 or n / 0 > 1", 11, "division by 0");
  check_failure("not n / 0 > 1", 6, "division by 0");
  check_failure("1.0e300 * 1.0e300", 8, "the result is too large for a number");
  check_failure("-1.0e300 * 1.0e300", 9, "the result is too large for a number");
  check_failure("1.0e300 / 1.0e-300", 8, "the result is too large for a number");
  check_failure("1.7e308 + 1.7e308", 8, "the result is too large for a number");
  /* What is not looked at does not fail. */
  check_holds("n < 1 and n / 0 > 1", false);
  check_holds("n > 1 or n / 0 > 1", true);
  check_holds("jobs > 1 and 10 / (jobs - 1) > 2 or cores == 4", true);
}

static void test_errors(void) {
  check_error("", 0, "the condition ends where a value should follow");
  check_error("core > 2", 0,
              "'core' must be one of: driver, kernel, n, cores, jobs, grain, ranks, threads, reps, "
              "warmup, nodes, ranks_per_node, per_core, large; did you mean 'cores'?");
  check_error("cores = 2", 6, "unexpected '='; expected one of == != < <= > >=");
  check_error("cores >", 7, "the condition ends where a number should follow");
  check_error("cores > 2x", 8, "'2x': unexpected 'x'; accepted: 10000, 10_000, 1e4, 2^20, 64Ki");
  check_error("cores > 2 && n > 1", 10, "unexpected '&'; expected and, or or the end");
  check_error("(cores > 2", 10, "the condition ends where and, or or ')' should follow");
  check_error("cores > 2)", 9, "unexpected ')'; expected and, or or the end");
  check_error("driver < omp_driver", 7, "driver has no order; use == or !=");
  check_error("driver == opm_driver", 10,
              "this sweep has no driver 'opm_driver'; did you mean 'omp_driver'?");
  check_error("kernel == stencil", 10, "this sweep has no kernel 'stencil'");
  check_error("kernel ==", 9, "the condition ends where a name should follow");
  check_error("kernel", 6, "the condition ends where one of == != < <= > >= should follow");
  check_error("n > 1 and", 9, "the condition ends where a value should follow");
  check_error("mn(1, 2) == 1", 0,
              "'mn' must be one of: driver, kernel, n, cores, jobs, grain, ranks, threads, reps, "
              "warmup, nodes, ranks_per_node, per_core, large; did you mean 'n'?");
  check_error("later == 1", 0, "'later' is not known before it is derived");
  check_error("n > 9223372036854775808", 4, "'9223372036854775808': above 9223372036854775807");
  check_error("n > 1.5.2", 4, "'1.5.2': unexpected '.'; accepted: 10000, 10_000, 1e4, 2^20, 64Ki");
  check_wrong("", false, 0, "the expression ends where a value should follow");
  check_wrong("n = 2", false, 2, "unexpected '='; expected an operator or the end");
  check_wrong("n cores", false, 2, "unexpected 'cores'; expected an operator or the end");
  check_wrong("n^2", false, 1, "unexpected '^'; expected an operator or the end");
}

/* Numbers and conditions are not mixed. */
static void test_types(void) {
  check_error("cores", 5, "the condition ends where one of == != < <= > >= should follow");
  check_error("cores and n > 1", 6, "unexpected 'and'; expected one of == != < <= > >=");
  check_error("n > 1 and cores", 15,
              "the condition ends where one of == != < <= > >= should follow");
  check_error("not cores", 9, "the condition ends where one of == != < <= > >= should follow");
  check_error("per_core", 8, "the condition ends where one of == != < <= > >= should follow");
  check_error("1 + (n > 2) == 3", 4, "expected a number, not a condition");
  check_error("(n > 2) + 1 == 3", 0, "expected a number, not a condition");
  check_error("1 * (n > 2) == 3", 4, "expected a number, not a condition");
  check_error("n > (n > 2)", 4, "expected a number, not a condition");
  check_error("large + 1 == 2", 0, "expected a number, not a condition");
  check_error("n == large", 5, "expected a number, not a condition");
  check_error("large == 1", 6, "unexpected '='; expected and, or or the end");
  check_error("-large", 1, "expected a number, not a condition");
  check_error("min(1, n > 2) == 1", 7, "expected a number, not a condition");
  check_error("floor(n > 2) == 1", 6, "expected a number, not a condition");
  check_error("1 < n < 5", 6, "unexpected '<'; expected and, or or the end");
  check_error("n + driver == omp_driver", 4, "expected a number, not a condition");
  check_wrong("min()", false, 4, "unexpected ')'; expected a value");
  check_wrong("min", false, 3,
              "the expression ends where '(' and what the function is of should follow");
  check_wrong("ceil(1, 2)", false, 6, "unexpected ','; expected an operator or ')'");
  check_wrong("min(1 2)", false, 6, "unexpected '2'; expected an operator, ',' or ')'");
  check_wrong("(1 2)", false, 3, "unexpected '2'; expected an operator or ')'");
}

static void test_depth(void) {
  static const char *const deep[] = {"(", "-(", "min(", "not (", "1+("};
  for (size_t i = 0; i < sizeof deep / sizeof *deep; i++) {
    char text[10001] = "";
    struct error error = {0};
    size_t offset;
    for (int times = 0; times < 1000; times++)
      strcat(text, deep[i]);
    CHECK(expression_parse(text, &names, false, &offset, &error) == NULL);
    CHECK(strcmp(error.message, "more than 100 parentheses") == 0, "%s", error.message);
  }
  /* Only those that are open count, and signs nest nothing. */
  char text[10001] = "1";
  for (int times = 0; times < 1000; times++)
    strcat(text, "+(1)");
  check_number(text, 1001);
  strcpy(text, "1");
  for (int times = 0; times < 1000; times++)
    strcat(text, "+min(1)");
  check_number(text, 1001);
  memset(text, '-', 9999);
  strcpy(text + 9999, "1");
  check_number(text, -1);
}

static void test_words(void) {
  static const char *const reserved[] = {"n",    "cores",  "jobs",   "grain",  "ranks", "threads",
                                         "reps", "warmup", "driver", "kernel", "and",   "or",
                                         "not",  "min",    "max",    "ceil",   "floor"};
  for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
    CHECK(expression_is_reserved(reserved[i]), "%s", reserved[i]);
  CHECK(!expression_is_reserved("per_core") && !expression_is_reserved("nn"));
  struct error error = {0};
  size_t offset;
  struct expression *expression =
      expression_parse("n > 1 and cores < 2", &names, true, &offset, &error);
  CHECK(expression != NULL && expression_uses(expression, FACTOR_N) &&
        expression_uses(expression, FACTOR_CORES) && !expression_uses(expression, FACTOR_JOBS));
  CHECK(!expression_can_fail(expression));
  expression_free(expression);
}

static void test_format(void) {
  static const struct {
    long double value;
    const char *text;
  } cases[] = {{0, "0"},      {3, "3"},           {-1, "-1"},         {2.5L, "2.5"},
               {0.1L, "0.1"}, {1e7L, "10000000"}, {1e300L, "1e+300"}, {-0.125L, "-0.125"}};
  char text[EXPRESSION_NUMBER_TEXT];
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    CHECK(strcmp(expression_number_format(cases[i].value, text), cases[i].text) == 0, "%s", text);
  CHECK(strtold(expression_number_format(1.0L / 3, text), NULL) == 1.0L / 3, "%s", text);
}

int main(void) {
  test_comparisons();
  test_joining();
  test_numbers();
  test_factors();
  test_precedence();
  test_exact();
  test_failures();
  test_errors();
  test_types();
  test_depth();
  test_words();
  test_format();
  return test_result();
}
