#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/lines.h"
#include "common/number.h"
#include "common/stats.h"
#include "common/streams.h"
#include "drivers/launcher.h"
#include "drivers/output.h"
#include "engine/options.h"

/* The output is gathered here, and printed in lines that fit the terminal. */
static FILE *words;
static char *words_text;
static size_t words_bytes;

enum { LABEL_COLUMNS = 15 }; /* of a label with the blanks around it */

static void words_open(void) {
  words = open_memstream(&words_text, &words_bytes);
  if (words == NULL) /* no memory for that: as it comes */
    words = stdout;
}

static void words_close(void) {
  if (words != stdout && fclose(words) == 0)
    for (char *line = words_text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
      *end = '\0';
      lines_print(stdout, 0, LABEL_COLUMNS, line);
    }
  free(words_text);
  words_text = NULL;
}

/* The words before each fact, in one column. */
static void label(const char *text) {
  fprintf(words, "  %-12s ", text);
}

static const char *plural(double count) {
  return count == 1 ? "" : "s";
}

static void print_workers(const struct launch *launch) {
  int processes = launch->comm.processes, workers = launch->team.workers;
  label("model");
  fprintf(words, "%s: ", launch_model(launch));
  if (processes > 1 || workers == 1)
    fprintf(words, "%d process%s", processes, processes > 1 ? "es" : "");
  if (processes > 1 && workers > 1)
    fprintf(words, " of ");
  if (workers > 1)
    fprintf(words, "%d threads", workers);
  else if (processes == 1)
    fprintf(words, ", 1 thread");
  if (launch->comm.nodes > 1)
    fprintf(words, " on %d nodes", launch->comm.nodes);
  fprintf(words, "\n");
  if (launch->driver->open_comm && processes == 1 && !launcher_present()) {
    label("note");
    fprintf(words, "started without a launcher; mpirun -np 2 ./%s starts two\n",
            launch->driver->facts->name);
  }
}

/* Where threads run decides what synchronizing takes. */
static void print_binding(const struct facts *facts) {
  static const char *const texts[] = {
      [THREADS_AS_SET] = "as the environment says (OMP_PROC_BIND, OMP_PLACES)",
      [THREADS_ON_CORES] = "each worker to a core of its own",
      [THREADS_ON_HARDWARE_THREADS] = "each worker to a hardware thread of its own",
      [THREADS_ON_NODES] = "each worker to a NUMA node",
  };
  static const char *const unbound[] = {
      [BOUND_TO_CORE] = "by others, each worker to a core of its own",
      [BOUND_TO_HWTHREAD] = "by others, each worker to a hardware thread of its own",
      [BOUND_TO_SHARED] = "by others, workers share cores",
      [BOUND_TO_NUMA] = "by others, each worker to a NUMA node",
      [BOUND_TO_NONE] = "none, the system moves workers as it likes",
  };
  const enum threads_bound state = facts->binding->state;
  if (facts->launch->team.workers == 1 && facts->launch->comm.processes == 1)
    return;
  label("binding");
  fprintf(words, "%s: CPU %s\n",
          state == THREADS_UNBOUND ? unbound[facts->placement->bound_to] : texts[state],
          facts->placement->binding);
}

void words_begin(const struct facts *facts) {
  const struct launch *launch = facts->launch;
  const struct settings *settings = launch->settings;
  const struct kernel *kernel = settings->kernel;
  char value[NUMBER_TEXT];
  words_open();
  fprintf(words, "%s: %s\n", kernel->name, kernel->summary);
  label("size");
  fprintf(words, "n = %" PRId64 " (%s%s)", launch->session.problem.n, kernel->size.unit,
          plural((double)launch->session.problem.n));
  for (int i = 0; kernel->options && kernel->options[i].name; i++) {
    const char *text = options_format(kernel, &launch->session.problem, i, value);
    if (*text) /* a text that was not given is empty */
      fprintf(words, ", %s = %s", kernel->options[i].name, text);
  }
  if (settings->jobs > 1)
    fprintf(words, ", %" PRId64 " jobs", settings->jobs);
  fprintf(words, "\n");
  print_workers(launch);
  print_binding(facts);
  /* Workers that wait take no core from each other. */
  if (facts->placement->oversubscribed && kernel->bound != BOUND_WAIT) {
    label("warning");
    fprintf(words, "oversubscribed: more workers than cores, which they share\n");
  }
  words_close();
  streams_flush();
}

static void print_result(const struct verdict *verdict, const char *quality) {
  label("result");
  fprintf(words, "%s (%s)\n", verdict->value, quality);
}

static void print_times(const struct repetition *repetitions, double *sorted_s, int64_t count) {
  char median[NUMBER_TEXT], low[NUMBER_TEXT], high[NUMBER_TEXT], least[NUMBER_TEXT];
  for (int64_t i = 0; i < count; i++)
    sorted_s[i] = repetitions[i].figures[COLUMN_wall_s];
  double correlation = stats_lag1(sorted_s, (size_t)count);
  stats_sort(sorted_s, (size_t)count);
  struct interval interval = stats_interval(sorted_s, (size_t)count, 0.95);
  label("median");
  fprintf(words, "%s", seconds_format(interval.median, median));
  if (isnan(interval.low))
    fprintf(words, ", no interval from %" PRId64 " repetition%s (6 at least)\n", count,
            plural((double)count));
  else
    fprintf(words, ", %.1f %% interval %s to %s over %" PRId64 " repetitions of this launch\n",
            100 * interval.level, seconds_format(interval.low, low),
            seconds_format(interval.high, high), count);
  if (!isnan(interval.low) && !isnan(correlation)) {
    label("");
    fprintf(words,
            "the interval assumes independent repetitions; their lag-1 correlation is %.2f\n",
            correlation);
  }
  label("minimum");
  fprintf(words, "%s\n", seconds_format(sorted_s[0], least));
}

/* Cooperative tasks alone: one that computes for long keeps all others waiting. */
static void print_steps(const struct launch *launch, const struct repetition *repetitions,
                        int64_t count) {
  char text[NUMBER_TEXT];
  double longest_s = 0;
  if (!launch->driver->tasks)
    return;
  for (int64_t i = 0; i < count; i++)
    longest_s = fmax(longest_s, repetitions[i].figures[COLUMN_longest_step_s]);
  label("longest step");
  fprintf(words, "%s between two yields of a task\n", seconds_format(longest_s, text));
}

/* The start-up time before the first repetition: break-even sizes depend on it. */
static void print_starts(const struct launch *launch, const struct starts *starts) {
  char text[NUMBER_TEXT];
  label("start");
  fprintf(words, "%s", seconds_format(starts->all, text));
  if (launch->driver->open_comm)
    fprintf(words, ", of which MPI %s", seconds_format(starts->comm, text));
  if (launch->driver->open_workers && starts->workers > 0)
    fprintf(words, ", of which the %s %s", launch->driver->tasks ? "event loop" : "threads",
            seconds_format(starts->workers, text));
  fprintf(words, "; not in the times above\n");
}

static void print_rates(const struct launch *launch, double median_s) {
  struct work work = session_work(&launch->session);
  char rate[NUMBER_TEXT];
  if (!(median_s > 0) || !(work.operations > 0))
    return;
  label("rate");
  fprintf(words, "%s%s/s", quantity_format(work.operations / median_s, rate),
          launch->settings->kernel->operation);
  if (work.bytes > 0)
    fprintf(words, ", %sB/s of compulsory traffic", quantity_format(work.bytes / median_s, rate));
  if (work.traffic > work.bytes)
    fprintf(words, " (%sB/s with write-allocate)", quantity_format(work.traffic / median_s, rate));
  fprintf(words, "\n");
}

/* Shares of the time of all repetitions, of a worker of the slowest process. What limits computing
 * itself, the processor or the memory, was not measured: the kernel says which to expect. */
static void print_limit(const struct kernel *kernel, const struct repetition *repetitions,
                        int64_t count) {
  static const char *const names[] = {"computation", "communication", "waiting", "load imbalance"};
  double seconds[4] = {0}, wall_s = 0;
  int most = 0;
  for (int64_t i = 0; i < count; i++) {
    wall_s += repetitions[i].figures[COLUMN_wall_s];
    seconds[0] += repetitions[i].figures[COLUMN_compute_s];
    seconds[1] += repetitions[i].figures[COLUMN_comm_s];
    seconds[2] += repetitions[i].figures[COLUMN_wait_s];
  }
  seconds[3] = fmax(0, wall_s - seconds[0] - seconds[1] - seconds[2]);
  for (int i = 1; i < 4; i++)
    if (seconds[i] > seconds[most])
      most = i;
  if (!(wall_s > 0))
    return;
  label("limited by");
  fprintf(words, "%s (",
          most == 0 && kernel->bound == BOUND_MEMORY ? "computation or memory" : names[most]);
  for (int i = 0; i < 4; i++)
    fprintf(words, "%s%.1f %% %s", i > 0 ? ", " : "", 100 * seconds[i] / wall_s, names[i]);
  fprintf(words, ")\n");
}

void words_end(const struct facts *facts, const struct repetition *repetitions, int64_t count) {
  double *sorted_s = malloc((size_t)count * sizeof *sorted_s);
  const struct verdict *verdict = &repetitions[count - 1].verdict;
  char quality[64] = "exact";
  if (!sorted_s)
    return;
  if (verdict->tolerance > 0)
    snprintf(quality, sizeof quality, "error %.2g, at most %.2g allowed", verdict->error,
             verdict->tolerance);
  words_open();
  print_result(verdict, quality);
  print_times(repetitions, sorted_s, count);
  print_rates(facts->launch, stats_median(sorted_s, (size_t)count));
  print_steps(facts->launch, repetitions, count);
  print_limit(facts->launch->settings->kernel, repetitions, count);
  print_starts(facts->launch, &facts->starts);
  if (facts->timer_overhead_s > 0.01 * sorted_s[0]) {
    label("warning");
    fprintf(words, "reading the clock takes %.1f %% of a repetition: use a larger --size\n",
            100 * facts->timer_overhead_s / sorted_s[0]);
  }
  words_close();
  free(sorted_s);
}

void words_wrong(const struct facts *facts, const struct repetition *repetition) {
  const struct verdict *verdict = &repetition->verdict;
  (void)facts;
  words_open();
  print_result(verdict, "WRONG");
  label("expected");
  fprintf(words, "%s, error %.3g, at most %.3g allowed, in %s %" PRId64 "\n", verdict->expected,
          verdict->error, verdict->tolerance, repetition->warmup ? "warm-up" : "repetition",
          repetition->index + 1);
  words_close();
}
