/* Works that differ in one option: which of them short answers omit. */
#include "analysis/answer/sweeps.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/answer/options.h"
#include "analysis/answer/sections.h"
#include "tests/analysis/answer/made.h"
#include "tests/check.h"

static void check_options(void) {
  static const struct {
    const char *a, *b, *differs;
  } cases[] = {{"steps=1", "steps=16", "steps"},
               {"rounds=30;burst=1", "rounds=30;burst=16", "burst"},
               {"delay=1ms;seed=1", "delay=10ms;seed=1", "delay"},
               {"op=copy", "op=triad", NULL},
               {"a=1;b=2", "a=2;b=3", NULL},
               {"a=1", "a=1", NULL},
               {"a=1", "b=2", NULL},
               {"a=1", "a=2;b=1", NULL},
               {"", "", NULL}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char kernel[] = "spin", jobs[] = "1";
    char *a = strdup(cases[i].a), *b = strdup(cases[i].b);
    struct data_work left = {.kernel = kernel, .jobs = jobs, .options = a};
    struct data_work right = {.kernel = kernel, .jobs = jobs, .options = b};
    const char *name = "";
    size_t length = 0;
    bool differ = options_differ_in_one(&left, &right, &name, &length);
    CHECK(differ == (cases[i].differs != NULL), "%s %s", a, b);
    CHECK(!differ || strncmp(name, cases[i].differs, length) == 0, "%s %s", a, b);
    free(a);
    free(b);
  }
  char options[] = "rounds=30;delay=10ms;op=triad";
  struct data_work work = {.options = options};
  CHECK(option_number(&work, "rounds") == 30 &&
        is_near(option_number(&work, "delay"), 0.01, 1e-12));
  CHECK(option_number(&work, "op") != option_number(&work, "op"));
  CHECK(option_text(&work, "round") == NULL && option_text(&work, "rounds=30") == NULL);
}

static void add_steps(struct made *made, int steps) {
  made_point(made, 1e-6 * steps, "model=serial|driver=serial_driver|kernel=spin|options=steps=%d",
             steps);
  made_point(made, 0.5e-6 * steps,
             "model=threads|driver=omp_driver|cores=2|threads=2|kernel=spin|options=steps=%d",
             steps);
}

static void check_sweep(void) {
  static const bool between[] = {false, true, true, true, false, false};
  struct made made = {0};
  for (int steps = 1; steps <= 256; steps *= 4)
    add_steps(&made, steps);
  made_point(&made, 1, "model=serial|driver=serial_driver|kernel=sumsq");
  made_answer(&made, NULL);
  CHECK(made.answer.contest_count == 6, "%zu", made.answer.contest_count);
  for (size_t i = 0; i < 6; i++)
    CHECK(made.answer.contests[i].between == between[i], "%zu", i);
  CHECK(sweeps_between(&made.answer, BOUNDS) == 3);
  CHECK(sweeps_between(&made.answer, BOUND_WAIT) == 0);
  char *text = sweep_text(&made.answer, 0);
  CHECK(text != NULL && strcmp(text, "spin over steps = 1 ... 256: 5 works") == 0, "%s", text);
  free(text);
  CHECK(sweep_text(&made.answer, 1) == NULL && sweep_text(&made.answer, 4) == NULL &&
        sweep_text(&made.answer, 5) == NULL);
  char *summary = made_text(&made, section_matrix, SHOW_SUMMARY);
  char *page = made_text(&made, section_matrix, SHOW_PAGE);
  CHECK(strstr(summary, "spin steps=256") != NULL && strstr(summary, "spin steps=16") == NULL,
        "\n%s", summary);
  CHECK(strstr(page, "spin steps=256") != NULL && strstr(page, "spin steps=16") != NULL, "\n%s",
        page);
  free(summary);
  free(page);
  summary = made_text(&made, section_verdict, SHOW_SUMMARY);
  page = made_text(&made, section_verdict, SHOW_PAGE);
  CHECK(strstr(summary, "steps=256") != NULL && strstr(summary, "steps=16") == NULL, "\n%s",
        summary);
  CHECK(strstr(page, "steps=16") != NULL, "\n%s", page);
  free(summary);
  free(page);
  made_free(&made);
}

/* Three are few enough to be shown. */
static void check_few(void) {
  struct made made = {0};
  for (int steps = 1; steps <= 16; steps *= 4)
    add_steps(&made, steps);
  made_answer(&made, NULL);
  for (size_t i = 0; i < made.answer.contest_count; i++)
    CHECK(!made.answer.contests[i].between, "%zu", i);
  CHECK(sweep_text(&made.answer, 0) == NULL);
  made_free(&made);
}

int main(void) {
  check_options();
  check_sweep();
  check_few();
  return test_result();
}
