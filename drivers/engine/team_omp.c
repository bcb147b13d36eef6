#include <limits.h>
#include <omp.h>

#include "drivers/engine/team.h"

/* libgomp is not built for the thread sanitizer, which therefore does not see that a region begins
 * after what stands before it and ends before what stands behind. Saying so by hand keeps its
 * reports to real races; a race in a task is still one, as a test shows. */
#ifdef __SANITIZE_THREAD__
void __tsan_acquire(void *address);
void __tsan_release(void *address);
#  define TELL_BEGIN(address) __tsan_release(address)
#  define TELL_ENTER(address) __tsan_acquire(address)
#  define TELL_LEAVE(address) __tsan_release(address)
#  define TELL_END(address) __tsan_acquire(address)
#else
#  define TELL_BEGIN(address)
#  define TELL_ENTER(address)
#  define TELL_LEAVE(address)
#  define TELL_END(address)
#endif

/* What the region under way does. Not on the stack, where the compiler would hand it to the threads
 * in a structure of its own, out of the sanitizer's sight. */
static struct {
  int64_t count;
  team_task *task;
  void *context;
} region;

static void run(struct team *team, int64_t count, team_task *task, void *context) {
  if (count == 1 || team->workers == 1) { /* a region would only cost */
    for (int64_t i = 0; i < count; i++)
      task(context, i, 0);
    return;
  }
  region.count = count;
  region.task = task;
  region.context = context;
  TELL_BEGIN(&region);
#pragma omp parallel num_threads(team->workers)
  {
    TELL_ENTER(&region);
#pragma omp for schedule(runtime) nowait
    for (int64_t i = 0; i < region.count; i++)
      region.task(region.context, i, omp_get_thread_num());
    TELL_LEAVE(&region);
  }
  TELL_END(&region);
}

static void each(struct team *team, team_task *task, void *context) {
  region.task = task;
  region.context = context;
  TELL_BEGIN(&region);
#pragma omp parallel num_threads(team->workers)
  {
    TELL_ENTER(&region);
    region.task(region.context, omp_get_thread_num(), omp_get_thread_num());
    TELL_LEAVE(&region);
  }
  TELL_END(&region);
}

int team_omp_open(struct team *team, int threads, const struct schedule *schedule,
                  struct error *error) {
  static const omp_sched_t kinds[] = {
      [SCHEDULE_STATIC] = omp_sched_static,
      [SCHEDULE_DYNAMIC] = omp_sched_dynamic,
      [SCHEDULE_GUIDED] = omp_sched_guided,
  };
  int chunk = schedule->chunk > INT_MAX ? INT_MAX : (int)schedule->chunk;
  static int got;
  omp_set_dynamic(0);
  omp_set_schedule(kinds[schedule->kind], chunk);
#pragma omp parallel num_threads(threads)
#pragma omp single
  got = omp_get_num_threads();
  if (got != threads)
    return error_set(error, EXIT_MACHINE,
                     "%d threads asked for, OpenMP gave %d (OMP_THREAD_LIMIT?)", threads, got);
  *team = (struct team){.workers = threads, .run = run, .each = each};
  return 0;
}
