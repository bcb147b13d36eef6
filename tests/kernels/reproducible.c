/* The dot product has the same bits whatever the grain and the number of parts; the engine's other
 * tests show no more than that it has them at the same grain. */
#include "engine/session.h"
#include "tests/check.h"

extern const struct kernel kernel_dot;

enum { N = 100003, MOST = 64 };

static void run(int64_t grain, int parts, unsigned char total[MOST], size_t *bytes) {
  struct comm comm;
  struct error error = {0};
  CHECK(comm_local_open(&comm, parts, &error) == 0);
  struct session session = {
      .kernel = &kernel_dot,
      .problem = {.n = N},
      .policy = {.grain = grain, .overlap = true},
      .comm = &comm,
      .team = &team_serial,
      .jobs = 1,
  };
  CHECK(session_open(&session, &error) == 0, "%s", error.message);
  session_run(&session, STAGE_SETUP, &error);
  session_run(&session, STAGE_TIMED, &error);
  CHECK(session_judge(&session, 1).right);
  *bytes = session.interpreters->partial_bytes;
  CHECK(*bytes > 0 && *bytes <= MOST);
  memcpy(total, session.interpreters->total, *bytes);
  session_close(&session);
  comm.close(&comm);
}

int main(void) {
  static const int64_t grains[] = {0, 1, 3, 1000, 65537, 1000000};
  unsigned char first[MOST], other[MOST];
  size_t bytes, other_bytes;
  run(0, 1, first, &bytes);
  for (int g = 0; g < 6; g++)
    for (int parts = 1; parts <= 7; parts += 3) {
      run(grains[g], parts, other, &other_bytes);
      CHECK(other_bytes == bytes && memcmp(first, other, bytes) == 0, "grain %ld, %d parts",
            grains[g], parts);
    }
  return test_result();
}
