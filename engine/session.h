/* A session: all problems that this process works on in one launch of a driver, and how a pass over
 * them runs. One problem is split over all workers of all processes; several independent ones
 * (--jobs) are dealt out, each whole to one worker. */
#ifndef QUARTET_SESSION_H
#define QUARTET_SESSION_H

#include "engine/interpreter.h"

struct session {
  const struct kernel *kernel;
  struct problem problem;
  struct policy policy;
  struct comm *comm; /* between the processes */
  struct team *team; /* the workers of this one */
  int64_t jobs;      /* in all */
  /* private: */
  struct comm alone;                /* for a job that one worker does: a single part */
  struct interpreter *interpreters; /* of this process: one, or its share of the jobs */
  int64_t interpreter_count;
  struct error *errors; /* one for each interpreter */
};

/* The verdict of the oracle. */
struct judgement {
  int64_t count;          /* problems judged here; 0: none to judge */
  bool right;             /* all of them */
  struct verdict verdict; /* of the first wrong one, else of the first */
};

/* The caller has set the public fields. Checks that memory suffices before it allocates.
 * Collective: all processes get the same error. After a failure nothing is open. */
int session_open(struct session *session, struct error *error);
void session_close(struct session *session); /* safe on a zeroed session */

/* Runs a stage of all problems. An error of one process is not known to the others. */
int session_run(struct session *session, enum stage stage, struct error *error);

/* EXIT_MACHINE if an operation failed as a resource of this machine ran out: such a failure is no
 * verdict on the result. */
int session_check(struct session *session, struct error *error);

/* The shares of the time since the last call, per worker of this process. */
struct spent session_spent(struct session *session);

/* The oracle's word on this process's problems after `passes` passes. */
struct judgement session_judge(const struct session *session, int64_t passes);

/* The work of one pass over all jobs. */
struct work session_work(const struct session *session);

#endif
