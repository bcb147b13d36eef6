/* Choosing among models by their leave-one-out errors. */
#ifndef QUARTET_ANALYSIS_MODELS_SELECTION_H
#define QUARTET_ANALYSIS_MODELS_SELECTION_H

#include <stddef.h>

#define SELECTION_NONE ((size_t)-1)

/* errors[m]: `rows` errors of model m, or NULL where it has none; simpler models come first. The
 * one with the smallest mean error, unless a simpler one is worse by no more than one standard
 * error of the mean difference (after L. Breiman et al., "Classification and Regression Trees",
 * 1984, sec. 3.4.3): then the first such. SELECTION_NONE if all are NULL. */
size_t selection_choose(double *const *errors, size_t models, size_t rows);

double selection_mean(const double *values, size_t count);

#endif
