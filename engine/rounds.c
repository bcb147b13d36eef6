#include "engine/rounds.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/rounds_run.h"

static void *allocate_flags(int64_t count) {
  size_t bytes = (size_t)count * sizeof(struct flag);
  void *flags = aligned_alloc(FLAG_ALIGNMENT, bytes);
  if (flags)
    memset(flags, 0, bytes);
  return flags;
}

static int open_run(struct interpreter *interpreter, struct error *error) {
  struct rounds_run *run = aligned_alloc(FLAG_ALIGNMENT, sizeof *run);
  size_t tallies;
  if (!run)
    return error_set(error, EXIT_MACHINE, "no memory for rounds");
  *run = (struct rounds_run){.interpreter = interpreter,
                             .workers = interpreter->team->each ? interpreter->team->workers : 1,
                             .held = interpreter->comm->held,
                             .crowded = interpreter->team->crowded};
  interpreter->rounds = run;
  tallies = (size_t)run->held * (size_t)(run->workers > 2 ? run->workers : 2);
  run->rounds = calloc((size_t)run->held, sizeof *run->rounds);
  run->results = calloc((size_t)run->held, sizeof *run->results);
  run->tallies = aligned_alloc(64, tallies * sizeof *run->tallies);
  run->levels = allocate_flags((int64_t)run->workers * ROUNDS_LEVELS);
  run->arrived = allocate_flags(run->workers);
  if (!run->rounds || !run->results || !run->tallies || !run->levels || !run->arrived)
    return error_set(error, EXIT_MACHINE, "no memory for rounds of %d workers", run->workers);
  return 0;
}

void rounds_free(struct rounds_run *run) {
  if (!run)
    return;
  free(run->rounds);
  free(run->results);
  free(run->tallies);
  free(run->levels);
  free(run->arrived);
  free(run->vectors);
  free(run->entered_ns);
  free(run->left_ns);
  free(run);
}

const struct rounds_result *rounds_result_of(const struct rounds_run *run, int i) {
  return &run->results[i];
}

/* Who takes part in a part's rounds: its workers, or the endpoints that it owns. */
static int participants(const struct rounds_run *run, int held) {
  const struct part *part = &run->interpreter->held[held].part;
  if (run->rounds[held].kind != ROUNDS_PINGPONG)
    return run->workers;
  return (int)((part->begin <= 0 && part->end > 0) + (part->begin <= 1 && part->end > 1));
}

static void ask_parts(struct rounds_run *run) {
  struct interpreter *interpreter = run->interpreter;
  for (int i = 0; i < run->held; i++) {
    struct rounds *rounds = &run->rounds[i];
    *rounds = (struct rounds){0};
    interpreter->phase->rounds(interpreter->held[i].state, rounds);
    assert(rounds->kind == run->rounds[0].kind && rounds->rounds == run->rounds[0].rounds);
    for (int e = 0; e < 2 && interpreter->policy->poison; e++)
      if (rounds->receive[e])
        memset(rounds->receive[e], 0xff, rounds->bytes);
  }
}

static void run_worker(void *context, int64_t index, int worker) {
  static void (*const loops[])(struct rounds_run *, int) = {[ROUNDS_BARRIER] = rounds_barrier,
                                                            [ROUNDS_PINGPONG] = rounds_pingpong,
                                                            [ROUNDS_ALLREDUCE] = rounds_allreduce};
  struct rounds_run *run = context;
  (void)index;
  loops[run->rounds[0].kind](run, worker);
}

static int tally_count(const struct rounds_run *run) {
  return run->workers > 2 ? run->workers : 2;
}

/* What is planned follows from what the kernel asked for, what is executed from what the workers
 * counted. */
static void settle(struct rounds_run *run, int phase) {
  struct spent *spent = &run->interpreter->spent;
  for (int i = 0; i < run->held; i++) {
    struct rounds_result *result = &run->results[i];
    struct tally planned = {0}, executed = {0};
    *result = (struct rounds_result){.workers = participants(run, i), .vector = run->total};
    for (int64_t w = 0; w < result->workers; w++)
      tally_add(&planned, 0, run->rounds[i].rounds);
    for (int w = 0; w < tally_count(run); w++) {
      const struct rounds_tally *tally = rounds_tally_of(run, i, w);
      tally_add(&executed, 0, tally->rounds);
      result->right += tally->right;
      result->stamps += tally->stamps;
      result->checks += tally->checks;
      result->early += tally->early;
    }
    tally_add_phase(&spent->planned, &planned, phase);
    tally_add_phase(&spent->executed, &executed, phase);
  }
}

static int make_room(struct rounds_run *run, struct error *error) {
  memset(run->tallies, 0, (size_t)run->held * (size_t)tally_count(run) * sizeof *run->tallies);
  if (run->rounds[0].kind == ROUNDS_BARRIER)
    return rounds_barrier_open(run, error);
  if (run->rounds[0].kind == ROUNDS_ALLREDUCE)
    return rounds_allreduce_open(run, error);
  return 0;
}

int rounds_execute(struct interpreter *interpreter, int phase, struct error *error) {
  if (!interpreter->rounds && open_run(interpreter, error))
    return error->code;
  struct rounds_run *run = interpreter->rounds;
  ask_parts(run);
  if (make_room(run, error))
    return error->code;
  const struct rounds *rounds = &run->rounds[0];
  bool together =
      run->workers > 1 && (rounds->kind != ROUNDS_PINGPONG || rounds_pingpong_workers(run) == 2);
  if (together)
    interpreter->team->each(interpreter->team, run_worker, run);
  else
    run_worker(run, 0, 0);
  run->numbers += (uint64_t)rounds->rounds *
                  (rounds->kind == ROUNDS_PINGPONG ? (uint64_t)rounds->burst + 1 : 3);
  settle(run, phase);
  return 0;
}
