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
  bool has_started;       /* whether the following members are known */
  /* Programs that start and do one repetition, compared; decided over all such comparisons of the
   * run. The time of such a program is that of a repetition plus startup_s (from main() until the
   * workers are ready) and, if `whole_process` is set, plus the time that the system takes before
   * main() and after the timed repetitions (for processes, mpirun). This is process_s minus
   * startup_s and the timed repetitions, in the same round at the smallest size, where the warm-up,
   * set-up and check of the data, which it includes, are short. `whole_process` is set if the timed
   * repetitions there are less than START_SHARE of process_s, for the variant and the base. */
  struct breakeven started;
  bool whole_process;
  double start_s, base_start_s; /* the sum added at the smallest size, medians over launches */
};

#define START_SHARE 0.1

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
