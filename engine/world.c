#include "engine/world.h"

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

/* Where a schedule needs something to choose from and no grain is given: about how often each
 * worker is handed ranges. */
enum { TURNS_PER_WORKER = 64 };

/* Adds the time since the last lap to *spent_ns. One reading of the clock ends a lap and begins the
 * next: a reading takes as long as a small phase. */
static void lap(struct world *world, int64_t *spent_ns) {
  int64_t now_ns = clock_now_ns();
  *spent_ns += now_ns - world->lap_ns;
  world->lap_ns = now_ns;
}

static bool has_exchange(const struct world *world) {
  return world->phase->request && world->comm->parts > 1;
}

/* Whether parts take ranges of this phase from each other. */
static bool is_shared(const struct world *world) {
  return world->phase->movable && world->comm->parts > 1 &&
         world->policy->schedule.kind != SCHEDULE_STATIC;
}

static int64_t grain_for(const struct world *world, int64_t units, int64_t workers) {
  const struct policy *policy = world->policy;
  const struct schedule *schedule = &policy->schedule;
  /* under the lock too: it changes hands between ranges */
  bool fine = schedule->kind != SCHEDULE_STATIC || schedule->chunk > 0 || policy->lock;
  if (policy->grain > 0 || !fine)
    return policy->grain;
  double ranges =
      (double)workers * TURNS_PER_WORKER * (double)(schedule->chunk > 0 ? schedule->chunk : 1);
  return (int64_t)((double)units / ranges) + 1;
}

static int make_room(struct world *world, int64_t count, struct error *error) {
  size_t stride = node_stride(world->partial_bytes), bytes;
  world->node_count = count;
  if (world->partial_bytes == 0)
    return 0;
  if (__builtin_mul_overflow((size_t)count, stride, &bytes))
    return error_set(error, EXIT_MACHINE, "%" PRId64 " partial results: too many", count);
  if (bytes > world->nodes_bytes) {
    void *nodes;
    if (memory_check((double)bytes, "the ranges' partial results (a larger --grain makes fewer)",
                     error) ||
        memory_allocate(&nodes, count, stride, "the ranges' partial results", error))
      return error->code;
    free(world->nodes);
    world->nodes = nodes;
    world->nodes_bytes = bytes;
  }
  if (world->policy->poison && bytes > 0)
    memset(world->nodes, 0xff, bytes);
  return 0;
}

static struct node *node_at(const struct world *world, int64_t i) {
  return (struct node *)(world->nodes + (size_t)i * node_stride(world->partial_bytes));
}

/* Most phases are cut like the one before. What all workers read is then left as it is (see struct
 * world). */
static void set_ranges(struct held *held, const struct ranges *ranges, int64_t first_node,
                       int64_t first_start) {
  if (held->first_node == first_node && held->first_start == first_start &&
      memcmp(&held->ranges, ranges, sizeof *ranges) == 0)
    return;
  held->ranges = *ranges;
  held->first_node = first_node;
  held->first_start = first_start;
}

int world_begin_phase(struct world *world, int phase, int64_t workers, struct error *error) {
  const struct phase *p = &world->kernel->phases[phase];
  size_t bytes = p->partial_size ? p->partial_size(world->held[0].state) : p->partial_bytes;
  int64_t count = 0;
  if (world->phase != p)
    world->phase = p;
  if (world->partial_bytes != bytes)
    world->partial_bytes = bytes;
  int64_t edge = has_exchange(world) && world->policy->overlap ? p->edge : 0;
  if (is_shared(world)) { /* every part cuts the whole; who computes what is settled by turns */
    int64_t grain = grain_for(world, world->units, workers * world->comm->parts);
    struct ranges ranges = ranges_make(0, world->units, grain, 1, 0);
    for (int i = 0; i < world->comm->held; i++)
      set_ranges(&world->held[i], &ranges, 0, 0);
    return make_room(world, ranges.count, error);
  }
  for (int i = 0; i < world->comm->held; i++) {
    struct held *h = &world->held[i];
    int64_t begin = p->extent ? 0 : h->part.begin;
    int64_t end = p->extent ? p->extent(h->state) : h->part.end;
    int64_t grain = grain_for(world, end - begin, workers);
    struct ranges ranges = ranges_make(begin, end, grain, workers, edge);
    /* with a fixed grain the global ranges keep their numbers however the parts lie */
    set_ranges(h, &ranges, count,
               world->policy->grain > 0 && !p->extent ? begin / world->policy->grain
                                                      : (int64_t)h->part.index << PART_BITS);
    count += ranges.count;
  }
  return make_room(world, count, error);
}

void *world_partial(struct world *world, const struct held *held, int64_t k) {
  return world->partial_bytes > 0 ? node_partial(node_at(world, held->first_node + k)) : NULL;
}

/* Makes the worker hold the lock, or not. */
static void hold(struct world *world, bool covered, int worker) {
  struct worker *w = &world->workers[worker];
  if (covered && !w->holds)
    w->blocked_ns += lock_take_ns(world->policy->lock);
  else if (!covered && w->holds)
    w->blocked_ns += lock_give_ns(world->policy->lock);
  w->holds = covered;
}

/* Asks for one unit, blocks until it is there, hands it over. Only asking and taking compute. */
static void await_unit(struct world *world, struct held *held, int64_t unit, void *partial,
                       bool covered, int worker) {
  struct operation operation = {0};
  hold(world, covered, worker);
  int64_t start_ns = clock_now_ns();
  world->phase->ask(held->state, unit, &operation);
  hold(world, false, worker);
  int64_t wait_ns = clock_now_ns();
  outside_await(&held->outside, start_ns, &world->workers[worker].landing, &operation);
  int64_t end_ns = clock_now_ns();
  world->workers[worker].blocked_ns += end_ns - wait_ns;
  world->workers[worker].failures += operation.failure != 0;
  world->workers[worker].retries += operation.retries;
  operation.elapsed_ns = end_ns - start_ns;
  hold(world, covered, worker);
  world->phase->arrived(held->state, unit, &operation, partial);
}

/* Whether range k of the held part computes under the lock. */
static bool is_covered(const struct world *world, const struct held *held, int64_t k) {
  const struct lock *lock = world->policy->lock;
  return lock && lock_covers(lock, k, held->ranges.count, world->team->workers);
}

void world_compute(struct world *world, struct held *held, int64_t k, int worker) {
  const struct phase *phase = world->phase;
  int64_t begin, end, start = held->first_start + k;
  void *partial = world_partial(world, held, k);
  bool covered = is_covered(world, held, k);
  range_at(&held->ranges, k, &begin, &end);
  if (partial)
    *node_at(world, held->first_node + k) = (struct node){.start = start, .level = 0};
  hold(world, covered && phase->body, worker);
  if (phase->body) {
    phase->body(held->state, begin, end, partial);
  } else {
    if (partial)
      memset(partial, 0, world->partial_bytes);
    for (int64_t unit = begin; unit < end; unit++)
      await_unit(world, held, unit, partial, covered, worker);
  }
  if (covered && lock_wanted(world->policy->lock))
    hold(world, false, worker);
}

static void batch_task(void *context, int64_t index, int worker) {
  const struct batch *batch = context;
  int64_t k = batch->begin + index;
  if (k >= batch->skip_begin)
    k += batch->skip_end - batch->skip_begin;
  world_compute(batch->world, batch->held, k, worker);
}

/* A worker that has nothing more to do leaves the lock to others. */
static void batch_leave(void *context, int worker) {
  hold(((const struct batch *)context)->world, false, worker);
}

/* Most batches are like the one before, which is then left as it is (see struct world). */
static void run_batch(struct batch batch, int64_t count) {
  struct world *world = batch.world;
  if (count == 0)
    return;
  if (memcmp(&world->batch, &batch, sizeof batch) != 0)
    world->batch = batch;
  world->team->run(world->team, count, batch_task, world->policy->lock ? batch_leave : NULL,
                   &world->batch);
  lap(world, &world->spent.compute_ns);
}

static void run_ranges(struct world *world, struct held *held, int64_t begin, int64_t end) {
  run_batch((struct batch){world, held, begin, INT64_MAX, INT64_MAX}, end - begin);
}

/* Asks every held part what it needs. Returns the kind, the same for all. */
static enum request_kind ask_parts(struct world *world) {
  enum request_kind kind = REQUEST_NONE;
  for (int i = 0; i < world->comm->held; i++) {
    struct side *side = &world->sides[i];
    *side = (struct side){.part = world->held[i].part};
    world->phase->request(world->held[i].state, &side->request);
    kind = side->request.kind;
    assert(kind == world->sides[0].request.kind);
    /* or what is sent could change on its way */
    assert(kind != REQUEST_HALO || world->phase->edge >= side->request.as.halo.width);
    if (world->policy->poison)
      poison_received(side);
  }
  return kind;
}

/* Runs the ranges of all held parts that need nothing of the transfer, or else all the others. */
static void run_inner(struct world *world) {
  for (int i = 0; i < world->comm->held; i++)
    run_ranges(world, &world->held[i], world->held[i].ranges.inner_begin,
               world->held[i].ranges.inner_end);
}

static void run_outer(struct world *world, bool inner_done) {
  for (int i = 0; i < world->comm->held; i++) {
    const struct ranges *r = &world->held[i].ranges;
    int64_t done_begin = inner_done ? r->inner_begin : 0;
    int64_t done_end = inner_done ? r->inner_end : 0;
    run_batch((struct batch){world, &world->held[i], 0, done_begin, done_end},
              r->count - (done_end - done_begin));
  }
}

static int run_with_transfer(struct world *world, struct error *error) {
  struct comm *comm = world->comm;
  struct transfer transfer = {
      .kind = ask_parts(world),
      .grain = world->policy->grain,
      .hidden = world->policy->overlap && world->phase->edge < EDGE_ALL,
      .sides = world->sides,
  };
  if (transfer.kind != REQUEST_NONE && comm->start(comm, &transfer, error))
    return error->code;
  if (transfer.hidden) {
    lap(world, &world->spent.exchange_ns);
    run_inner(world);
  }
  if (transfer.kind != REQUEST_NONE && comm->finish(comm, &transfer, error))
    return error->code;
  lap(world, &world->spent.exchange_ns);
  run_outer(world, transfer.hidden);
  return 0;
}

/* Ranges are taken in turns by all parts until none is left. A chunk keeps every worker of the
 * taker busy. Several parts in one process take turns too, so that tests see them mixed. */
static int run_shared(struct world *world, struct error *error) {
  struct comm *comm = world->comm;
  const struct schedule *schedule = &world->policy->schedule;
  int64_t takers = comm->parts;
  struct chunks chunks = {
      .count = world->held[0].ranges.count,
      .least = (schedule->chunk > 0 ? schedule->chunk : 1) * world->team->workers,
      .takers = schedule->kind == SCHEDULE_GUIDED ? takers : 0,
  };
  int64_t begin, end, taken = 0;
  (void)error;
  comm->turns_begin(comm);
  for (int i = 0;; i = (i + 1) % comm->held) {
    bool any = chunks_take(&chunks, comm->turn(comm), &begin, &end);
    lap(world, &world->spent.exchange_ns);
    if (!any)
      break;
    /* nodes stand in the order in which their ranges were taken */
    world->held[i].first_node = taken - begin;
    run_ranges(world, &world->held[i], begin, end);
    taken += end - begin;
  }
  world->node_count = taken;
  return 0;
}

/* Adds up what the workers waited since the phase began, and takes it out of the computing time. */
static void settle_blocked(struct world *world) {
  int64_t sum_ns = 0;
  for (int w = 0; w < world->team->workers; w++) {
    sum_ns += world->workers[w].blocked_ns;
    world->spent.failures += world->workers[w].failures;
    world->spent.retries += world->workers[w].retries;
    world->workers[w].blocked_ns = world->workers[w].failures = world->workers[w].retries = 0;
  }
  world->spent.blocked_ns += sum_ns / world->team->workers;
  world->spent.compute_ns -= sum_ns / world->team->workers;
}

/* Room for the nodes of another process: before ours if there is any, or else behind. */
static void *room_for_nodes(struct joining *joining, size_t more) {
  struct world *world = joining->context;
  size_t before = (size_t)((char *)joining->bytes - world->nodes);
  if (before >= more)
    return (char *)joining->bytes - more;
  if (world->nodes_bytes - before - joining->size < more) {
    struct error error = {0}; /* the comm has a word of its own for that */
    size_t bytes = 2 * (joining->size + more);
    void *nodes;
    if (memory_allocate(&nodes, 1, bytes, "the partial results of all", &error))
      return NULL;
    if (joining->size > 0)
      memcpy(nodes, joining->bytes, joining->size);
    free(world->nodes);
    world->nodes = joining->bytes = nodes;
    world->nodes_bytes = bytes;
  }
  return (char *)joining->bytes + joining->size;
}

/* They are where the room was: what it depends on is as it was then. */
static void take_nodes(struct joining *joining, size_t more) {
  struct world *world = joining->context;
  size_t stride = node_stride(world->partial_bytes);
  if ((size_t)((char *)joining->bytes - world->nodes) >= more)
    joining->bytes = (char *)joining->bytes - more;
  joining->size += more;
  int64_t count = tree_join(&joining->bytes, (int64_t)(joining->size / stride),
                            world->partial_bytes, world->phase->combine);
  joining->size = (size_t)count * stride;
}

/* Ranges that are not numbered over all parts have no tree in common: what a part has of them is
 * one result, and the parts make the tree. */
static bool is_numbered(const struct world *world) {
  return is_shared(world) || (world->policy->grain > 0 && !world->phase->extent);
}

static int combine_all(struct world *world, struct error *error) {
  const size_t bytes = world->partial_bytes, stride = node_stride(bytes);
  tree_combine *combine = world->phase->combine;
  int64_t count = tree_merge(world->nodes, world->node_count, bytes, combine);
  struct joining all = {world->nodes, (size_t)count * stride, room_for_nodes, take_nodes, world};
  if (world->comm->processes > 1) {
    if (world->comm->held == 1 && !is_numbered(world) && count > 0) {
      tree_fold(world->nodes, count, bytes, combine);
      *node_at(world, 0) = (struct node){.start = world->comm->first_part};
      all.size = stride;
    }
    if (world->comm->join(world->comm, &all, error))
      return error->code;
  }
  world->total = tree_fold(all.bytes, (int64_t)(all.size / stride), bytes, combine);
  return 0;
}

int world_end_phase(struct world *world, int *next, struct error *error) {
  const struct phase *phase = world->phase;
  int index = (int)(phase - world->kernel->phases);
  world->total = NULL;
  if (world->partial_bytes > 0 && combine_all(world, error))
    return error->code;
  *next = index + 1 < world->kernel->phase_count && phase[1].stage == phase->stage ? index + 1
                                                                                   : PHASE_END;
  for (int i = 0; phase->then && i < world->comm->held; i++) {
    int answer = phase->then(world->held[i].state, world->total);
    assert(i == 0 || answer == *next); /* all parts go the same way */
    *next = answer;
  }
  assert(*next == PHASE_END || world->kernel->phases[*next].stage == phase->stage);
  settle_blocked(world);
  return 0;
}

int world_first_phase(const struct world *world, enum stage stage) {
  for (int i = 0; i < world->kernel->phase_count; i++)
    if (world->kernel->phases[i].stage == stage)
      return i;
  return PHASE_END;
}

static int run_phase(struct world *world, int phase, int *next, struct error *error) {
  if (world_begin_phase(world, phase, world->team->workers, error))
    return error->code;
  if (has_exchange(world)) {
    if (run_with_transfer(world, error))
      return error->code;
  } else if (is_shared(world)) {
    if (run_shared(world, error))
      return error->code;
  } else {
    for (int i = 0; i < world->comm->held; i++)
      run_ranges(world, &world->held[i], 0, world->held[i].ranges.count);
  }
  if (world_end_phase(world, next, error))
    return error->code;
  if (world->partial_bytes > 0) /* else the little that `then` took counts with what follows */
    lap(world, &world->spent.exchange_ns);
  return 0;
}

int world_run(struct world *world, enum stage stage, struct error *error) {
  int phase = world_first_phase(world, stage);
  world->lap_ns = clock_now_ns();
  while (phase != PHASE_END)
    if (run_phase(world, phase, &phase, error))
      return error->code;
  lap(world, &world->spent.compute_ns);
  return 0;
}

static int open_held(struct world *world, int i, struct error *error) {
  const struct kernel *kernel = world->kernel;
  struct held *held = &world->held[i];
  size_t bytes = (kernel->state_bytes + 63) / 64 * 64;
  held->part =
      part_of(world->units, world->policy->grain, world->comm->first_part + i, world->comm->parts);
  held->part.bounds = world->bounds;
  held->state = aligned_alloc(64, bytes > 0 ? bytes : 64);
  if (!held->state)
    return error_set(error, EXIT_MACHINE, "no memory for the state of part %d", held->part.index);
  memset(held->state, 0, bytes);
  const struct needs needs = kernel->needs ? kernel->needs(world->problem) : (struct needs){0};
  if (outside_open(&held->outside, &needs, world->policy->server, error))
    return error->code;
  if (!kernel->open)
    return 0;
  return kernel->open(held->state, world->problem, &held->part, error);
}

int world_open(struct world *world, const struct kernel *kernel, const struct problem *problem,
               const struct policy *policy, struct comm *comm, struct team *team,
               struct error *error) {
  *world = (struct world){
      .kernel = kernel,
      .problem = problem,
      .policy = policy,
      .comm = comm,
      .team = team,
      .units = kernel->units(problem),
  };
  world->held = calloc((size_t)comm->held, sizeof *world->held);
  world->sides = calloc((size_t)comm->held, sizeof *world->sides);
  world->bounds = calloc((size_t)comm->parts + 1, sizeof *world->bounds);
  world->workers = aligned_alloc(64, (size_t)team->workers * sizeof *world->workers);
  if (!world->held || !world->sides || !world->bounds || !world->workers) {
    error_set(error, EXIT_MACHINE, "no memory for %d parts", comm->held);
    goto fail;
  }
  memset(world->workers, 0, (size_t)team->workers * sizeof *world->workers);
  for (int i = 0; i < comm->parts; i++)
    world->bounds[i + 1] = part_of(world->units, policy->grain, i, comm->parts).end;
  for (int i = 0; i < comm->held; i++)
    if (open_held(world, i, error))
      goto fail;
  return 0;
fail:
  world_close(world);
  return error->code;
}

void world_close(struct world *world) {
  for (int i = 0; world->held && i < world->comm->held; i++) {
    if (world->held[i].state && world->kernel->close)
      world->kernel->close(world->held[i].state);
    if (world->held[i].state)
      outside_close(&world->held[i].outside);
    free(world->held[i].state);
  }
  free(world->held);
  free(world->sides);
  free(world->bounds);
  for (int i = 0; world->workers && i < world->team->workers; i++)
    landing_free(&world->workers[i].landing);
  free(world->workers);
  free(world->nodes);
  *world = (struct world){0};
}

struct verdict world_verify(const struct world *world, int64_t passes) {
  return world->kernel->verify(world->held[0].state, world->problem, passes);
}

bool verdict_holds(const struct verdict *verdict) {
  return verdict->error <= verdict->tolerance; /* false for NaN */
}
