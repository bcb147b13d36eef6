/* Break-even sizes of runs of known truth, without and with the start of the program. */
#include "analysis/answer/crossings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answer/sections.h"
#include "tests/analysis/answer/made.h"
#include "tests/check.h"

/* How each model's time grows: overhead_s + n x element_s. */
struct growth {
  const char *cells;
  double overhead_s, element_s, startup_s, outside_s;
};

static const struct growth serial = {"model=serial|driver=serial_driver", 0, 1e-8, 0.001, 0.01};
static const struct growth threads = {"model=threads|driver=omp_driver|cores=4|threads=4", 30e-6,
                                      0.25e-8, 0.002, 0.01};
static const struct growth processes = {"model=processes|driver=mpi_driver|cores=4|ranks=4", 0.2e-3,
                                        0.25e-8, 0.01, 0.3};
static const struct growth async = {"model=async|driver=async_driver", 0, 2e-8, 0.001, 0.01};

static void add_model(struct made *made, const struct growth *model, double n_min, double n_max) {
  for (double n = n_min; n <= n_max; n *= 10) {
    double time_s = model->overhead_s + n * model->element_s;
    made_point(made, time_s, "%s|n=%.0f|startup_s=%.9g|process_s=%.12g", model->cells, n,
               model->startup_s, model->startup_s + model->outside_s + time_s);
  }
}

static void make(struct made *made, double n_min, double n_max) {
  const struct growth *models[] = {&serial, &threads, &processes, &async};
  for (size_t i = 0; i < sizeof models / sizeof *models; i++)
    add_model(made, models[i], n_min, n_max);
  made_answer(made, NULL);
}

static const struct crossing *find(const struct made *made, enum model model) {
  for (size_t i = 0; i < made->answer.crossing_count; i++) {
    const struct crossing *crossing = &made->answer.crossings[i];
    if (made->data.variants[crossing->variant].model == model)
      return crossing;
  }
  CHECK(false, "no crossing of %s", model_names[model]);
  exit(1);
}

/* Faster from a size between n_low and n_high on, the true size among them. */
static void check_from(const struct breakeven *found, double n_low, double n_high, double truth) {
  CHECK(found->outcome == BREAKEVEN_FROM, "%d", (int)found->outcome);
  CHECK(found->n_low == n_low && found->n_high == n_high, "%g to %g", found->n_low, found->n_high);
  CHECK(found->n_low <= truth && truth <= found->n_high, "%g", truth);
  /* by interpolation between sizes a factor of 10 apart */
  CHECK(is_near(found->n.value, truth, 0.3), "%g, not %g", found->n.value, truth);
}

static void check_text(const struct crossing *crossing, const struct breakeven *found,
                       const char *expected, const char *expected_range) {
  char *range, *text = crossing_text(crossing, found, &range);
  CHECK(strcmp(text, expected) == 0, "'%s', not '%s'", text, expected);
  CHECK(strcmp(range, expected_range) == 0, "'%s', not '%s'", range, expected_range);
  free(range);
  free(text);
}

static void check_truth(void) {
  struct made made = {0};
  make(&made, 1e3, 1e8);
  CHECK(made.answer.crossing_count == 3, "%zu", made.answer.crossing_count);
  const struct crossing *of_threads = find(&made, MODEL_THREADS);
  const struct crossing *of_processes = find(&made, MODEL_PROCESSES);
  const struct crossing *of_async = find(&made, MODEL_ASYNC);
  check_from(&of_threads->alone, 1e3, 1e4, 30e-6 / 0.75e-8);
  check_from(&of_processes->alone, 1e4, 1e5, 0.2e-3 / 0.75e-8);
  CHECK(of_async->alone.outcome == BREAKEVEN_NEVER);
  CHECK(of_threads->has_started && of_threads->whole_process && of_processes->whole_process);
  CHECK(is_near(of_threads->start_s, 0.012, 0.001), "%g", of_threads->start_s);
  CHECK(is_near(of_processes->start_s, 0.31, 0.001), "%g", of_processes->start_s);
  CHECK(is_near(of_processes->base_start_s, 0.011, 0.001), "%g", of_processes->base_start_s);
  /* at 10^5 the difference is within the margin: the same */
  check_from(&of_threads->started, 1e4, 1e6, (0.001 + 30e-6) / 0.75e-8);
  check_from(&of_processes->started, 1e7, 1e8, (0.299 + 0.2e-3) / 0.75e-8);
  check_text(of_threads, &of_threads->alone, "n = 4600", "[1000, 10,000]");
  check_text(of_async, &of_async->alone, "never", "in 1000 to 100,000,000");
  char *text = made_text(&made, section_breakeven, SHOW_SUMMARY);
  CHECK(longest_line(text) <= 80 && strstr(text, "[1000, 10,000]") != NULL, "\n%s", text);
  free(text);
  made_free(&made);
}

/* At a smallest size whose repetitions are long, what is beside them may be set-up: it is not
 * counted, and so the start is that from main() on. */
static void check_long_repetitions(void) {
  struct made made = {0};
  make(&made, 1e6, 1e8);
  const struct crossing *of_processes = find(&made, MODEL_PROCESSES);
  CHECK(of_processes->alone.outcome == BREAKEVEN_ALWAYS);
  CHECK(of_processes->has_started && !of_processes->whole_process);
  CHECK(is_near(of_processes->start_s, 0.01, 0.001), "%g", of_processes->start_s);
  check_from(&of_processes->started, 1e6, 1e7, (0.009 + 0.2e-3) / 0.75e-8);
  check_text(of_processes, &of_processes->alone, "always", "in 1,000,000 to 100,000,000");
  made_free(&made);
}

static void check_unknown_startup(void) {
  struct made made = {0};
  for (int k = 3; k <= 5; k++) {
    made_point(&made, 1e-8 * pow(10, k), "%s|n=%.0f", serial.cells, pow(10, k));
    made_point(&made, 0.5e-8 * pow(10, k), "%s|n=%.0f|startup_s=", threads.cells, pow(10, k));
  }
  made_answer(&made, NULL);
  CHECK(made.answer.crossing_count == 1 && !made.answer.crossings[0].has_started);
  CHECK(made.answer.crossings[0].alone.outcome == BREAKEVEN_ALWAYS);
  made_free(&made);
}

/* One size, or nothing to compare with. */
static void check_nothing(void) {
  struct made made = {0};
  make(&made, 1e3, 1e3);
  CHECK(made.answer.crossing_count == 0);
  char *text = made_text(&made, section_breakeven, SHOW_EVERYWHERE);
  CHECK(strlen(text) <= 1, "\n%s", text);
  free(text);
  made_free(&made);
  add_model(&made, &threads, 1e3, 1e6);
  made_answer(&made, NULL);
  CHECK(made.answer.crossing_count == 0);
  made_free(&made);
}

/* Launches that were not interleaved decide nothing. */
static void check_batch(void) {
  struct made made = {0};
  add_model(&made, &serial, 1e3, 1e8);
  add_model(&made, &threads, 1e3, 1e8);
  made_answer(&made, "{\"order\": \"batch\"}");
  const struct crossing *of_threads = find(&made, MODEL_THREADS);
  check_text(of_threads, &of_threads->alone, "undecided", "in 1000 to 100,000,000");
  CHECK(of_threads->started.outcome == BREAKEVEN_CANNOT_TELL);
  made_free(&made);
}

int main(void) {
  check_truth();
  check_long_repetitions();
  check_unknown_startup();
  check_nothing();
  check_batch();
  return test_result();
}
