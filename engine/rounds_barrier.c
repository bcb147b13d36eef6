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
    missing += atomic_load_explicit(&run->arrived[i].number, memory_order_relaxed) < number;
  return missing;
}

static void meet_all(struct rounds_run *run, int worker, uint64_t number) {
  struct comm *comm = run->comm;
  rounds_meet(run, worker, number);
  if (comm->processes == 1)
    return;
  if (worker == 0)
    comm->barrier(comm);
  rounds_meet(run, worker, number + 1);
}

/* The same, and looks whether all had come: between threads by numbers that each writes before and
 * reads after, between processes by the times before and after. */
static void meet_and_check(struct rounds_run *run, int worker, uint64_t number) {
  struct rounds_tally *tally = rounds_tally_of(run, 0, worker);
  bool timed = worker == 0 && run->comm->processes > 1;
  atomic_store_explicit(&run->arrived[worker].number, number, memory_order_relaxed);
  if (timed)
    run->entered_ns[run->times] = clock_now_ns();
  meet_all(run, worker, number);
  if (timed)
    run->left_ns[run->times++] = clock_now_ns();
  tally->checks++;
  tally->early += count_missing(run, number);
}

void rounds_barrier(struct rounds_run *run, int worker) {
  const int64_t rounds = run->rounds[0].rounds, spacing = spacing_of(rounds);
  uint64_t number = run->numbers + 1, stamps = 0;
  int64_t done = 0;
  int64_t check = rounds < spacing ? rounds - 1 : spacing - 1;
  for (int64_t round = 0; round < rounds; round++, number += 2) {
    if (round == check) {
      meet_and_check(run, worker, number);
      check = check + spacing < rounds ? check + spacing : rounds - 1;
    } else {
      meet_all(run, worker, number);
    }
    done++;
    stamps += run->rounds[0].first_stamp + (uint64_t)round;
  }
  struct rounds_tally *first = rounds_tally_of(run, 0, worker);
  first->rounds = done;
  first->right = (uint64_t)done;
  first->stamps = stamps;
  for (int i = 1; i < run->held; i++)
    *rounds_tally_of(run, i, worker) = *first;
}

/* How much the clocks of two machines may drift apart meanwhile, as a share of the time. */
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
