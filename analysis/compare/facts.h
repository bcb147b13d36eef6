/* The recorded facts in which runs differ: machine, build, settings. */
#ifndef QUARTET_ANALYSIS_COMPARE_FACTS_H
#define QUARTET_ANALYSIS_COMPARE_FACTS_H

#include "analysis/compare/compare.h"

/* A fact and what it is in each run. */
struct fact {
  char *name;    /* "compiler", "OMP_PROC_BIND" */
  char **values; /* of each run; "" where it is not known or not set */
};

struct fact_list {
  struct fact *items;
  size_t count;
  size_t run_count;
};

/* The facts in which runs that have a run.json differ, and the hosts in samples.csv. To be freed.
 */
struct fact_list facts_that_differ(const struct compare *compare);
void facts_free(struct fact_list *facts);

#endif
