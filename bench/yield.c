/* The cost of a yield: a kernel whose body does next to nothing, one unit a range, through the
 * engine's own cooperative loop; and beside it the same body called from a bare ring of function
 * pointers, which is the least that a cooperative task can cost. */
#include <stdio.h>
#include <stdlib.h>

#include "bench/sample.h"
#include "common/clock.h"
#include "common/stats.h"
#include "common/streams.h"
#include "engine/loop.h"

struct ring_state {
  int64_t units; /* that have been computed */
};

static int64_t kernel_units(const struct problem *problem) {
  return problem->n;
}

/* A count in the state is no pure body, but this one has one thread to itself, and a partial result
 * would bring its own costs into what a yield is to cost. */
static void count_body(void *state, int64_t begin, int64_t end, void *partial) {
  (void)partial;
  ((struct ring_state *)state)->units += end - begin;
}

static struct work kernel_work(const struct problem *problem, int parts) {
  (void)parts;
  return (struct work){.operations = (double)problem->n};
}

static const struct phase phases[] = {
    {.name = "count", .stage = STAGE_TIMED, .body = count_body},
};

static const struct kernel counting = {
    .name = "counting",
    .state_bytes = sizeof(struct ring_state),
    .units = kernel_units,
    .phases = phases,
    .phase_count = 1,
    .work = kernel_work,
};

struct bench {
  int64_t tasks, steps, reps;
  bool pairs;
  double *engine_s, *bare_s; /* a step, in each repetition */
};

/* -- Through the engine ------------------------------------------------------------------------ */

static int engine_step_s(struct loop *loop, struct session *session, double *step_s,
                         struct error *error) {
  const struct ring_state *state = session->interpreters[0].held[0].state;
  int64_t steps = loop_steps(loop), units = state->units, start_ns = clock_now_ns();
  if (loop_pass(loop, session, error))
    return error->code;
  *step_s = (double)(clock_now_ns() - start_ns) * 1e-9 / (double)(loop_steps(loop) - steps);
  if (state->units - units != session->problem.n)
    return error_set(error, EXIT_WRONG, "the loop did not compute every unit once");
  return 0;
}

/* -- A bare ring ------------------------------------------------------------------------------- */

struct bare_task {
  void (*run)(void *state, int64_t begin, int64_t end, void *partial);
  void *state;
};

struct bare_ring {
  struct bare_task *tasks;
  uint64_t mask, head, tail;
};

static int bare_open(struct bare_ring *ring, int64_t tasks, struct ring_state *state,
                     struct error *error) {
  /* read through a volatile so that the compiler can't see which function it is */
  void (*volatile run)(void *, int64_t, int64_t, void *) = count_body;
  uint64_t size = 1;
  while (size < (uint64_t)tasks)
    size *= 2;
  *ring = (struct bare_ring){malloc(size * sizeof *ring->tasks), size - 1, 0, 0};
  if (!ring->tasks)
    return error_set(error, EXIT_MACHINE, "no memory for %lld tasks", (long long)tasks);
  while (ring->tail < (uint64_t)tasks)
    ring->tasks[ring->tail++] = (struct bare_task){run, state};
  return 0;
}

static double bare_step_s(struct bare_ring *ring, int64_t steps) {
  int64_t start_ns = clock_now_ns();
  for (int64_t i = 0; i < steps; i++) {
    struct bare_task task = ring->tasks[ring->head++ & ring->mask];
    task.run(task.state, i, i + 1, NULL);
    ring->tasks[ring->tail++ & ring->mask] = task;
  }
  return (double)(clock_now_ns() - start_ns) * 1e-9 / (double)steps;
}

/* -- Both in turn ------------------------------------------------------------------------------ */

static int measure_in_turn(const struct bench *b, struct loop *loop, struct session *session,
                           struct error *error) {
  struct ring_state state = {0};
  struct bare_ring ring;
  double warmup_s;
  if (bare_open(&ring, b->tasks, &state, error))
    return error->code;
  if (engine_step_s(loop, session, &warmup_s, error) == 0)
    bare_step_s(&ring, b->steps);
  for (int64_t i = 0; i < b->reps && !error->code; i++) {
    engine_step_s(loop, session, &b->engine_s[i], error);
    b->bare_s[i] = bare_step_s(&ring, b->steps);
  }
  free(ring.tasks);
  return error->code;
}

static int run(const struct bench *b, struct error *error) {
  struct comm comm;
  struct loop *loop;
  if (comm_local_open(&comm, 1, error))
    return error->code;
  struct session session = {
      .kernel = &counting,
      .problem = {.n = b->steps},
      .policy = {.grain = 1},
      .comm = &comm,
      .team = &team_serial,
      .jobs = 1,
  };
  if (session_open(&session, error) == 0) {
    if (loop_open(&loop, b->tasks, 0, error) == 0)
      measure_in_turn(b, loop, &session, error);
    loop_close(loop);
    session_close(&session);
  }
  comm.close(&comm);
  return error->code;
}

static void print_result(const struct bench *b) {
  size_t count = (size_t)b->reps;
  char engine[SAMPLE_TEXT], bare[SAMPLE_TEXT];
  if (b->pairs) {
    for (int64_t i = 0; i < b->reps; i++)
      printf("%.12f %.12f\n", b->engine_s[i], b->bare_s[i]);
    return;
  }
  stats_sort(b->engine_s, count);
  stats_sort(b->bare_s, count);
  double engine_s = stats_median(b->engine_s, count), bare_s = stats_median(b->bare_s, count);
  printf("%7lld  %-36s  %-36s  %5.1f %%\n", (long long)b->tasks,
         sample_format(b->engine_s, count, engine), sample_format(b->bare_s, count, bare),
         100 * (engine_s - bare_s) / engine_s);
}

int main(int argc, char **argv) {
  static const int64_t usual_tasks[] = {16, 1000, 100000};
  struct error error = {0};
  struct bench b = {.tasks = 0, .steps = 2000000, .reps = 20};
  const struct cli_option options[] = {
      {"tasks", 'k', "N", "how many (16, 1000, 100000)", .count = &b.tasks, .max = 10000000},
      {"steps", 's', "N", "in a repetition (2000000)", .count = &b.steps, .min = 1,
       .max = 1000000000},
      {"reps", 'r', "N", "repetitions (20)", .count = &b.reps, .min = 1, .max = 100000},
      {"pairs", 'p', NULL, "for bench_ratio: the seconds of both, by repetition", .flag = &b.pairs},
      {0},
  };
  sample_begin(
      "bench_yield", options, "Prints what one yield of a cooperative task costs.",
      "  bench_yield\n  bench_yield -k 16 --pairs | bench_ratio -m yield -u s -k alone -b 5e-8\n",
      argc, argv);
  b.engine_s = calloc((size_t)b.reps, sizeof(double));
  b.bare_s = calloc((size_t)b.reps, sizeof(double));
  if (!b.engine_s || !b.bare_s)
    error_set(&error, EXIT_MACHINE, "no memory for %lld repetitions", (long long)b.reps);
  if (!b.pairs && !error.code)
    printf("%7s  %-36s  %-36s  %s\n", "tasks", "a step through the engine", "through a bare ring",
           "the framework's share");
  int count = b.tasks > 0 ? 1 : (int)(sizeof usual_tasks / sizeof *usual_tasks);
  for (int i = 0; i < count && !error.code; i++) {
    b.tasks = count > 1 ? usual_tasks[i] : b.tasks;
    if (run(&b, &error) == 0)
      print_result(&b);
  }
  free(b.engine_s);
  free(b.bare_s);
  return streams_finish("bench_yield", error.code ? error_print(&error, "bench_yield") : 0);
}
