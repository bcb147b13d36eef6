/* Figures with data as runs give it, one of each kind, for the tests and for looking at them. */
#ifndef QUARTET_TESTS_ANALYSIS_FIGURES_EXAMPLES_H
#define QUARTET_TESTS_ANALYSIS_FIGURES_EXAMPLES_H

#include <stddef.h>

#include "analysis/figures/figure.h"

/* All examples, and figures of degenerate data; the caller frees each and the array. */
struct figure **examples_typical(size_t *count);
struct figure **examples_degenerate(size_t *count);
void examples_free(struct figure **figures, size_t count);

#endif
