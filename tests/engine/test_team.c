/* A team of threads: each index once, by a worker of the team; all done when the call returns; with
 * the workers standing by and without; those that wait long enough to sleep are woken. */
#include "engine/team.h"

#include <string.h>

#include "common/clock.h"
#include "tests/check.h"

enum { MOST = 200, CALLS = 400, MOST_WORKERS = 22 };

struct marks {
  int times[MOST];        /* each index was done so often */
  int left[MOST_WORKERS]; /* how often each worker reported that it gets no more */
  int workers;
  bool strange; /* a worker that does not belong to the team */
  int64_t sleep_ns;
};

static void mark(void *context, int64_t index, int worker) {
  struct marks *marks = context;
  marks->times[index]++;
  if (worker < 0 || worker >= marks->workers)
    marks->strange = true;
  if (marks->sleep_ns > 0 && index == marks->workers - 1)
    clock_sleep_until(clock_now_ns() + marks->sleep_ns);
}

static void leave(void *context, int worker) {
  struct marks *marks = context;
  marks->left[worker]++;
}

static void check_call(struct team *team, int64_t count, int64_t sleep_ns) {
  struct marks marks = {.workers = team->workers, .sleep_ns = sleep_ns};
  team->run(team, count, mark, leave, &marks);
  for (int64_t i = 0; i < MOST; i++)
    CHECK(marks.times[i] == (i < count), "index %ld of %ld: %d times", i, count, marks.times[i]);
  for (int w = 0; w < team->workers; w++) /* one index is done without calling anybody */
    CHECK(marks.left[w] == (count != 1 || w == 0), "worker %d left %d times", w, marks.left[w]);
  CHECK(!marks.strange);
}

static void check_each(struct team *team) {
  struct marks marks = {.workers = team->workers};
  team->each(team, mark, &marks);
  for (int i = 0; i < MOST; i++)
    CHECK(marks.times[i] == (i < team->workers), "worker %d: %d times", i, marks.times[i]);
}

/* What one call wrote, the next one reads, on other workers. */
static void add_left(void *context, int64_t index, int worker) {
  int64_t(*cells)[MOST] = context;
  int64_t step = cells[0][0];
  (void)worker;
  cells[1 + (step + 1) % 2][index] = cells[1 + step % 2][(index + 1) % MOST] + 1;
}

static void check_order(struct team *team) {
  static int64_t cells[3][MOST];
  memset(cells, 0, sizeof cells);
  for (; cells[0][0] < CALLS; cells[0][0]++)
    team->run(team, MOST, add_left, NULL, cells);
  for (int i = 0; i < MOST; i++)
    CHECK(cells[1 + CALLS % 2][i] == CALLS, "cell %d: %ld", i, cells[1 + CALLS % 2][i]);
}

static int check_team(void *context) {
  static const int64_t counts[] = {0, 1, 2, 3, 7, 64, MOST};
  struct team *team = context;
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
    check_call(team, counts[i], 0);
  check_call(team, team->workers, 20000000); /* the others sleep meanwhile */
  clock_sleep_until(clock_now_ns() + 20000000);
  check_call(team, MOST, 0);
  check_each(team);
  check_order(team);
  return 42;
}

int main(void) {
  static const struct schedule schedules[] = {
      {SCHEDULE_STATIC, 0}, {SCHEDULE_STATIC, 3}, {SCHEDULE_DYNAMIC, 2}, {SCHEDULE_GUIDED, 1}};
  static const int sizes[] = {1, 2, 6, MOST_WORKERS}; /* trees of one, two and three levels */
  for (int i = 0; i < 4; i++)
    for (int k = 0; k < 4; k++) {
      struct team team;
      struct error error = {0};
      CHECK(team_omp_open(&team, sizes[i], &schedules[k], &error) == 0, "%s", error.message);
      if (sizes[i] == 2)
        team.crowded = k % 2;
      CHECK(team.within(&team, check_team, &team) == 42);
      if (sizes[i] == 2)
        check_team(&team); /* outside of a region: no worker waits */
    }
  return test_result();
}
