/* Within analysis/answer: the rows of the matrix, and what they share with the rest of the answer.
 */
#ifndef QUARTET_ANALYSIS_ANSWER_CONTESTS_H
#define QUARTET_ANALYSIS_ANSWER_CONTESTS_H

#include "analysis/answer/answer.h"

/* Fills answer->contests; the standings must be there. */
void contests_make(struct answer *answer);
void contests_free(struct answer *answer);

/* The factor that scales a time of `standing` to the amount of work that `to` does: 1 except in
 * weak scaling. */
double standing_scale(const struct answer *answer, const struct standing *standing,
                      const struct standing *to);

/* a against b, for as much work (see standing_scale); to be decided with its family. */
struct comparison standing_compare(const struct answer *answer, const struct standing *a,
                                   const struct standing *b, size_t family);

#endif
