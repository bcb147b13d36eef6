/* Private to rounds*.c: rounds under way. */
#ifndef QUARTET_ROUNDS_RUN_H
#define QUARTET_ROUNDS_RUN_H

#include "engine/flag.h"
#include "engine/rounds.h"

/* Messages up to this size lie beside the flag that announces them; of longer ones the receiver
 * copies the sender's buffer. */
enum { CHANNEL_INLINE = FLAG_ALIGNMENT / 2 - sizeof(uint64_t) };

/* One direction between two threads. */
struct channel {
  _Alignas(FLAG_ALIGNMENT) _Atomic uint64_t sent; /* messages so far, since the run was made */
  char bytes[CHANNEL_INLINE];
  struct flag taken;
};

/* A worker's or endpoint's own account of a part's rounds: see struct rounds_result. */
struct rounds_tally {
  _Alignas(64) int64_t rounds; /* gone through */
  uint64_t right;
  uint64_t stamps;
  int64_t checks, early;
};

enum { ROUNDS_LEVELS = 17 }; /* of a barrier: 2^17 workers */

/* What a worker of a barrier raises in one of its steps. In the first step it also notes, in the
 * barriers that are checked, that it has come: in the same line, so that between two workers the
 * check costs no cache miss of its own. */
struct step {
  _Alignas(FLAG_ALIGNMENT) _Atomic uint64_t number;
  _Atomic uint64_t arrived; /* the last checked barrier that the worker came to */
};

struct rounds_run {
  struct comm *comm;
  struct team *team;
  int64_t grain;
  bool poison;
  int workers, held;
  struct rounds_part *parts;     /* the held ones */
  struct rounds *rounds;         /* of each held part */
  struct rounds_result *results; /* likewise */
  struct rounds_tally *tallies;  /* part by part, of each worker or endpoint; see rounds_tally_of */
  uint64_t numbers;              /* of barriers and of messages in a channel, used up so far */

  struct step *steps; /* [workers * ROUNDS_LEVELS] of the barrier between threads, by who waits */
  struct channel channels[2];

  double *vectors, *sums,
      *total; /* an allreduce's: of each worker and part; of this process; all */
  int64_t vector_stride, vectors_capacity;

  int64_t *entered_ns, *left_ns; /* of the checked barriers between processes */
  int64_t times;
};

static inline struct rounds_tally *rounds_tally_of(const struct rounds_run *run, int held,
                                                   int worker) {
  return &run->tallies[held * (run->workers > 2 ? run->workers : 2) + worker];
}

/* What a worker needs of the barrier between the workers of this process. It is kept beside the
 * loop that calls it: a field of the run would be loaded again in every round. */
struct meeting {
  int levels;                               /* steps of a barrier: ceil(log2 workers) */
  bool crowded;                             /* see struct team */
  _Atomic uint64_t *raised[ROUNDS_LEVELS];  /* by this worker, in each step */
  _Atomic uint64_t *awaited[ROUNDS_LEVELS]; /* by this worker, in each step */
};

/* What the worker raises in this step, for the worker that is 2^level further on. */
static inline struct step *rounds_step_from(const struct rounds_run *run, int worker, int level) {
  int to = worker + (1 << level);
  return &run->steps[(to < run->workers ? to : to - run->workers) * ROUNDS_LEVELS + level];
}

static inline struct meeting rounds_meeting_of(const struct rounds_run *run, int worker) {
  struct meeting meeting = {.crowded = run->team->crowded};
  for (int level = 0; 1 << level < run->workers; level++, meeting.levels++) {
    meeting.raised[level] = &rounds_step_from(run, worker, level)->number;
    meeting.awaited[level] = &run->steps[worker * ROUNDS_LEVELS + level].number;
  }
  return meeting;
}

/* Barrier `number` between the workers of this process: more than any before. Each waits in
 * ceil(log2 workers) steps for one other (D. Hensgen, R. Finkel, U. Manber, 1988). */
static inline void rounds_meet(const struct meeting *meeting, uint64_t number) {
  for (int level = 0; level < meeting->levels; level++) {
    flag_raise(meeting->raised[level], number);
    flag_wait(meeting->awaited[level], number, meeting->crowded);
  }
}

/* Of one worker each; `run` of all of them at the same time. */
void rounds_barrier(struct rounds_run *run, int worker);
void rounds_pingpong(struct rounds_run *run, int worker);
void rounds_allreduce(struct rounds_run *run, int worker);

/* Makes room for what they need. */
int rounds_barrier_open(struct rounds_run *run, struct error *error);
int rounds_allreduce_open(struct rounds_run *run, struct error *error);

/* How many workers a ping-pong keeps busy in this process: 0 to 2. */
int rounds_pingpong_workers(const struct rounds_run *run);

#endif
