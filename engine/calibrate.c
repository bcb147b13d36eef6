#include "engine/calibrate.h"

#include "common/clock.h"

enum { TRIES = 3, STEP = 10, BUDGET_NS = 2000000000 };

/* Of a pass, the longest time of any process. */
static int time_pass(struct session *session, int64_t *ns, struct error *error) {
  struct comm *comm = session->comm;
  struct gathered all;
  comm->barrier(comm);
  int64_t begin_ns = clock_now_ns();
  session_run(session, STAGE_TIMED, error);
  int64_t own_ns = clock_now_ns() - begin_ns;
  if (!error->code)
    session_run(session, STAGE_CHECK, error);
  if (comm_agree(comm, error) || comm->gather(comm, &own_ns, sizeof own_ns, &all, error))
    return error->code;
  for (int i = 0; i < comm->processes; i++) {
    int64_t other_ns = ((const int64_t *)all.bytes)[i];
    *ns = other_ns > *ns ? other_ns : *ns;
  }
  return 0;
}

/* The shortest of some passes: the first one also connects, and others may be disturbed. */
static int time_rounds(struct session *session, int64_t *best_ns, struct error *error) {
  if (session_open(session, error))
    return error->code;
  *best_ns = INT64_MAX;
  session_run(session, STAGE_SETUP, error);
  comm_agree(session->comm, error);
  for (int i = 0; i < TRIES && !error->code; i++) {
    int64_t ns = 0;
    if (time_pass(session, &ns, error) == 0 && ns < *best_ns)
      *best_ns = ns;
  }
  session_close(session);
  return error->code;
}

int calibrate_rounds(struct session *session, struct error *error) {
  int64_t *rounds = session->kernel->rounds(&session->problem), wanted = *rounds, tried = 1;
  int64_t ns = 0;
  for (;; tried *= STEP) {
    *rounds = tried = tried < wanted ? tried : wanted;
    if (time_rounds(session, &ns, error))
      return error->code;
    if (tried == wanted || ns >= BUDGET_NS / 100) /* enough for the clock, and the first rounds */
      break;
  }
  for (*rounds = wanted; *rounds > 1;) {
    if ((double)ns / (double)tried * (double)*rounds <= BUDGET_NS)
      break;
    *rounds = *rounds / STEP > 1 ? *rounds / STEP : 1;
  }
  return 0;
}
