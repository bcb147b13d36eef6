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
  SUSPECT_TIMER,        /* reading the clock, or a step of the clock, is a large part of it */
  SUSPECT_CORE_TYPES,   /* workers ran on cores of different types */
  SUSPECT_REMOTE_PAGES, /* memory is on other NUMA nodes than the workers */
  SUSPICIONS
};

/* What is known of the launch for each of its repetitions. */
struct suspect_launch {
  double reading_s, step_s; /* cost of one reading of the clock; the smallest step that it shows */
  const struct locality *locality;
};

/* The evidence for each suspicion. Sets the bits 1 << suspicion. */
unsigned suspect_find(const struct repetition *repetition, const struct suspect_launch *launch);

/* The reasons' names, joined by '+', in memory that the caller frees; "" for none. */
char *suspect_text(unsigned suspicions);

#endif
