#include "engine/rounds.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/rounds_run.h"

static struct step *allocate_steps(int64_t count) {
  size_t bytes = (size_t)count * sizeof(struct step);
  struct step *steps = aligned_alloc(FLAG_ALIGNMENT, bytes);
  if (steps)
    memset(steps, 0, bytes);
  return steps;
}

static int tally_count(const struct rounds_run *run) {
  return run->workers > 2 ? run->workers : 2;
}

int rounds_open(struct rounds_run **opened, const struct rounds_place *place,
                const struct rounds_part *parts, struct error *error) {
  struct rounds_run *run = *opened = aligned_alloc(FLAG_ALIGNMENT, sizeof *run);
  if (!run)
    return error_set(error, EXIT_MACHINE, "no memory for rounds");
  *run = (struct rounds_run){.comm = place->comm,
                             .team = place->team,
                             .grain = place->grain,
                             .poison = place->poison,
                             .workers = place->team->each ? place->team->workers : 1,
                             .held = place->comm->held};
  size_t held = (size_t)run->held;
  run->parts = calloc(held, sizeof *run->parts);
  run->rounds = calloc(held, sizeof *run->rounds);
  run->results = calloc(held, sizeof *run->results);
  run->tallies = aligned_alloc(64, held * (size_t)tally_count(run) * sizeof *run->tallies);
  run->steps = allocate_steps((int64_t)run->workers * ROUNDS_LEVELS);
  if (!run->parts || !run->rounds || !run->results || !run->tallies || !run->steps)
    return error_set(error, EXIT_MACHINE, "no memory for rounds of %d workers", run->workers);
  memcpy(run->parts, parts, held * sizeof *parts);
  return 0;
}

void rounds_close(struct rounds_run *run) {
  if (!run)
    return;
  free(run->parts);
  free(run->rounds);
  free(run->results);
  free(run->tallies);
  free(run->steps);
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
  const struct part *part = run->parts[held].part;
  if (run->rounds[held].kind != ROUNDS_PINGPONG)
    return run->workers;
  return (int)((part->begin <= 0 && part->end > 0) + (part->begin <= 1 && part->end > 1));
}

static void ask_parts(struct rounds_run *run, const struct phase *phase) {
  for (int i = 0; i < run->held; i++) {
    struct rounds *rounds = &run->rounds[i];
    *rounds = (struct rounds){0};
    phase->rounds(run->parts[i].state, rounds);
    assert(rounds->kind == run->rounds[0].kind && rounds->rounds == run->rounds[0].rounds);
    for (int e = 0; e < 2 && run->poison; e++)
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

/* What is planned follows from what the kernel asked for, what is executed from what the workers
 * counted. */
static void settle(struct rounds_run *run, struct tally *planned, struct tally *executed) {
  for (int i = 0; i < run->held; i++) {
    struct rounds_result *result = &run->results[i];
    *result = (struct rounds_result){.workers = participants(run, i), .vector = run->total};
    for (int64_t w = 0; w < result->workers; w++)
      tally_add(planned, 0, run->rounds[i].rounds);
    for (int w = 0; w < tally_count(run); w++) {
      const struct rounds_tally *tally = rounds_tally_of(run, i, w);
      tally_add(executed, 0, tally->rounds);
      result->right += tally->right;
      result->stamps += tally->stamps;
      result->checks += tally->checks;
      result->early += tally->early;
    }
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

int rounds_execute(struct rounds_run *run, const struct phase *phase, struct tally *planned,
                   struct tally *executed, struct error *error) {
  ask_parts(run, phase);
  if (make_room(run, error))
    return error->code;
  const struct rounds *rounds = &run->rounds[0];
  bool together =
      run->workers > 1 && (rounds->kind != ROUNDS_PINGPONG || rounds_pingpong_workers(run) == 2);
  if (together)
    run->team->each(run->team, run_worker, run);
  else
    run_worker(run, 0, 0);
  run->numbers += (uint64_t)rounds->rounds *
                  (rounds->kind == ROUNDS_PINGPONG ? (uint64_t)rounds->burst + 1 : 3);
  settle(run, planned, executed);
  return 0;
}
