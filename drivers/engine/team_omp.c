#include <limits.h>
#include <omp.h>

#include "drivers/engine/team.h"

/* libgomp is not built for the thread sanitizer, which therefore does not see that a region begins
 * after what stands before it and ends before what stands behind. Saying so by hand keeps its
 * reports to real races; a race in a task is still one, as a test shows. */
#ifdef __SANITIZE_THREAD__
void __tsan_acquire(void *address);
void __tsan_release(void *address);
/* Two places, or a worker that leaves would seem to come before one that enters later. */
static char begun, ended;
#  define TELL_BEGIN() __tsan_release(&begun)
#  define TELL_ENTER() __tsan_acquire(&begun)
#  define TELL_LEAVE() __tsan_release(&ended)
#  define TELL_END() __tsan_acquire(&ended)
#else
#  define TELL_BEGIN()
#  define TELL_ENTER()
#  define TELL_LEAVE()
#  define TELL_END()
#endif

/* What the region under way does. Not on the stack, where the compiler would hand it to the threads
 * in a structure of its own, out of the sanitizer's sight. */
static struct {
  _Alignas(64) int64_t count; /* and all the rest in the same line of the cache */
  team_task *task;
  void *context;
  struct schedule schedule; /* of all regions */
} region;

/* What schedule(static, chunk) would do. Left to the runtime, that takes longer than the rest of a
 * small region: some 0.1 us with libgomp, several us with LLVM's. */
static void do_static_share(int worker, int workers) {
  int64_t count = region.count, chunk = region.schedule.chunk;
  if (chunk == 0) { /* one block each, as equal as can be */
    int64_t least = count / workers, longer = count % workers;
    int64_t begin = worker * least + (worker < longer ? worker : longer);
    for (int64_t i = begin; i < begin + least + (worker < longer); i++)
      region.task(region.context, i, worker);
    return;
  }
  for (int64_t turn = worker; turn <= (count - 1) / chunk; turn += workers)
    for (int64_t i = turn * chunk; i < count && i - turn * chunk < chunk; i++)
      region.task(region.context, i, worker);
}

static void do_share(void) {
  if (region.schedule.kind == SCHEDULE_STATIC) {
    do_static_share(omp_get_thread_num(), omp_get_num_threads());
    return;
  }
#pragma omp for schedule(runtime) nowait
  for (int64_t i = 0; i < region.count; i++)
    region.task(region.context, i, omp_get_thread_num());
}

static void run(struct team *team, int64_t count, team_task *task, void *context) {
  if (count == 1 || team->workers == 1) { /* a region would only cost */
    for (int64_t i = 0; i < count; i++)
      task(context, i, 0);
    return;
  }
  region.count = count;
  region.task = task;
  region.context = context;
  TELL_BEGIN();
#pragma omp parallel num_threads(team->workers)
  {
    TELL_ENTER();
    do_share();
    TELL_LEAVE();
  }
  TELL_END();
}

static void each(struct team *team, team_task *task, void *context) {
  region.task = task;
  region.context = context;
  TELL_BEGIN();
#pragma omp parallel num_threads(team->workers)
  {
    TELL_ENTER();
    region.task(region.context, omp_get_thread_num(), omp_get_thread_num());
    TELL_LEAVE();
  }
  TELL_END();
}

static void count_threads(void *context, int64_t index, int worker) {
  (void)index;
  if (worker == 0)
    *(int *)context = omp_get_num_threads();
}

int team_omp_open(struct team *team, int threads, const struct schedule *schedule,
                  struct error *error) {
  static const omp_sched_t kinds[] = {
      [SCHEDULE_STATIC] = omp_sched_static,
      [SCHEDULE_DYNAMIC] = omp_sched_dynamic,
      [SCHEDULE_GUIDED] = omp_sched_guided,
  };
  int got = 0, chunk = schedule->chunk > INT_MAX ? INT_MAX : (int)schedule->chunk;
  region.schedule = *schedule;
  omp_set_dynamic(0);
  omp_set_schedule(kinds[schedule->kind], chunk);
  *team = (struct team){.workers = threads, .run = run, .each = each};
  each(team, count_threads, &got);
  if (got != threads)
    return error_set(error, EXIT_MACHINE,
                     "%d threads asked for, OpenMP gave %d (OMP_THREAD_LIMIT?)", threads, got);
  return 0;
}
