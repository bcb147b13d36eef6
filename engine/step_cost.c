#include "engine/step_cost.h"

#include <math.h>

#include "common/clock.h"
#include "common/stats.h"

/* A batch takes about half a millisecond. No other one begins after three milliseconds: on a busy
 * machine, a single step of several workers may take longer than that. */
enum { BATCHES = 5, STEPS_MAX = 1000 };
static const double BATCH_S = 5e-4, ENOUGH_S = 3e-3;

/* Runs that number of steps. Returns an error's code. */
typedef int run_steps(void *context, int64_t steps);

static double seconds_of(run_steps *run, void *context, int64_t steps) {
  int64_t start_ns = clock_now_ns();
  if (run(context, steps))
    return NAN;
  return (double)(clock_now_ns() - start_ns) * 1e-9;
}

/* The median time of a step. */
static double time_steps(run_steps *run, void *context) {
  double times_s[BATCHES], spent_s = seconds_of(run, context, 1); /* fetches code and data */
  int64_t steps = 1;
  size_t count = 0;
  while (count < BATCHES && (count == 0 || spent_s < ENOUGH_S)) {
    const double batch_s = seconds_of(run, context, steps);
    if (isnan(batch_s))
      return NAN;
    spent_s += batch_s;
    if (steps == 1 && batch_s * 2 <= BATCH_S) { /* that was to see how many make a batch */
      const double fitting = batch_s > 0 ? BATCH_S / batch_s : STEPS_MAX;
      steps = fitting > STEPS_MAX ? STEPS_MAX : (int64_t)fitting;
      continue;
    }
    times_s[count++] = batch_s / (double)steps;
  }
  stats_sort(times_s, count);
  return stats_median(times_s, count);
}

/* ---- phases ---- */

struct empty_state {
  int64_t left; /* steps of this stage */
};

static int64_t all_units(const struct problem *problem) {
  return problem->n;
}

static void empty_body(void *state, int64_t begin, int64_t end, void *partial) {
  (void)state;
  (void)begin;
  (void)end;
  (void)partial;
}

static int empty_then(void *opaque, const void *total) {
  struct empty_state *state = opaque;
  (void)total;
  return --state->left > 0 ? 0 : PHASE_END;
}

static const struct phase empty_phases[] = {
    {.name = "empty", .stage = STAGE_TIMED, .body = empty_body, .then = empty_then},
};
static const struct kernel empty_kernel = {
    .name = "empty",
    .state_bytes = sizeof(struct empty_state),
    .units = all_units,
    KERNEL_PHASES(empty_phases),
};

static int run_phases(void *context, int64_t steps) {
  struct interpreter *interpreter = context;
  struct error error = {0};
  for (int i = 0; i < interpreter->comm->held; i++)
    ((struct empty_state *)interpreter->held[i].state)->left = steps;
  return interpreter_run(interpreter, STAGE_TIMED, &error);
}

static double phase_s(struct session *session) {
  const bool dealt = session->jobs > 1;
  struct comm *comm = dealt ? &session->alone : session->comm;
  struct team *team = dealt ? &team_serial : session->team;
  struct policy policy = session->policy;
  policy.lock = NULL;
  policy.grain = 1;
  const struct problem problem = {.n = (int64_t)comm->parts * team->workers};
  struct interpreter interpreter;
  struct error error = {0};
  if (interpreter_open(&interpreter, &empty_kernel, &problem, &policy, comm, team, &error))
    return NAN;
  double step_s = time_steps(run_phases, &interpreter);
  interpreter_close(&interpreter);
  return step_s;
}

/* ---- rounds ---- */

struct round_state {
  struct rounds rounds; /* what the phase requests */
  uint64_t send[2], receive[2];
};

static double fill_one(const void *state, int64_t begin, int64_t end, double *vector) {
  (void)state;
  vector[0] = 0;
  return (double)(end - begin);
}

static void ask_round(void *opaque, struct rounds *rounds) {
  *rounds = ((struct round_state *)opaque)->rounds;
}

struct round_batch {
  struct rounds_run *run;
  struct round_state *state;
};

static int run_rounds(void *context, int64_t steps) {
  static const struct phase phase = {.name = "rounds", .stage = STAGE_TIMED, .rounds = ask_round};
  struct round_batch *batch = context;
  struct tally planned = {0}, executed = {0};
  struct error error = {0};
  batch->state->rounds.rounds = steps;
  return rounds_execute(batch->run, &phase, &planned, &executed, &error);
}

static double round_s(struct session *session, enum rounds_kind kind) {
  static const int64_t bounds[] = {0, 2};
  static const struct part part = {.count = 1, .end = 2, .bounds = bounds};
  struct round_state state = {.rounds = {.kind = kind,
                                         .bytes = sizeof(uint64_t),
                                         .burst = 1,
                                         .send = {&state.send[0], &state.send[1]},
                                         .receive = {&state.receive[0], &state.receive[1]},
                                         .doubles = 1,
                                         .total_weight = 2,
                                         .fill = fill_one}};
  const struct rounds_place place = {.comm = &session->alone, .team = &team_serial};
  struct round_batch batch = {.state = &state};
  struct error error = {0};
  double step_s = NAN;
  if (rounds_open(&batch.run, &place, &(struct rounds_part){&part, &state}, &error) == 0)
    step_s = time_steps(run_rounds, &batch);
  rounds_close(batch.run);
  return step_s;
}

double step_cost_s(struct session *session) {
  const struct kernel *kernel = session->kernel;
  const struct phase *timed = NULL; /* one of rounds, else any */
  for (int i = 0; i < kernel->phase_count; i++) {
    const struct phase *phase = &kernel->phases[i];
    if (phase->stage != STAGE_TIMED)
      continue;
    if (phase->ask)
      return NAN;
    if (!timed || phase->rounds)
      timed = phase;
  }
  if (!timed || session->interpreter_count == 0)
    return NAN;
  if (!timed->rounds)
    return phase_s(session);
  struct rounds rounds = {0};
  timed->rounds(session->interpreters[0].held[0].state, &rounds);
  return round_s(session, rounds.kind);
}
