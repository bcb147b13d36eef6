/* The cooperative interpreter: many tasks on one thread, over the same tables of phases.
 *
 * Tasks that can continue are in a ring. The one at the front computes one range, or starts one
 * unit's operation, and yields: a task that computed goes to the back of the ring, one that awaits
 * an operation leaves it until that is complete. When all tasks of the ring have run once, or it is
 * empty, the loop polls for events. libuv does the waiting: one timer file descriptor, set to the
 * earliest deadline of all, wakes it (libuv's own timers count milliseconds, and one of them for
 * each wait costs ten times the memory and more time than a heap of deadlines). */
#ifndef QUARTET_LOOP_H
#define QUARTET_LOOP_H

#include "engine/session.h"

struct loop;

/* A loop for the TIMED stages of this session, whose comm has one part. tasks: the maximum number
 * in each problem; 0: one for each unit of a phase that waits, LOOP_TASKS in one that computes.
 * in_flight: the maximum number of waits, over all; 0: no limit. */
enum { LOOP_TASKS = 16 };
int loop_open(struct loop **loop, int64_t tasks, int64_t in_flight, struct error *error);
void loop_close(struct loop *loop); /* NULL is fine */

/* Runs the TIMED stage of all problems of the session, one beside the other. `context` is the loop:
 * the signature is that of struct measurement's pass. */
int loop_pass(void *context, struct session *session, struct error *error);

/* The maximum number of live tasks so far. */
int64_t loop_most_tasks(const struct loop *loop);

/* Steps taken so far, each the work between two yields of a task. */
int64_t loop_steps(const struct loop *loop);

#endif
