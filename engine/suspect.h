/* Why a repetition's time may be worth less than others: evidence that the system disturbed it. It
 * is kept, and flagged. */
#ifndef QUARTET_SUSPECT_H
#define QUARTET_SUSPECT_H

#include "engine/measure.h"

/* The reasons, in the order in which they are listed. */
enum suspicion {
  SUSPECT_LATE_START,   /* a process came too late for the common start */
  SUSPECT_DESCHEDULED,  /* a process had less CPU time than it computed by the clock */
  SUSPECT_STEAL,        /* the machine's host took CPU time from it */
  SUSPECT_THROTTLED,    /* the CPU quota was used up */
  SUSPECT_MAJOR_FAULTS, /* pages were read from a device */
  SUSPECT_TIMER,        /* the engine's readings of the clock are a large part of it */
  SUSPICIONS
};

/* The evidence for each. timer_s: the cost of one reading of the clock. Sets bits 1 << suspicion. */
unsigned suspect_find(const struct repetition *repetition, double timer_s);

/* The reasons' names, joined by '+', in memory that the caller frees; "" for none. */
char *suspect_text(unsigned suspicions);

#endif
