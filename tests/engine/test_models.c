/* Every kernel × team × parts in one process × schedule × overlap, against serial, bit by bit.
 * Halos and partial results are filled with NaN before each use. */
#include "tests/check.h"
#include "tests/engine/models.h"

#ifdef _OPENMP
enum { OMP_TEAMS = 3 };
#else
enum { OMP_TEAMS = 0 };
#endif

/* A thread sanitizer finds nothing in a team of one thread, and takes ten times as long for it. */
#ifdef __SANITIZE_THREAD__
static const bool threads_only = true;
#else
static const bool threads_only = false;
#endif

/* How ranges are spread over parts, and over threads. */
static const struct schedule schedules[] = {
    {SCHEDULE_STATIC, 0}, {SCHEDULE_DYNAMIC, 2}, {SCHEDULE_GUIDED, 1}};

/* All subjects; without overlap where the schedule is dynamic. */
static void check_schedule(const char *name, struct comm *comm, struct team *team,
                           struct lock *lock, int s) {
  struct execution execution = {
      .name = name,
      .comm = comm,
      .team = team,
      .policy = {.schedule = schedules[s], .overlap = s != 1, .poison = true, .lock = lock},
  };
  execution_check_all(&execution);
}

static void check_all(const char *name, struct comm *comm, struct team *team) {
  for (int s = 0; s < 3; s++)
    check_schedule(name, comm, team, NULL, s);
}

/* A schedule for each number of threads, since threads that outnumber the cores are slow. */
static void check_omp(struct comm *comm) {
#ifdef _OPENMP
  struct lock lock, half;
  CHECK(lock_open(&lock, 1, LOCK_SWITCH_NS) == 0);
  CHECK(lock_open(&half, 0.5, 1000) == 0); /* so short that it changes hands all the time */
  for (int i = 0; i < OMP_TEAMS; i++) {
    struct team team;
    struct error error = {0};
    CHECK(team_omp_open(&team, i + 1, &schedules[i], &error) == 0, "%s", error.message);
    check_schedule("omp", comm, &team, NULL, i);
    if (team.workers != 2)
      continue;
    check_schedule("omp with the lock", comm, &team, &lock, 0);
    check_schedule("omp with half the lock", comm, &team, &half, 2);
  }
  lock_close(&lock);
  lock_close(&half);
#else
  (void)comm;
#endif
}

int main(void) {
  static const int parts[] = {1, 2, 3, 7};
  for (int p = 0; p < 4; p++) {
    struct comm comm;
    struct team shuffled;
    struct error error = {0};
    CHECK(comm_local_open(&comm, parts[p], &error) == 0);
    if (!threads_only) {
      check_all("serial", &comm, &team_serial);
      team_shuffled_open(&shuffled, 42);
      check_all("shuffled", &comm, &shuffled);
    }
    check_omp(&comm);
    comm.close(&comm);
  }
  return test_result();
}
