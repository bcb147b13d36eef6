/* Figures of what an answer holds. Each returns NULL where there is nothing to draw; the caller
 * owns the figure. Variants have the same style everywhere: their index in the dataset. */
#ifndef QUARTET_ANALYSIS_ANSWER_DRAWINGS_H
#define QUARTET_ANALYSIS_ANSWER_DRAWINGS_H

#include "analysis/answer/answer.h"
#include "analysis/figures/figure.h"

/* Time against n for one contest's work, each variant at the contest's cores (log-log). */
struct figure *draw_times(const struct answer *answer, size_t contest);

/* Speedup (or, efficiency) against cores for one contest's work and size, with all launches,
 * intervals and the ideal line. Weak scaling: the scaled speedup. */
struct figure *draw_speedups(const struct answer *answer, size_t contest);
struct figure *draw_efficiencies(const struct answer *answer, size_t contest);

/* Speedups of the whole matrix as a heat map. */
struct figure *draw_matrix(const struct answer *answer);

/* All launches of one contest's entries, with boxes. */
struct figure *draw_distribution(const struct answer *answer, size_t contest);

/* Lists points of the work without a time, with how they ended, under the figure. */
void note_failures(struct figure *figure, const struct answer *answer, size_t contest);

/* How a point is marked: oversubscribed, or suspect. */
enum point_mark standing_mark(const struct standing *standing);

/* An id of a figure of one contest: "PREFIX-KERNEL-7". The caller frees it. */
char *drawing_id(const struct answer *answer, const char *prefix, size_t contest);

#endif
