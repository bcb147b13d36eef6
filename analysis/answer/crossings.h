/* From which size on a variant is faster than the base, without and with its start-up. */
#ifndef QUARTET_ANALYSIS_ANSWER_CROSSINGS_H
#define QUARTET_ANALYSIS_ANSWER_CROSSINGS_H

#include "analysis/answer/answer.h"
#include "analysis/models/breakeven.h"

/* A variant of a contest at its contest's cores, over all sizes at which it and the base ran. */
struct crossing {
  size_t contest, variant;
  size_t sizes;           /* at which both have verified launches; 2 at least */
  int64_t n_min, n_max;   /* of them */
  struct breakeven alone; /* a repetition against one, from the points' comparisons over_base */
  bool has_started;       /* whether what follows is known */
  /* A program that starts and does one repetition against one, decided over all such comparisons
   * of the run. Its time in a launch is that of a repetition, and startup_s (from main() until the
   * workers are ready), and, if `outside` is set, what the system takes before main() and after
   * the end of the timed repetitions (for processes mpirun). That is process_s without startup_s
   * and the timed repetitions, in the same round at the smallest size: there the warm-up, set-up
   * and check of the data, which it holds, too, count for little. `outside` is set where the timed
   * repetitions are less than OUTSIDE_SHARE of process_s there, for variant and base. */
  struct breakeven started;
  bool outside;
  double start_s, base_start_s; /* what is added in all at the smallest size, medians of launches */
};

#define OUTSIDE_SHARE 0.1

/* Fills answer->crossings, by contest, then variant; the contests must be there. None in weak
 * scaling. The array is freed with free(). */
void crossings_make(struct answer *answer);

/* The crossing of a contest's variant, or NULL. */
const struct crossing *crossing_of(const struct answer *answer, size_t contest, size_t variant);

/* "n = 4600", "up to n = 12,000", "always", "never": to two digits, since between
 * two measured sizes the ratio is only known by interpolation. *range is where that holds:
 * "[1000, 10,000]", the measured sizes between which the change lies (slower at one, faster at the
 * other); "undecided below 10,000"; "in 1000 to 1,000,000", all measured sizes. The caller frees
 * both. */
char *crossing_text(const struct crossing *crossing, const struct breakeven *found, char **range);

#endif
