#include <stdlib.h>
#include <string.h>

#include "common/memory.h"
#include "engine/rounds_run.h"

/* A worker's vector for one of the parts. */
struct share {
  double *vector;
  double weight;
  double kept; /* what stood where the moving stamp is */
};

/* The shares lie on the worker's stack: a test has a few parts in a process, all others one. */
enum { HELD_MAX = 64 };

/* Where the vectors lie. */
static void place_vectors(struct rounds_run *run, int64_t count) {
  run->sums = run->vectors + count * run->vector_stride;
  run->total = run->sums + run->vector_stride;
  if (run->poison)
    memset(run->total, 0xff, (size_t)run->rounds[0].doubles * sizeof(double));
}

int rounds_allreduce_open(struct rounds_run *run, struct error *error) {
  enum { LINE = FLAG_ALIGNMENT / sizeof(double) };
  int64_t stride = (run->rounds[0].doubles + LINE - 1) / LINE * LINE;
  int64_t count = (int64_t)run->workers * run->held, all = count + 2;
  if (run->held > HELD_MAX)
    return error_set(error, EXIT_MACHINE, "more than %d parts in a process", HELD_MAX);
  if (stride * all > run->vectors_capacity) {
    free(run->vectors);
    run->vectors = NULL;
    run->vectors_capacity = 0;
    if (memory_check((double)stride * (double)all * sizeof(double), "the workers' vectors",
                     error) ||
        memory_allocate(&run->vectors, all, (size_t)stride * sizeof(double), "the workers' vectors",
                        error))
      return error->code;
    run->vectors_capacity = stride * all;
  }
  run->vector_stride = stride;
  place_vectors(run, count);
  return 0;
}

static double *vector_at(const struct rounds_run *run, int64_t i) {
  return run->vectors + i * run->vector_stride;
}

static struct share fill_share(const struct rounds_run *run, int held, int worker) {
  const struct part *part = run->parts[held].part;
  const struct rounds *rounds = &run->rounds[held];
  int64_t units = part->end - part->begin;
  int64_t begin = part->begin + units * worker / run->workers;
  int64_t end = part->begin + units * (worker + 1) / run->workers;
  struct share share = {.vector = vector_at(run, (int64_t)held * run->workers + worker)};
  if (begin < end)
    share.weight = rounds->fill(run->parts[held].state, begin, end, share.vector);
  else
    memset(share.vector, 0, (size_t)rounds->doubles * sizeof(double));
  return share;
}

static void stamp(struct share *share, int64_t n, int64_t moving, double unit) {
  double value = share->weight * unit;
  share->kept = share->vector[moving];
  share->vector[0] = share->vector[n - 1] = share->vector[moving] = value;
}

static bool is_right(const double *total, int64_t n, int64_t moving, double value) {
  return total[0] == value && total[n - 1] == value && total[moving] == value;
}

/* This worker's slice of the sum of all vectors in this process. */
static void add_slice(const struct rounds_run *run, int worker, double *restrict sums) {
  int64_t n = run->rounds[0].doubles, count = (int64_t)run->workers * run->held;
  int64_t begin = n * worker / run->workers, end = n * (worker + 1) / run->workers;
  if (begin == end)
    return;
  memcpy(sums + begin, run->vectors + begin, (size_t)(end - begin) * sizeof(double));
  for (int64_t k = 1; k < count; k++) {
    const double *restrict vector = vector_at(run, k);
    for (int64_t i = begin; i < end; i++)
      sums[i] += vector[i];
  }
}

/* What is stamped in a round, made from that of the round before: a division is slow. */
struct stamped {
  uint64_t number;
  int64_t moving; /* the element beside the first and the last */
  double unit;
};

static struct stamped first_stamped(const struct rounds *rounds) {
  const uint64_t number = rounds->first_stamp;
  return (struct stamped){number, rounds_moving(number, rounds->doubles), rounds_value(number)};
}

/* step: from one moving element to the next. */
static inline struct stamped next_stamped(struct stamped s, int64_t step, int64_t n) {
  return (struct stamped){s.number + 1, s.moving + (s.moving + step < n ? step : step - n),
                          s.unit < rounds_value(ROUNDS_VALUES - 1) ? s.unit + 1 : rounds_value(0)};
}

static inline void count_sum(struct rounds_tally *tally, bool good, uint64_t number) {
  tally->rounds++;
  tally->right += good;
  tally->stamps += good ? number : 0;
}

/* The sum of all vectors, in run->total. Uses up three numbers. */
static void sum_all(struct rounds_run *run, const struct meeting *meeting, int worker,
                    uint64_t number) {
  struct comm *comm = run->comm;
  double *sums = comm->processes > 1 ? run->sums : run->total;
  rounds_meet(meeting, number);
  add_slice(run, worker, sums);
  rounds_meet(meeting, number + 1);
  if (comm->processes == 1)
    return;
  if (worker == 0)
    comm->sum(comm, sums, run->total, run->rounds[0].doubles);
  rounds_meet(meeting, number + 2);
}

/* The rounds of a process whose vector is the only one in it. Two processes on one machine need
 * some 200 ns for a sum of one number: what the loop needs is in registers. */
static struct rounds_tally sum_alone(struct rounds_run *run, struct share share) {
  struct comm *const comm = run->comm;
  const struct rounds *rounds = &run->rounds[0];
  const int64_t n = rounds->doubles, count = rounds->rounds, step = rounds_moving(1, n);
  const double total_weight = rounds->total_weight;
  double *const total = run->total;
  struct rounds_tally tally = {0};
  for (struct stamped s = first_stamped(rounds); tally.rounds < count;
       s = next_stamped(s, step, n)) {
    stamp(&share, n, s.moving, s.unit);
    comm->sum(comm, share.vector, total, n);
    count_sum(&tally, is_right(total, n, s.moving, total_weight * s.unit), s.number);
    share.vector[s.moving] = share.kept;
  }
  return tally;
}

static struct rounds_tally sum_together(struct rounds_run *run, int worker, struct share *shares) {
  const struct rounds *rounds = &run->rounds[0];
  const struct meeting meeting = rounds_meeting_of(run, worker);
  const int64_t n = rounds->doubles, step = rounds_moving(1, n);
  uint64_t place = run->numbers + 1;
  struct rounds_tally tally = {0};
  for (struct stamped s = first_stamped(rounds); tally.rounds < rounds->rounds;
       s = next_stamped(s, step, n), place += 3) {
    for (int i = 0; i < run->held; i++)
      stamp(&shares[i], n, s.moving, s.unit);
    sum_all(run, &meeting, worker, place);
    count_sum(&tally, is_right(run->total, n, s.moving, rounds->total_weight * s.unit), s.number);
    for (int i = 0; i < run->held; i++)
      shares[i].vector[s.moving] = shares[i].kept;
  }
  return tally;
}

void rounds_allreduce(struct rounds_run *run, int worker) {
  const bool is_alone = run->workers * run->held == 1 && run->comm->processes > 1;
  struct share shares[HELD_MAX];
  for (int i = 0; i < run->held; i++)
    shares[i] = fill_share(run, i, worker);
  const struct rounds_tally tally =
      is_alone ? sum_alone(run, shares[0]) : sum_together(run, worker, shares);
  for (int i = 0; i < run->held; i++)
    *rounds_tally_of(run, i, worker) = tally;
}
