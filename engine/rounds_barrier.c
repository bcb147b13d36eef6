#include "common/clock.h"
#include "common/memory.h"
#include "engine/rounds_run.h"

/* One round in SPACING is checked, and at most TIMES_MAX in a pass: enough to detect faults, and
 * few enough to cost no time. SPACING is odd, so that faults in every second round are detected. */
enum { SPACING = 61, TIMES_MAX = 1024 };

static int64_t spacing_of(int64_t rounds) {
  int64_t spacing = SPACING;
  while (rounds / spacing >= TIMES_MAX)
    spacing = 2 * spacing + 1;
  return spacing;
}

int rounds_barrier_open(struct rounds_run *run, struct error *error) {
  if (run->entered_ns || run->comm->processes == 1)
    return 0;
  return memory_allocate(&run->entered_ns, TIMES_MAX + 1, sizeof(int64_t), "times", error) ||
                 memory_allocate(&run->left_ns, TIMES_MAX + 1, sizeof(int64_t), "times", error)
             ? error->code
             : 0;
}

/* Counts the workers that have not come to a barrier which this one has left. */
static int64_t count_missing(const struct rounds_run *run, uint64_t number) {
  int64_t missing = 0;
  for (int i = 0; i < run->workers; i++)
    missing +=
        atomic_load_explicit(&rounds_step_from(run, i, 0)->arrived, memory_order_relaxed) < number;
  return missing;
}

/* One barrier of all workers of all processes. */
static void meet_all(const struct rounds_run *run, const struct meeting *meeting, int worker,
                     uint64_t number) {
  struct comm *comm = run->comm;
  rounds_meet(meeting, number);
  if (comm->processes == 1)
    return;
  if (worker == 0)
    comm->barrier(comm);
  rounds_meet(meeting, number + 1);
}

/* The same, and looks whether all had come: between threads by numbers that each writes before and
 * reads after, between processes by the times before and after. */
static void meet_and_check(struct rounds_run *run, const struct meeting *meeting, int worker,
                           uint64_t number, struct rounds_tally *tally) {
  bool timed = worker == 0 && run->comm->processes > 1;
  atomic_store_explicit(&rounds_step_from(run, worker, 0)->arrived, number, memory_order_relaxed);
  if (timed)
    run->entered_ns[run->times] = clock_now_ns();
  meet_all(run, meeting, worker, number);
  if (timed)
    run->left_ns[run->times++] = clock_now_ns();
  tally->checks++;
  tally->early += count_missing(run, number);
}

static inline void count_round(struct rounds_tally *tally, uint64_t stamp) {
  tally->rounds++;
  tally->right++;
  tally->stamps += stamp;
}

static struct rounds_tally meet_in_rounds(struct rounds_run *run, int worker) {
  const int64_t rounds = run->rounds[0].rounds, spacing = spacing_of(rounds);
  const struct meeting meeting = rounds_meeting_of(run, worker);
  struct rounds_tally tally = {0};
  uint64_t number = run->numbers + 1, stamp = run->rounds[0].first_stamp;
  int64_t check = rounds < spacing ? rounds - 1 : spacing - 1;
  for (; tally.rounds < rounds; number += 2) {
    if (tally.rounds == check) {
      meet_and_check(run, &meeting, worker, number, &tally);
      check = check + spacing < rounds ? check + spacing : rounds - 1;
    } else {
      meet_all(run, &meeting, worker, number);
    }
    count_round(&tally, stamp++);
  }
  return tally;
}

/* Two threads in one process need some 50 ns for a round, so that each load or branch beside the
 * flags shows. The check is made in every round: in the flags' own lines it costs nothing. */
__attribute__((noinline)) static struct rounds_tally meet_as_pair(struct rounds_run *run,
                                                                  int worker) {
  const int64_t rounds = run->rounds[0].rounds;
  struct step *const own = rounds_step_from(run, worker, 0);
  struct step *const other = rounds_step_from(run, !worker, 0);
  const bool crowded = run->team->crowded;
  struct rounds_tally tally = {0};
  uint64_t number = run->numbers + 1, stamp = run->rounds[0].first_stamp;
  while (tally.rounds < rounds) {
    atomic_store_explicit(&own->arrived, number, memory_order_relaxed);
    flag_raise(&own->number, number);
    flag_wait(&other->number, number, crowded);
    tally.early += atomic_load_explicit(&other->arrived, memory_order_relaxed) < number;
    count_round(&tally, stamp++);
    number += 2;
  }
  tally.checks = tally.rounds;
  return tally;
}

void rounds_barrier(struct rounds_run *run, int worker) {
  const bool is_pair = run->comm->processes == 1 && run->workers == 2;
  const struct rounds_tally tally =
      is_pair ? meet_as_pair(run, worker) : meet_in_rounds(run, worker);
  for (int i = 0; i < run->held; i++)
    *rounds_tally_of(run, i, worker) = tally;
}

/* The maximum drift between the clocks of two machines, as a share of the time. */
static const double drift = 1e-4;

/* By how much a time that this process noted may be wrong on the common clock. */
static int64_t error_ns(const struct comm *comm, const struct clock_offset *offset, int64_t ns) {
  if (comm->nodes == 1)
    return 0;
  return offset->error_ns + (int64_t)(drift * (double)(offset->at_ns - ns));
}

/* All leave after the last has come: no end is before a beginning. */
void rounds_prove(struct rounds_run *run) {
  struct comm *comm = run->comm;
  struct clock_offset offset;
  struct gathered all;
  struct error error = {0};
  if (run->times == 0)
    return;
  comm->compare_clocks(comm, &offset);
  for (int64_t i = 0; i < run->times; i++) {
    run->entered_ns[i] += offset.ns - error_ns(comm, &offset, run->entered_ns[i]);
    run->left_ns[i] += offset.ns + error_ns(comm, &offset, run->left_ns[i]);
  }
  int64_t times = run->times, early = 0;
  run->times = 0;
  if (comm->gather(comm, run->entered_ns, (size_t)times * sizeof(int64_t), &all, &error)) {
    run->results[0].early = 1; /* not proven */
    return;
  }
  const int64_t *entered_ns = all.bytes;
  for (int64_t i = 0; i < times * comm->processes; i++)
    early += run->left_ns[i % times] < entered_ns[i];
  run->results[0].early += early;
}
