/* What each process reports of a pass, and the repetition that they make together. */
#ifndef QUARTET_MEASURE_ACCOUNT_H
#define QUARTET_MEASURE_ACCOUNT_H

#include "common/energy.h"
#include "common/os_noise.h"
#include "engine/measure.h"

/* What each process reports of a pass. */
struct account {
  int64_t start_ns, end_ns; /* on process 0's clock, within clock_error_ns */
  int64_t clock_error_ns;
  bool late; /* it came too late for the common start */
  int suspensions;
  int64_t problems; /* that this process holds */
  int64_t workers;
  struct spent spent;
  struct energy energy; /* of the machine, in the account of its first process; else negative */
  double figures[COLUMN_COUNT]; /* those that are combined by the column's rule, and wall_s: the
                                   process's own time */
  struct judgement judgement;
};

/* Sums up the accounts of all processes, in their order: the times, the oracle's verdict, and the
 * proof of work. Adds to *repetition, whose index and start are set. Fails if memory is short. */
int account_sum(const struct session *session, const struct account *accounts,
                struct repetition *repetition, struct error *error);

#endif
