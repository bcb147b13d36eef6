/* Figures with data as runs give it, one of each kind, for the tests and for looking at them. */
#ifndef QUARTET_TESTS_ANALYSIS_FIGURES_EXAMPLES_H
#define QUARTET_TESTS_ANALYSIS_FIGURES_EXAMPLES_H

#include <stddef.h>

#include "analysis/figures/figure.h"

/* The caller frees them with examples_free. */
struct figure **examples_typical(size_t *count);
struct figure **examples_degenerate(size_t *count);
/* Texts that would do harm if they were not treated as text: running one of them leaves a file
 * named "harm" in the working directory. */
struct figure **examples_hostile(size_t *count);
void examples_free(struct figure **figures, size_t count);

#endif
