#include <limits.h>
#include <omp.h>

#include "drivers/engine/team.h"

static void run(struct team *team, int64_t count, team_task *task, void *context) {
  if (count == 1 || team->workers == 1) { /* a region would only cost */
    for (int64_t i = 0; i < count; i++)
      task(context, i, 0);
    return;
  }
#pragma omp parallel for schedule(runtime) num_threads(team->workers)
  for (int64_t i = 0; i < count; i++)
    task(context, i, omp_get_thread_num());
}

static void each(struct team *team, team_task *task, void *context) {
#pragma omp parallel num_threads(team->workers)
  task(context, omp_get_thread_num(), omp_get_thread_num());
}

int team_omp_open(struct team *team, int threads, const struct schedule *schedule,
                  struct error *error) {
  static const omp_sched_t kinds[] = {
      [SCHEDULE_STATIC] = omp_sched_static,
      [SCHEDULE_DYNAMIC] = omp_sched_dynamic,
      [SCHEDULE_GUIDED] = omp_sched_guided,
  };
  int chunk = schedule->chunk > INT_MAX ? INT_MAX : (int)schedule->chunk;
  int got = 0;
  omp_set_dynamic(0);
  omp_set_schedule(kinds[schedule->kind], chunk);
#pragma omp parallel num_threads(threads)
#pragma omp single
  got = omp_get_num_threads();
  if (got != threads)
    return error_set(error, EXIT_MACHINE, "%d threads asked for, OpenMP gave %d (OMP_THREAD_LIMIT?)",
                     threads, got);
  *team = (struct team){.workers = threads, .run = run, .each = each};
  return 0;
}
