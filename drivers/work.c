#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/csv.h"
#include "common/number.h"
#include "drivers/output.h"

/* A problem whose work is requested: N[:JOBS[:PARTS]][*FACTOR]. */
struct problem_query {
  int64_t n, jobs, parts;
  double factor;
};

enum { WORD = 80 };

/* Copies the text up to one of `ends` or its end, and passes it. */
static int take_word(const char **at, const char *ends, char word[WORD], struct error *error) {
  size_t length = strcspn(*at, ends);
  if (length >= WORD)
    return error_set(error, EXIT_USAGE, "'%.*s...': too long", WORD, *at);
  memcpy(word, *at, length);
  word[length] = '\0';
  *at += length;
  return 0;
}

static int read_question(const char **at, const struct kernel *kernel,
                         struct problem_query *question, struct error *error) {
  const int64_t most = INT64_C(1) << 40;
  int64_t *const counts[] = {&question->jobs, &question->parts};
  char word[WORD];
  *question = (struct problem_query){.jobs = 1, .parts = 1, .factor = 1};
  if (take_word(at, ":*,", word, error) ||
      number_parse(word, kernel->size.min, kernel->size.max, &question->n, error))
    return error->code;
  for (int i = 0; i < 2 && **at == ':'; i++) {
    ++*at;
    if (take_word(at, ":*,", word, error) ||
        number_parse(word, 1, i == 0 ? most : INT32_MAX, counts[i], error))
      return error->code;
  }
  if (**at == '*') {
    ++*at;
    if (take_word(at, ",", word, error) ||
        real_parse(word, 0x1p-40, 0x1p40, &question->factor, error))
      return error->code;
  }
  if (**at != ',' && **at != '\0')
    return error_set(error, EXIT_USAGE, "unexpected '%c'; a problem is N[:JOBS[:PARTS]][*FACTOR]",
                     **at);
  *at += **at == ',';
  return 0;
}

/* The work of one problem of size n, in one part, in the requested measure. */
static double worth(const struct settings *settings, int64_t n) {
  struct problem problem = settings->problem;
  problem.n = n;
  struct work work = settings->kernel->work(&problem, 1);
  return settings->work_by == WORK_OPERATIONS ? work.operations
         : settings->work_by == WORK_BYTES    ? work.bytes
                                              : work.memory;
}

/* The possible sizes are numbered: multiples, or powers of two. */
static int64_t size_at(const struct settings *settings, int64_t number) {
  return settings->kernel->size.type == OPTION_POWER ? INT64_C(1) << number
                                                     : number * settings->work_multiple;
}

static int64_t last_number(const struct settings *settings, int64_t n) {
  int64_t number = n / settings->work_multiple;
  if (settings->kernel->size.type == OPTION_POWER)
    for (number = 0; INT64_C(1) << number <= n / 2; number++)
      ;
  return number;
}

/* The size whose work is nearest to the target: the last one below it, or the next. Work grows with
 * n. */
static int find_size(const struct settings *settings, const struct problem_query *question,
                     int64_t *size, struct error *error) {
  const struct kernel_option *range = &settings->kernel->size;
  double target = question->factor * worth(settings, question->n);
  int64_t low = last_number(settings, range->min), high = last_number(settings, range->max);
  low += size_at(settings, low) < range->min;
  if (!(target > 0) || !(worth(settings, range->max) > worth(settings, range->min)))
    return error_set(error, EXIT_USAGE,
                     "the work of %s, so counted, does not grow with n; see --work-by",
                     settings->kernel->name);
  if (low > high || worth(settings, size_at(settings, high)) < target)
    return error_set(error, EXIT_USAGE, "no size has %g times the work of n = %" PRId64,
                     question->factor, question->n);
  while (low < high) {
    int64_t middle = low + (high - low + 1) / 2;
    if (worth(settings, size_at(settings, middle)) <= target)
      low = middle;
    else
      high = middle - 1;
  }
  int64_t below = size_at(settings, low), above = size_at(settings, low + 1);
  bool up =
      above <= range->max && worth(settings, above) - target < target - worth(settings, below);
  *size = up ? above : below;
  return 0;
}

static void print_answer(const struct settings *settings, const struct problem_query *question,
                         int64_t size) {
  struct problem problem = settings->problem;
  double jobs = (double)question->jobs, asked = question->factor * worth(settings, question->n);
  problem.n = size;
  struct work work =
      settings->kernel->work(&problem, question->jobs > 1 ? 1 : (int)question->parts);
  printf("%" PRId64 ",%" PRId64 ",%" PRId64 ",%.17g,%" PRId64 ",", question->n, question->jobs,
         question->parts, question->factor, size);
  if (asked > 0)
    printf("%.6f", worth(settings, size) / asked);
  printf(",%.17g,%.17g,%.17g,%.17g,%.17g,%s\n", work.operations * jobs, work.bytes * jobs,
         (work.traffic > 0 ? work.traffic : work.bytes) * jobs, work.messages * jobs,
         work.memory * jobs, bound_names[settings->kernel->bound]);
}

int print_work(const struct settings *settings, struct error *error) {
  struct problem_query question = {settings->problem.n, settings->jobs, 1, 1};
  const char *at = settings->work;
  csv_write(stdout, work_column_names, WORK_COLUMN_COUNT);
  if (!at)
    print_answer(settings, &question, question.n);
  while (at && *at) {
    int64_t size;
    if (read_question(&at, settings->kernel, &question, error))
      return error_prefix(error, "--work");
    size = question.n;
    if (question.factor != 1 && find_size(settings, &question, &size, error))
      return error_prefix(error, "--work");
    print_answer(settings, &question, size);
  }
  return 0;
}
