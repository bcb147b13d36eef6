/* Every kernel × team × parts in one process × schedule × overlap, against serial, bit by bit.
 * Halos and partial results are filled with NaN before each use. */
#include "tests/check.h"
#include "tests/engine/ways.h"

#ifdef _OPENMP
enum { OMP_TEAMS = 3 };
#else
enum { OMP_TEAMS = 0 };
#endif

static void check(void *context, const struct subject *subject) {
  way_check(context, subject);
}

/* All subjects, with the schedules that spread ranges over parts; with overlap and without. */
static void check_all(const char *name, struct comm *comm, struct team *team, struct lock *lock) {
  static const struct schedule schedules[] = {
      {SCHEDULE_STATIC, 0}, {SCHEDULE_DYNAMIC, 2}, {SCHEDULE_GUIDED, 1}};
  for (int s = 0; s < 3; s++) {
    struct way way = {
        .name = name,
        .comm = comm,
        .team = team,
        .policy = {.schedule = schedules[s], .overlap = s != 1, .poison = true, .lock = lock},
    };
    subjects_each(check, &way);
  }
}

static void check_omp(struct comm *comm) {
#ifdef _OPENMP
  static const struct schedule schedules[] = {
      {SCHEDULE_STATIC, 0}, {SCHEDULE_DYNAMIC, 1}, {SCHEDULE_GUIDED, 2}};
  struct lock lock = {PTHREAD_MUTEX_INITIALIZER, 1}, half = {PTHREAD_MUTEX_INITIALIZER, 0.5};
  for (int i = 0; i < OMP_TEAMS; i++) {
    struct team team;
    struct error error = {0};
    CHECK(team_omp_open(&team, i + 1, &schedules[i], &error) == 0, "%s", error.message);
    check_all("omp", comm, &team, NULL);
    if (team.workers != 2)
      continue;
    check_all("omp with the lock", comm, &team, &lock);
    check_all("omp with half the lock", comm, &team, &half);
  }
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
    check_all("serial", &comm, &team_serial, NULL);
    team_shuffled_open(&shuffled, 42);
    check_all("shuffled", &comm, &shuffled, NULL);
    check_omp(&comm);
    comm.close(&comm);
  }
  return test_result();
}
