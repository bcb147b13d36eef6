/* Explanations: what limits a work, and which gain a model cannot have. */
#ifndef QUARTET_ANALYSIS_ANSWER_WHY_H
#define QUARTET_ANALYSIS_ANSWER_WHY_H

#include "analysis/answer/answer.h"

/* A sentence or two on why a contest ended as it did, from the kind of work, the models and the
 * shares of time that were measured; "" if the data explain nothing. The caller frees it. */
char *why_text(const struct answer *answer, const struct contest *contest);

/* Whether the run says that the machine had other work while it measured. */
bool was_busy(const struct answer *answer);

#endif
