/* The interpreter of a kernel's phases: one problem as this process sees it.
 *
 * The interpreter is bulk-synchronous: for each phase it starts what the parts request, runs the
 * ranges that need none of it, completes the exchange, runs the rest, combines the ranges' partial
 * results over all parts and asks the kernel which phase is next. */
#ifndef QUARTET_INTERPRETER_H
#define QUARTET_INTERPRETER_H

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "engine/comm.h"
#include "engine/io_environment.h"
#include "engine/lock.h"
#include "engine/proof.h"
#include "engine/ranges.h"
#include "engine/rounds.h"
#include "engine/team.h"
#include "engine/tree.h"
#include "kernels/kernel.h"

/* The options of a run, for every kernel. */
struct policy {
  int64_t grain;            /* range size; 0: one range for each worker */
  struct schedule schedule; /* of ranges over workers, and over parts where the phase is movable */
  bool overlap;             /* compute the inside while halos travel */
  bool poison;              /* tests: fill halos and partial results with NaN before each use */
  struct lock *lock;        /* NULL: none */
  const char *server;       /* the URL of our own server of documents; NULL: none runs */
};

/* The shares of a stage's time, in this process, and what was done in it. Blocked: in awaited
 * operations or on the lock. */
struct spent {
  int64_t compute_ns, exchange_ns;
  int64_t blocked_ns;        /* mean over the workers; not part of compute_ns */
  int64_t failures, retries; /* of operations; sums over the workers */
  int64_t longest_step_ns;   /* cooperative tasks: the longest that one kept all others waiting */
  int64_t stages;            /* that ran to their end */
  int64_t clock_readings;
  struct tally planned, executed; /* units; where parts share a phase, part 0 plans all of them */
};

/* One part that this process holds. */
struct held {
  struct part part;
  void *state; /* the kernel's */
  struct io_environment io;
  /* Of the current phase: */
  struct ranges ranges;
  int64_t first_node;  /* its ranges' nodes begin here in interpreter->nodes */
  int64_t first_start; /* the number of its range 0 over all parts */
};

/* The team's work: the held part's ranges [begin, begin + count), except those of [skip_begin,
 * skip_end). */
struct range_batch {
  struct interpreter *interpreter;
  struct held *held;
  int64_t begin, skip_begin, skip_end;
};

/* A worker's own counters, a cache line each. */
struct worker {
  _Alignas(64) int64_t blocked_ns;
  bool holds;                /* the lock */
  int64_t failures, retries; /* of operations */
  struct tally executed;     /* units of the phase under way */
  struct receive_buffer received;
};

/* Read-mostly data of all workers are separated by padding from data that the interpreter writes in
 * every phase: false sharing would cost each core a cache miss, and a small phase takes no longer
 * than a few of those. */
struct interpreter {
  const struct kernel *kernel;
  const struct problem *problem;
  const struct policy *policy;
  struct comm *comm;
  struct team *team;
  int64_t units;
  struct held *held; /* comm->held of them */
  struct worker *workers;
  size_t partial_bytes; /* of the current phase, or the last one */
  /* private: */
  const struct phase *phase; /* the current one */
  struct range_batch batch;  /* likewise */
  char *nodes;               /* the partial results of the current ranges */
  size_t nodes_bytes;
  struct side *sides;
  int64_t *bounds;           /* of the parts: see struct part */
  struct rounds_run *rounds; /* NULL until a phase has some */

  _Alignas(64) struct spent spent; /* since the caller last zeroed it */
  const void *total; /* what the phase just ended combined; NULL: nothing; valid until the next */
  /* private: */
  int64_t node_count;
  int64_t lap_ns; /* when `spent` was last added to */
};

/* Opens the kernel's state for each held part. The pointers given must outlive the interpreter.
 * Not collective: callers agree on the error. On failure nothing is left open. */
int interpreter_open(struct interpreter *interpreter, const struct kernel *kernel,
                     const struct problem *problem, const struct policy *policy, struct comm *comm,
                     struct team *team, struct error *error);
void interpreter_close(
    struct interpreter *interpreter); /* safe on a zeroed or closed interpreter */

/* Runs all phases of a stage. Fails when memory for partial results is short, or MPI fails. */
int interpreter_run(struct interpreter *interpreter, enum stage stage, struct error *error);

/* The oracle's word on the first held part after `passes` TIMED stages, each followed by CHECK. */
struct verdict interpreter_verify(const struct interpreter *interpreter, int64_t passes);

/* Right: an error, not NaN, within the tolerance. */
bool verdict_holds(const struct verdict *verdict);

/* The pieces of interpreter_run, for the cooperative loop, which interprets phases itself. */

/* The index of the stage's first phase, or PHASE_END. */
int interpreter_first_phase(const struct interpreter *interpreter, enum stage stage);
/* Cuts the phase into ranges for `workers` workers and makes room for their partial results. */
int interpreter_begin_phase(struct interpreter *interpreter, int phase, int64_t workers,
                            struct error *error);
/* Computes range k of a held part. */
void interpreter_compute(struct interpreter *interpreter, struct held *held, int64_t k, int worker);
/* The address for the partial result of range k of a held part; NULL if the phase has none. */
void *interpreter_partial(struct interpreter *interpreter, const struct held *held, int64_t k);
/* Runs a phase of rounds to its end; *next is the phase that follows, or PHASE_END. The time that
 * takes is the caller's to account for. */
int interpreter_run_rounds(struct interpreter *interpreter, int phase, int *next,
                           struct error *error);
/* Combines the partial results; *next is the phase that follows, or PHASE_END. The time that takes
 * is the caller's to account for. */
int interpreter_end_phase(struct interpreter *interpreter, int *next, struct error *error);

#endif
