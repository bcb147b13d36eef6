/* Works that differ in the number of one option alone: a sweep, such as spin over steps. Short
 * answers show its first and its last work; the page shows all. */
#ifndef QUARTET_ANALYSIS_ANSWER_SWEEPS_H
#define QUARTET_ANALYSIS_ANSWER_SWEEPS_H

#include "analysis/answer/answer.h"

/* The minimum number of works in a sweep. */
enum { SWEEP_WORKS = 4 };

/* Sets `between` of all contests. */
void sweeps_mark(struct answer *answer);

/* How many contests are between, of those of a kind of work; BOUNDS: of all. */
size_t sweeps_between(const struct answer *answer, enum bound kind);

/* For the first contest of a sweep on its machine: "spin over steps = 1 ... 65536: 8 works"; NULL
 * for all others. The caller frees it. */
char *sweep_text(const struct answer *answer, size_t contest);

#endif
