/* What the thread sanitizer must report: two workers of an OpenMP team write to the same place. Run
 * only in builds with it; shows that what the team announces to the sanitizer does not hide races.
 */
#include "engine/team.h"

#include "tests/check.h"

static long shared;

static void race(void *context, int64_t index, int worker) {
  (void)context;
  (void)index;
  (void)worker;
  for (int i = 0; i < 1000; i++)
    shared++;
}

int main(void) {
#ifdef __SANITIZE_THREAD__
  struct team team;
  struct error error = {0};
  CHECK(team_omp_open(&team, 2, &(struct schedule){SCHEDULE_STATIC, 0}, &error) == 0);
  team.run(&team, 2, race, NULL, NULL);
  CHECK(shared > 0);
  return test_result();
#else
  (void)race;
  return TEST_SKIPPED;
#endif
}
