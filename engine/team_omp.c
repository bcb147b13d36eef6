#include <limits.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/ending.h"
#include "engine/gate.h"
#include "engine/team.h"

/* libgomp is not built for the thread sanitizer, which therefore does not see that a region begins
 * after what stands before it and ends before what stands behind. Saying so by hand keeps its
 * reports to real races; a race in a task is still one, as a test shows. */
#ifdef __SANITIZE_THREAD__
void __tsan_acquire(void *address);
void __tsan_release(void *address);
/* Two places, or a worker that leaves would seem to come before one that enters later. */
static char begun, ended;
#  define TSAN_BEGIN() __tsan_release(&begun)
#  define TSAN_ENTER() __tsan_acquire(&begun)
#  define TSAN_LEAVE() __tsan_release(&ended)
#  define TSAN_END() __tsan_acquire(&ended)
#else
#  define TSAN_BEGIN()
#  define TSAN_ENTER()
#  define TSAN_LEAVE()
#  define TSAN_END()
#endif

/* A worker's own counter: the last call that it and the workers below it in the tree have
 * answered. */
struct worker_counter {
  _Alignas(64) _Atomic uint64_t answered;
};

/* The arity of the tree in which workers report their arrival. */
enum { FAN = 4 };

/* How often a worker polls before it sleeps. On x86 a poll is a PAUSE, 40 to 140 cycles: some
 * milliseconds in all. With shorter polling, two workers that had started on one core alternated
 * there for 0.2 s before the system moved one to a core of its own. */
enum { LOOKS = 1 << 18, LOOKS_IN_A_CROWD = 16 };

/* A call of the workers. */
struct call {
  int64_t count;   /* of indices; EACH: each worker does that of its own number */
  team_task *task; /* NULL: go home */
  team_leave *leave;
  void *context;
};
enum { EACH = -1 };

/* The team's single parallel region, in which the workers wait until worker 0 calls them. Creating
 * a region for each phase takes some 0.7 us with libgomp; a call and its answers are two messages
 * between cores. It is static, since data on a stack would be passed to the threads in a structure
 * of the compiler, which the sanitizer does not see. */
static struct {
  _Alignas(64) _Atomic uint64_t calls; /* so far; the last is in the same line of the cache */
  struct call call;
  int workers;              /* that wait in the region: as many as OpenMP created; 0: no region */
  struct schedule schedule; /* of all calls */

  _Alignas(64) int64_t looks;
  struct gate called, arrived;
  struct worker_counter *seats;
  team_body *body;
  void *body_context;
  int result;
} region = {.called = GATE_INITIALIZER, .arrived = GATE_INITIALIZER};

/* The same as schedule(static, chunk). In the run time system that takes longer than the rest of a
 * small region: some 0.1 us with libgomp, several us with LLVM's. */
static void do_static_share(const struct call *call, int worker, int workers) {
  int64_t count = call->count, chunk = region.schedule.chunk;
  if (chunk == 0) { /* one block each, as equal as can be */
    int64_t least = count / workers, longer = count % workers;
    int64_t begin = worker * least + (worker < longer ? worker : longer);
    for (int64_t i = begin; i < begin + least + (worker < longer); i++)
      call->task(call->context, i, worker);
    return;
  }
  for (int64_t ticket = worker; ticket <= (count - 1) / chunk; ticket += workers)
    for (int64_t i = ticket * chunk; i < count && i - ticket * chunk < chunk; i++)
      call->task(call->context, i, worker);
}

static void do_dynamic_share(const struct call *call, int worker) {
#pragma omp for schedule(runtime) nowait
  for (int64_t i = 0; i < region.call.count; i++)
    call->task(call->context, i, worker);
}

static void do_share(int worker) {
  const struct call *call = &region.call;
  if (call->count == EACH)
    call->task(call->context, worker, worker);
  else if (region.schedule.kind == SCHEDULE_STATIC)
    do_static_share(call, worker, region.workers);
  else
    do_dynamic_share(call, worker);
  if (call->leave)
    call->leave(call->context, worker);
}

/* Waits until all below this worker in the tree have answered the call. */
static void gather_answers(int worker, uint64_t number) {
  for (int below = FAN * worker + 1; below <= FAN * worker + FAN && below < region.workers; below++)
    gate_wait(&region.arrived, &region.seats[below].answered, number, region.looks);
}

static void stand_by(int worker) {
  for (uint64_t number = 1;; number++) {
    gate_wait(&region.called, &region.calls, number, region.looks);
    if (!region.call.task)
      return;
    do_share(worker);
    gather_answers(worker, number);
    gate_move(&region.arrived, &region.seats[worker].answered, number);
  }
}

/* Most calls are like the one before. Unchanged data are not written again: they stay in the caches
 * of the polling workers, and each write would cost each of them a cache miss. */
static void call_all(const struct call *call) {
  uint64_t number = atomic_load_explicit(&region.calls, memory_order_relaxed) + 1;
  if (memcmp(&region.call, call, sizeof *call) != 0)
    region.call = *call;
  gate_move(&region.called, &region.calls, number);
  if (!call->task)
    return;
  do_share(0);
  gather_answers(0, number);
}

static int open_region(struct team *team, team_body *body, void *context, int64_t looks) {
  region.looks = looks;
  region.body = body;
  region.body_context = context;
  region.calls = 0;
  for (int i = 0; i < team->workers; i++)
    region.seats[i].answered = 0;
  TSAN_BEGIN();
#pragma omp parallel num_threads(team->workers)
  {
    int worker = omp_get_thread_num();
    TSAN_ENTER();
    if (worker == 0) {
      region.workers = omp_get_num_threads();
      region.result = region.body(region.body_context);
      call_all(&(struct call){0});
      region.workers = 0;
    } else {
      stand_by(worker);
    }
    TSAN_LEAVE();
  }
  TSAN_END();
  return region.result;
}

static int within(struct team *team, team_body *body, void *context) {
  return open_region(team, body, context, team->crowded ? LOOKS_IN_A_CROWD : LOOKS);
}

static int call_once(void *context) {
  call_all(context);
  return 0;
}

/* Outside of the region a call is not urgent, and its threads may just have been created on the
 * core of this one: a waiting worker yields its core. */
static void make_call(struct team *team, struct call call) {
  if (region.workers > 0)
    call_all(&call);
  else
    open_region(team, call_once, &call, LOOKS_IN_A_CROWD);
}

static void run(struct team *team, int64_t count, team_task *task, team_leave *leave,
                void *context) {
  if (count != 1 && team->workers != 1) {
    make_call(team, (struct call){count, task, leave, context});
    return;
  }
  for (int64_t i = 0; i < count; i++) /* a call would only cost */
    task(context, i, 0);
  if (leave)
    leave(context, 0);
}

static void each(struct team *team, team_task *task, void *context) {
  make_call(team, (struct call){EACH, task, NULL, context});
}

static void count_threads(void *context, int64_t index, int worker) {
  (void)index;
  if (worker == 0)
    *(int *)context = region.workers;
}

/* OMP_WAIT_POLICY=passive: a waiting worker yields its core, as in OpenMP's own waiting. */
static bool is_passive(void) {
  const char *policy = getenv("OMP_WAIT_POLICY");
  return policy && strcasecmp(policy, "passive") == 0;
}

int team_omp_open(struct team *team, int threads, const struct schedule *schedule,
                  struct error *error) {
  static const omp_sched_t kinds[] = {
      [SCHEDULE_STATIC] = omp_sched_static,
      [SCHEDULE_DYNAMIC] = omp_sched_dynamic,
      [SCHEDULE_GUIDED] = omp_sched_guided,
  };
  static char creating[120]; /* what libgomp may fail at, by ending the process */
  int got = 0, chunk = schedule->chunk > INT_MAX ? INT_MAX : (int)schedule->chunk;
  free(region.seats); /* of a team before */
  region.seats = aligned_alloc(sizeof *region.seats, (size_t)threads * sizeof *region.seats);
  if (!region.seats)
    return error_set(error, EXIT_MACHINE, "no memory for %d threads", threads);
  region.schedule = *schedule;
  omp_set_dynamic(0);
  omp_set_schedule(kinds[schedule->kind], chunk);
  *team = (struct team){
      .workers = threads,
      .crowded = threads > omp_get_num_procs() || is_passive(),
      .run = run,
      .each = each,
      .within = within,
  };
  snprintf(
      creating, sizeof creating,
      "cannot create %d threads; use fewer --threads or raise the limit (ulimit -u, ulimit -v)",
      threads);
  ending_expect(creating);
  each(team, count_threads, &got);
  ending_expect(NULL);
  if (got != threads)
    return error_set(error, EXIT_MACHINE, "%d threads requested, %d obtained (OMP_THREAD_LIMIT?)",
                     threads, got);
  return 0;
}
