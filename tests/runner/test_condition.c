/* The language of `exclude`. */
#include "runner/condition.h"
#include "tests/check.h"

static const char *const drivers[] = {"serial_driver", "omp_driver", "mpi_driver"};
static const char *const kernels[] = {"sumsq", "wait"};
static const struct condition_names names = {drivers, kernels, 3, 2};

static void check_holds(const char *text, bool expected) {
  static const struct factors factors = {
      .driver = "omp_driver", .kernel = "wait", .n = 1000, .cores = 4, .jobs = 1};
  struct error error = {0};
  size_t offset;
  struct condition *condition = condition_parse(text, &names, &offset, &error);
  CHECK(condition != NULL, "%s: %s", text, error.message);
  if (condition != NULL)
    CHECK(condition_holds(condition, &factors) == expected, "%s", text);
  condition_free(condition);
}

static void check_error(const char *text, size_t expected_offset, const char *expected) {
  struct error error = {0};
  size_t offset = 0;
  struct condition *condition = condition_parse(text, &names, &offset, &error);
  CHECK(condition == NULL, "%s", text);
  CHECK(error.code == EXIT_USAGE && strcmp(error.message, expected) == 0, "%s: %s", text,
        error.message);
  CHECK(offset == expected_offset, "%s: %zu", text, offset);
  condition_free(condition);
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
  check_holds("kernel == wait", true);
  check_holds("n == 1e3", true);
  check_holds("n < 2^10", true);
  check_holds("n >= 1Ki", false);
  check_holds("jobs == 1", true);
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
}

static void test_errors(void) {
  check_error("", 0, "the condition ends where driver, kernel, n, cores or jobs should follow");
  check_error("core > 2", 0,
              "'core' is none of: driver, kernel, n, cores, jobs; did you mean 'cores'?");
  check_error("cores = 2", 6, "unexpected '='; here should be one of == != < <= > >=");
  check_error("cores >", 7, "the condition ends where a number should follow");
  check_error("cores > 2x", 8, "'2x': unexpected 'x'");
  check_error("cores > 2 && n > 1", 10, "unexpected '&'; here should be and, or or the end");
  check_error("(cores > 2", 10, "the condition ends where and, or or ')' should follow");
  check_error("cores > 2)", 9, "unexpected ')'; here should be and, or or the end");
  check_error("driver < omp_driver", 7, "driver has no order; only == and != fit");
  check_error("driver == opm_driver", 10,
              "this sweep has no driver 'opm_driver'; did you mean 'omp_driver'?");
  check_error("kernel == stencil", 10, "this sweep has no kernel 'stencil'");
  check_error("n > 1 and", 9,
              "the condition ends where driver, kernel, n, cores or jobs should follow");
}

static void test_depth(void) {
  char deep[1001];
  struct error error = {0};
  size_t offset;
  memset(deep, '(', 1000);
  deep[1000] = '\0';
  CHECK(condition_parse(deep, &names, &offset, &error) == NULL);
  CHECK(strcmp(error.message, "more than 100 parentheses") == 0, "%s", error.message);
}

int main(void) {
  test_comparisons();
  test_joining();
  test_errors();
  test_depth();
  return test_result();
}
