#include "engine/interpreter.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/memory.h"
#include "engine/await.h"
#include "engine/poison.h"

/* Where ranges are not numbered over the whole problem, each part has this many numbers to itself.
 */
enum { PART_BITS = 40 };

/* About how many chunks each worker gets if a schedule is dynamic and no grain is given. */
enum { TURNS_PER_WORKER = 64 };

/* Adds the time since the last lap to *spent_ns. One reading of the clock ends a lap and begins the
 * next: a reading takes as long as a small phase. */
static void lap(struct interpreter *interpreter, int64_t *spent_ns) {
  int64_t now_ns = clock_now_ns();
  *spent_ns += now_ns - interpreter->lap_ns;
  interpreter->lap_ns = now_ns;
  interpreter->spent.clock_readings++;
}

static bool has_exchange(const struct interpreter *interpreter) {
  return interpreter->phase->request && interpreter->comm->parts > 1;
}

/* Whether the parts share the ranges of this phase dynamically. */
static bool is_shared(const struct interpreter *interpreter) {
  return interpreter->phase->movable && interpreter->comm->parts > 1 &&
         interpreter->policy->schedule.kind != SCHEDULE_STATIC;
}

static int64_t grain_for(const struct interpreter *interpreter, int64_t units, int64_t workers) {
  const struct policy *policy = interpreter->policy;
  const struct schedule *schedule = &policy->schedule;
  /* under the lock too: it changes hands between ranges */
  bool fine = schedule->kind != SCHEDULE_STATIC || schedule->chunk > 0 || policy->lock;
  if (policy->grain > 0 || !fine)
    return policy->grain;
  double ranges =
      (double)workers * TURNS_PER_WORKER * (double)(schedule->chunk > 0 ? schedule->chunk : 1);
  return (int64_t)((double)units / ranges) + 1;
}

static int make_room(struct interpreter *interpreter, int64_t count, struct error *error) {
  size_t stride = node_stride(interpreter->partial_bytes), bytes;
  interpreter->node_count = count;
  if (interpreter->partial_bytes == 0)
    return 0;
  if (__builtin_mul_overflow((size_t)count, stride, &bytes))
    return error_set(error, EXIT_MACHINE, "%" PRId64 " partial results: too many", count);
  if (bytes > interpreter->nodes_bytes) {
    void *nodes;
    if (memory_check((double)bytes, "the ranges' partial results (a larger --grain makes fewer)",
                     error) ||
        memory_allocate(&nodes, count, stride, "the ranges' partial results", error))
      return error->code;
    free(interpreter->nodes);
    interpreter->nodes = nodes;
    interpreter->nodes_bytes = bytes;
  }
  if (interpreter->policy->poison && bytes > 0)
    memset(interpreter->nodes, 0xff, bytes);
  return 0;
}

static struct node *node_at(const struct interpreter *interpreter, int64_t i) {
  return (struct node *)(interpreter->nodes + (size_t)i * node_stride(interpreter->partial_bytes));
}

/* Most phases are cut like the one before. Read-mostly data are then not written again (see struct
 * interpreter). */
static void set_ranges(struct held *held, const struct ranges *ranges, int64_t first_node,
                       int64_t first_start) {
  if (held->first_node == first_node && held->first_start == first_start &&
      memcmp(&held->ranges, ranges, sizeof *ranges) == 0)
    return;
  held->ranges = *ranges;
  held->first_node = first_node;
  held->first_start = first_start;
}

/* Notes that the units [begin, end) of a phase must be executed. */
static void plan(struct interpreter *interpreter, int phase, int64_t begin, int64_t end) {
  struct tally tally = {0};
  tally_add(&tally, begin, end);
  tally_add_phase(&interpreter->spent.planned, &tally, phase);
}

int interpreter_begin_phase(struct interpreter *interpreter, int phase, int64_t workers,
                            struct error *error) {
  const struct phase *p = &interpreter->kernel->phases[phase];
  size_t bytes = p->partial_size ? p->partial_size(interpreter->held[0].state) : p->partial_bytes;
  int64_t count = 0;
  if (interpreter->phase != p)
    interpreter->phase = p;
  if (interpreter->partial_bytes != bytes)
    interpreter->partial_bytes = bytes;
  int64_t edge = has_exchange(interpreter) && interpreter->policy->overlap ? p->edge : 0;
  if (is_shared(
          interpreter)) { /* every part cuts the whole; who computes what is settled by turns */
    int64_t grain = grain_for(interpreter, interpreter->units, workers * interpreter->comm->parts);
    struct ranges ranges = ranges_make(0, interpreter->units, grain, 1, 0);
    if (interpreter->comm->first_part == 0)
      plan(interpreter, phase, 0, interpreter->units);
    for (int i = 0; i < interpreter->comm->held; i++)
      set_ranges(&interpreter->held[i], &ranges, 0, 0);
    return make_room(interpreter, ranges.count, error);
  }
  for (int i = 0; i < interpreter->comm->held; i++) {
    struct held *h = &interpreter->held[i];
    int64_t begin = p->extent ? 0 : h->part.begin;
    int64_t end = p->extent ? p->extent(h->state) : h->part.end;
    int64_t grain = grain_for(interpreter, end - begin, workers);
    plan(interpreter, phase, begin, end);
    struct ranges ranges = ranges_make(begin, end, grain, workers, edge);
    /* with a fixed grain the global ranges keep their numbers however the parts lie */
    set_ranges(h, &ranges, count,
               interpreter->policy->grain > 0 && !p->extent ? begin / interpreter->policy->grain
                                                            : (int64_t)h->part.index << PART_BITS);
    count += ranges.count;
  }
  return make_room(interpreter, count, error);
}

void *interpreter_partial(struct interpreter *interpreter, const struct held *held, int64_t k) {
  return interpreter->partial_bytes > 0 ? node_partial(node_at(interpreter, held->first_node + k))
                                        : NULL;
}

/* Makes the worker hold the lock, or not. */
static void hold(struct interpreter *interpreter, bool covered, int worker) {
  struct worker *w = &interpreter->workers[worker];
  if (covered && !w->holds)
    w->blocked_ns += lock_take_ns(interpreter->policy->lock);
  else if (!covered && w->holds)
    w->blocked_ns += lock_give_ns(interpreter->policy->lock);
  w->holds = covered;
}

/* Requests the operation of one unit, blocks until it is complete, and hands over its result. Only
 * the calls of the kernel count as computation. */
static void await_unit(struct interpreter *interpreter, struct held *held, int64_t unit,
                       void *partial, bool covered, int worker) {
  struct operation operation = {0};
  hold(interpreter, covered, worker);
  int64_t start_ns = clock_now_ns();
  interpreter->phase->ask(held->state, unit, &operation);
  hold(interpreter, false, worker);
  int64_t wait_ns = clock_now_ns();
  io_environment_await(&held->io, start_ns, &interpreter->workers[worker].received, &operation);
  int64_t end_ns = clock_now_ns();
  interpreter->workers[worker].blocked_ns += end_ns - wait_ns;
  interpreter->workers[worker].failures += operation.failure != 0;
  interpreter->workers[worker].retries += operation.retries;
  operation.elapsed_ns = end_ns - start_ns;
  hold(interpreter, covered, worker);
  interpreter->phase->arrived(held->state, unit, &operation, partial);
}

/* Whether range k of the held part computes under the lock. */
static bool is_covered(const struct interpreter *interpreter, const struct held *held, int64_t k) {
  const struct lock *lock = interpreter->policy->lock;
  return lock && lock_covers(lock, k, held->ranges.count, interpreter->team->workers);
}

void interpreter_compute(struct interpreter *interpreter, struct held *held, int64_t k,
                         int worker) {
  const struct phase *phase = interpreter->phase;
  int64_t begin, end, start = held->first_start + k;
  void *partial = interpreter_partial(interpreter, held, k);
  bool covered = is_covered(interpreter, held, k);
  range_at(&held->ranges, k, &begin, &end);
  if (partial)
    *node_at(interpreter, held->first_node + k) = (struct node){.start = start, .level = 0};
  hold(interpreter, covered && phase->body, worker);
  if (phase->body) {
    phase->body(held->state, begin, end, partial);
  } else {
    if (partial)
      memset(partial, 0, interpreter->partial_bytes);
    for (int64_t unit = begin; unit < end; unit++)
      await_unit(interpreter, held, unit, partial, covered, worker);
  }
  tally_add(&interpreter->workers[worker].executed, begin, end);
  if (covered && lock_wanted(interpreter->policy->lock))
    hold(interpreter, false, worker);
}

static void batch_task(void *context, int64_t index, int worker) {
  const struct range_batch *batch = context;
  int64_t k = batch->begin + index;
  if (k >= batch->skip_begin)
    k += batch->skip_end - batch->skip_begin;
  interpreter_compute(batch->interpreter, batch->held, k, worker);
}

/* A worker that has nothing more to do leaves the lock to others. */
static void batch_leave(void *context, int worker) {
  hold(((const struct range_batch *)context)->interpreter, false, worker);
}

/* Most batches are like the one before, which is then not written again (see struct
 * interpreter). */
static void run_batch(struct range_batch batch, int64_t count) {
  struct interpreter *interpreter = batch.interpreter;
  if (count == 0)
    return;
  if (memcmp(&interpreter->batch, &batch, sizeof batch) != 0)
    interpreter->batch = batch;
  interpreter->team->run(interpreter->team, count, batch_task,
                         interpreter->policy->lock ? batch_leave : NULL, &interpreter->batch);
  lap(interpreter, &interpreter->spent.compute_ns);
}

static void run_ranges(struct interpreter *interpreter, struct held *held, int64_t begin,
                       int64_t end) {
  run_batch((struct range_batch){interpreter, held, begin, INT64_MAX, INT64_MAX}, end - begin);
}

/* Asks every held part for its request. Returns the kind, the same for all. */
static enum request_kind ask_parts(struct interpreter *interpreter) {
  enum request_kind kind = REQUEST_NONE;
  for (int i = 0; i < interpreter->comm->held; i++) {
    struct side *side = &interpreter->sides[i];
    *side = (struct side){.part = interpreter->held[i].part};
    interpreter->phase->request(interpreter->held[i].state, &side->request);
    kind = side->request.kind;
    assert(kind == interpreter->sides[0].request.kind);
    /* otherwise sent data could change during the transfer */
    assert(kind != REQUEST_HALO || interpreter->phase->edge >= side->request.as.halo.width);
    if (interpreter->policy->poison)
      poison_received(side);
  }
  return kind;
}

/* Runs the ranges of all held parts that need nothing of the transfer, or else all the others. */
static void run_inner(struct interpreter *interpreter) {
  for (int i = 0; i < interpreter->comm->held; i++)
    run_ranges(interpreter, &interpreter->held[i], interpreter->held[i].ranges.inner_begin,
               interpreter->held[i].ranges.inner_end);
}

static void run_outer(struct interpreter *interpreter, bool inner_done) {
  for (int i = 0; i < interpreter->comm->held; i++) {
    const struct ranges *r = &interpreter->held[i].ranges;
    int64_t done_begin = inner_done ? r->inner_begin : 0;
    int64_t done_end = inner_done ? r->inner_end : 0;
    run_batch((struct range_batch){interpreter, &interpreter->held[i], 0, done_begin, done_end},
              r->count - (done_end - done_begin));
  }
}

static int run_with_transfer(struct interpreter *interpreter, struct error *error) {
  struct comm *comm = interpreter->comm;
  struct transfer transfer = {
      .kind = ask_parts(interpreter),
      .grain = interpreter->policy->grain,
      .hidden = interpreter->policy->overlap && interpreter->phase->edge < EDGE_ALL,
      .sides = interpreter->sides,
  };
  if (transfer.kind != REQUEST_NONE && comm->start(comm, &transfer, error))
    return error->code;
  if (transfer.hidden) {
    lap(interpreter, &interpreter->spent.exchange_ns);
    run_inner(interpreter);
  }
  if (transfer.kind != REQUEST_NONE && comm->finish(comm, &transfer, error))
    return error->code;
  lap(interpreter, &interpreter->spent.exchange_ns);
  run_outer(interpreter, transfer.hidden);
  return 0;
}

/* Ranges are taken in turns by all parts until none is left. A chunk keeps every worker of the
 * taker busy. Several parts in one process take turns too, so that tests see them mixed. */
static int run_shared(struct interpreter *interpreter, struct error *error) {
  struct comm *comm = interpreter->comm;
  const struct schedule *schedule = &interpreter->policy->schedule;
  int64_t takers = comm->parts;
  struct chunks chunks = {
      .count = interpreter->held[0].ranges.count,
      .least = (schedule->chunk > 0 ? schedule->chunk : 1) * interpreter->team->workers,
      .takers = schedule->kind == SCHEDULE_GUIDED ? takers : 0,
  };
  int64_t begin, end, taken = 0;
  (void)error;
  comm->tickets_reset(comm);
  for (int i = 0;; i = (i + 1) % comm->held) {
    bool any = chunks_take(&chunks, comm->ticket(comm), &begin, &end);
    lap(interpreter, &interpreter->spent.exchange_ns);
    if (!any)
      break;
    /* nodes stand in the order in which their ranges were taken */
    interpreter->held[i].first_node = taken - begin;
    run_ranges(interpreter, &interpreter->held[i], begin, end);
    taken += end - begin;
  }
  comm->tickets_finish(comm);
  lap(interpreter, &interpreter->spent.exchange_ns);
  interpreter->node_count = taken;
  return 0;
}

/* Adds up what the workers waited and executed since the phase began, and takes the waiting out of
 * the computing time. */
static void settle_workers(struct interpreter *interpreter, int phase) {
  int64_t sum_ns = 0;
  for (int i = 0; i < interpreter->team->workers; i++) {
    struct worker *worker = &interpreter->workers[i];
    sum_ns += worker->blocked_ns;
    interpreter->spent.failures += worker->failures;
    interpreter->spent.retries += worker->retries;
    tally_add_phase(&interpreter->spent.executed, &worker->executed, phase);
    worker->blocked_ns = worker->failures = worker->retries = 0;
    worker->executed = (struct tally){0};
  }
  interpreter->spent.blocked_ns += sum_ns / interpreter->team->workers;
  interpreter->spent.compute_ns -= sum_ns / interpreter->team->workers;
}

/* Room for the nodes of another process: before ours if there is any, or else behind. */
static void *room_for_nodes(struct joining *joining, size_t more) {
  struct interpreter *interpreter = joining->context;
  size_t before = (size_t)((char *)joining->bytes - interpreter->nodes);
  if (before >= more)
    return (char *)joining->bytes - more;
  if (interpreter->nodes_bytes - before - joining->size < more) {
    struct error error = {0}; /* the comm has a word of its own for that */
    size_t bytes = 2 * (joining->size + more);
    void *nodes;
    if (memory_allocate(&nodes, 1, bytes, "the partial results of all", &error))
      return NULL;
    if (joining->size > 0)
      memcpy(nodes, joining->bytes, joining->size);
    free(interpreter->nodes);
    interpreter->nodes = joining->bytes = nodes;
    interpreter->nodes_bytes = bytes;
  }
  return (char *)joining->bytes + joining->size;
}

/* They are where the room was: what it depends on is as it was then. */
static void take_nodes(struct joining *joining, size_t more) {
  struct interpreter *interpreter = joining->context;
  size_t stride = node_stride(interpreter->partial_bytes);
  if ((size_t)((char *)joining->bytes - interpreter->nodes) >= more)
    joining->bytes = (char *)joining->bytes - more;
  joining->size += more;
  int64_t count = tree_join(&joining->bytes, (int64_t)(joining->size / stride),
                            interpreter->partial_bytes, interpreter->phase->combine);
  joining->size = (size_t)count * stride;
}

/* Ranges that are not numbered over all parts have no common tree: each part combines its own to
 * one result, and the parts form the tree. */
static bool is_numbered(const struct interpreter *interpreter) {
  return is_shared(interpreter) || (interpreter->policy->grain > 0 && !interpreter->phase->extent);
}

static int combine_all(struct interpreter *interpreter, struct error *error) {
  const size_t bytes = interpreter->partial_bytes, stride = node_stride(bytes);
  tree_combine *combine = interpreter->phase->combine;
  int64_t count = tree_merge(interpreter->nodes, interpreter->node_count, bytes, combine);
  struct joining all = {interpreter->nodes, (size_t)count * stride, room_for_nodes, take_nodes,
                        interpreter};
  if (interpreter->comm->processes > 1) {
    if (interpreter->comm->held == 1 && !is_numbered(interpreter) && count > 0) {
      tree_fold(interpreter->nodes, count, bytes, combine);
      *node_at(interpreter, 0) = (struct node){.start = interpreter->comm->first_part};
      all.size = stride;
    }
    if (interpreter->comm->join(interpreter->comm, &all, error))
      return error->code;
  }
  interpreter->total = tree_fold(all.bytes, (int64_t)(all.size / stride), bytes, combine);
  return 0;
}

int interpreter_end_phase(struct interpreter *interpreter, int *next, struct error *error) {
  const struct phase *phase = interpreter->phase;
  int index = (int)(phase - interpreter->kernel->phases);
  interpreter->total = NULL;
  if (interpreter->partial_bytes > 0 && combine_all(interpreter, error))
    return error->code;
  *next = index + 1 < interpreter->kernel->phase_count && phase[1].stage == phase->stage
              ? index + 1
              : PHASE_END;
  for (int i = 0; phase->then && i < interpreter->comm->held; i++) {
    const void *total =
        phase->rounds ? rounds_result_of(interpreter->rounds, i) : interpreter->total;
    int answer = phase->then(interpreter->held[i].state, total);
    assert(i == 0 || answer == *next); /* all parts go the same way */
    *next = answer;
  }
  assert(*next == PHASE_END || interpreter->kernel->phases[*next].stage == phase->stage);
  settle_workers(interpreter, index);
  interpreter->spent.stages += *next == PHASE_END;
  return 0;
}

int interpreter_first_phase(const struct interpreter *interpreter, enum stage stage) {
  for (int i = 0; i < interpreter->kernel->phase_count; i++)
    if (interpreter->kernel->phases[i].stage == stage)
      return i;
  return PHASE_END;
}

static int open_rounds(struct interpreter *interpreter, struct error *error) {
  const struct rounds_place place = {interpreter->comm, interpreter->team,
                                     interpreter->policy->grain, interpreter->policy->poison};
  struct rounds_part *parts = calloc((size_t)interpreter->comm->held, sizeof *parts);
  if (!parts)
    return error_set(error, EXIT_MACHINE, "no memory for rounds");
  for (int i = 0; i < interpreter->comm->held; i++)
    parts[i] = (struct rounds_part){&interpreter->held[i].part, interpreter->held[i].state};
  rounds_open(&interpreter->rounds, &place, parts, error);
  free(parts);
  return error->code;
}

int interpreter_run_rounds(struct interpreter *interpreter, int phase, int *next,
                           struct error *error) {
  struct tally planned = {0}, executed = {0};
  interpreter->phase = &interpreter->kernel->phases[phase];
  interpreter->partial_bytes = 0;
  interpreter->node_count = 0;
  if ((!interpreter->rounds && open_rounds(interpreter, error)) ||
      rounds_execute(interpreter->rounds, interpreter->phase, &planned, &executed, error))
    return error->code;
  tally_add_phase(&interpreter->spent.planned, &planned, phase);
  tally_add_phase(&interpreter->spent.executed, &executed, phase);
  return interpreter_end_phase(interpreter, next, error);
}

static int run_phase(struct interpreter *interpreter, int phase, int *next, struct error *error) {
  if (interpreter->kernel->phases[phase].rounds) {
    if (interpreter_run_rounds(interpreter, phase, next, error))
      return error->code;
    lap(interpreter, &interpreter->spent.exchange_ns);
    return 0;
  }
  if (interpreter_begin_phase(interpreter, phase, interpreter->team->workers, error))
    return error->code;
  if (has_exchange(interpreter)) {
    if (run_with_transfer(interpreter, error))
      return error->code;
  } else if (is_shared(interpreter)) {
    if (run_shared(interpreter, error))
      return error->code;
  } else {
    for (int i = 0; i < interpreter->comm->held; i++)
      run_ranges(interpreter, &interpreter->held[i], 0, interpreter->held[i].ranges.count);
  }
  if (interpreter_end_phase(interpreter, next, error))
    return error->code;
  if (interpreter->partial_bytes >
      0) /* else the little that `then` took counts with what follows */
    lap(interpreter, &interpreter->spent.exchange_ns);
  return 0;
}

int interpreter_run(struct interpreter *interpreter, enum stage stage, struct error *error) {
  int phase = interpreter_first_phase(interpreter, stage);
  if (stage == STAGE_CHECK && interpreter->rounds)
    rounds_prove(interpreter->rounds);
  interpreter->lap_ns = clock_now_ns();
  while (phase != PHASE_END)
    if (run_phase(interpreter, phase, &phase, error))
      return error->code;
  lap(interpreter, &interpreter->spent.compute_ns);
  return 0;
}

static int open_held(struct interpreter *interpreter, int i, struct error *error) {
  const struct kernel *kernel = interpreter->kernel;
  struct held *held = &interpreter->held[i];
  size_t bytes = (kernel->state_bytes + 63) / 64 * 64;
  held->part = part_of(interpreter->units, interpreter->policy->grain,
                       interpreter->comm->first_part + i, interpreter->comm->parts);
  held->part.bounds = interpreter->bounds;
  held->state = aligned_alloc(64, bytes > 0 ? bytes : 64);
  if (!held->state)
    return error_set(error, EXIT_MACHINE, "no memory for the state of part %d", held->part.index);
  memset(held->state, 0, bytes);
  const struct needs needs =
      kernel->needs ? kernel->needs(interpreter->problem) : (struct needs){0};
  if (io_environment_open(&held->io, &needs, interpreter->policy->server, error))
    return error->code;
  if (!kernel->open)
    return 0;
  return kernel->open(held->state, interpreter->problem, &held->part, error);
}

int interpreter_open(struct interpreter *interpreter, const struct kernel *kernel,
                     const struct problem *problem, const struct policy *policy, struct comm *comm,
                     struct team *team, struct error *error) {
  *interpreter = (struct interpreter){
      .kernel = kernel,
      .problem = problem,
      .policy = policy,
      .comm = comm,
      .team = team,
      .units = kernel->units(problem),
  };
  interpreter->held = calloc((size_t)comm->held, sizeof *interpreter->held);
  interpreter->sides = calloc((size_t)comm->held, sizeof *interpreter->sides);
  interpreter->bounds = calloc((size_t)comm->parts + 1, sizeof *interpreter->bounds);
  interpreter->workers = aligned_alloc(64, (size_t)team->workers * sizeof *interpreter->workers);
  if (!interpreter->held || !interpreter->sides || !interpreter->bounds || !interpreter->workers) {
    error_set(error, EXIT_MACHINE, "no memory for %d parts", comm->held);
    goto fail;
  }
  memset(interpreter->workers, 0, (size_t)team->workers * sizeof *interpreter->workers);
  for (int i = 0; i < comm->parts; i++)
    interpreter->bounds[i + 1] = part_of(interpreter->units, policy->grain, i, comm->parts).end;
  for (int i = 0; i < comm->held; i++)
    if (open_held(interpreter, i, error))
      goto fail;
  return 0;
fail:
  interpreter_close(interpreter);
  return error->code;
}

void interpreter_close(struct interpreter *interpreter) {
  for (int i = 0; interpreter->held && i < interpreter->comm->held; i++) {
    if (interpreter->held[i].state && interpreter->kernel->close)
      interpreter->kernel->close(interpreter->held[i].state);
    if (interpreter->held[i].state)
      io_environment_close(&interpreter->held[i].io);
    free(interpreter->held[i].state);
  }
  free(interpreter->held);
  free(interpreter->sides);
  free(interpreter->bounds);
  for (int i = 0; interpreter->workers && i < interpreter->team->workers; i++)
    receive_buffer_free(&interpreter->workers[i].received);
  free(interpreter->workers);
  free(interpreter->nodes);
  rounds_close(interpreter->rounds);
  *interpreter = (struct interpreter){0};
}

struct verdict interpreter_verify(const struct interpreter *interpreter, int64_t passes) {
  return interpreter->kernel->verify(interpreter->held[0].state, interpreter->problem, passes);
}

bool verdict_holds(const struct verdict *verdict) {
  return verdict->error <= verdict->tolerance; /* false for NaN */
}
