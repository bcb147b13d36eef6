/* Which of two populations of launches is faster: one comparison, and the verdicts of a whole table
 * of them. The unit is the launch: its value is the median of its timed repetitions.
 *
 * Sources: F. Wilcoxon, "Individual comparisons by ranking methods", Biometrics Bulletin 1 (1945);
 * H. Mann and D. Whitney, Ann. Math. Stat. 18 (1947); S. Holm, Scand. J. Stat. 6 (1979); J. Hodges
 * and E. Lehmann, Ann. Math. Stat. 34 (1963); N. Cliff, Psychological Bulletin 114 (1993); D.
 * Schuirmann, J. Pharmacokinetics and Biopharmaceutics 15 (1987), for the equivalence test; T.
 * Hoefler and R. Belli, SC15, for their use on run times. */
#ifndef QUARTET_ANALYSIS_STATISTICS_COMPARISON_H
#define QUARTET_ANALYSIS_STATISTICS_COMPARISON_H

#include <stddef.h>
#include <stdint.h>

/* The launches of one point. All arrays are the caller's. */
struct population {
  const double *times_s; /* the median of each launch, in s, > 0 */
  const int64_t *rounds; /* which round each launch belongs to, strictly increasing */
  size_t count;
};

/* How the two were measured beside each other. */
enum design {
  DESIGN_ROUNDS,      /* launch k of each in round k, interleaved or in random order: pairs */
  DESIGN_INDEPENDENT, /* two runs, or no rounds known */
  DESIGN_BATCH,    /* all launches of one, then all of the other: drift looks like a difference */
  DESIGN_DIFFERENT /* different hosts, builds or settings within one run: nothing is decided */
};

enum comparison_verdict {
  VERDICT_FASTER,
  VERDICT_SLOWER,
  VERDICT_SAME,
  VERDICT_CANNOT_TELL,
  VERDICTS
};
/* The words of files. */
extern const char *const verdict_names[VERDICTS];

/* The confidence level at which the ratio's interval must lie within the margin: 0.997. */
extern const double equivalence_level;

/* Why there is no verdict. */
enum undecided {
  UNDECIDED_NOT,          /* it can */
  UNDECIDED_NOISE,        /* neither a difference nor equivalence is shown; see `detectable` */
  UNDECIDED_FEW_LAUNCHES, /* no result of so few launches could decide; see launches_needed */
  UNDECIDED_BATCH,
  UNDECIDED_DIFFERENT,
  UNDECIDED_NO_DATA /* one of them has no verified launch */
};

enum rank_test { TEST_NONE, TEST_SIGNED_RANK, TEST_MANN_WHITNEY };

/* a compared with b. */
struct comparison {
  enum design design;
  size_t launches_a, launches_b, pairs; /* pairs: rounds in which both have a launch */
  enum rank_test test;
  double p;          /* two-sided, of no difference; NaN if not tested */
  double p_adjusted; /* by Holm over the family; set by comparisons_decide */
  double ratio; /* time of b / time of a (> 1: a is faster), by Hodges and Lehmann on logarithms */
  double low, high; /* its interval by inverting the test; NaN: too few launches, or not tested */
  double level;     /* the confidence level that the interval really has, >= 0.95; NaN */
  double wide_low, wide_high, wide_level; /* the same for equivalence_level */
  double standard_error; /* of log(ratio), from the interval's width, or from the spread of the
                          * launches when they are too few for one; NaN if unknown */
  double
      cliffs_delta; /* P(a < b) - P(a > b) of the times, -1 .. 1; 1: every launch of a is faster */
  enum comparison_verdict verdict; /* of a; set by comparisons_decide, as is what follows */
  enum undecided undecided;
  double detectable;      /* the smallest ratio - 1 that this many launches with this spread would
                           * have shown with 80 % power, 0.03: 3 %; NaN if none or unknown */
  size_t launches_needed; /* of each, to show the observed ratio (or, when it is within the margin
                           * and that takes fewer, equivalence) with 80 % power, if it is the true
                           * one; at least as many as any verdict needs, and more than there are
                           * where there is no verdict; 0: unknown, or more than a million */
};

/* Tests and estimates; verdict, undecided for noise, p_adjusted and what needs the family are left
 * to comparisons_decide. `family`: how many comparisons will be decided together; it settles which
 * test is used: the signed-rank test on the rounds' log ratios if the number of rounds can reach
 * significance in such a family with a reserve (a p value of a SIGNED_RANK_ROOM-th of what
 * significance needs), otherwise Mann and Whitney's (exact when small), which needs fewer launches
 * and is conservative when the rounds have a drift in common. The choice never depends on
 * times. DESIGN_BATCH and DESIGN_DIFFERENT have a ratio and a delta, but neither test nor interval.
 *
 * The room: the signed-rank test has only 2^rounds outcomes, so that near its limit one round of
 * the other sign would hide a large difference. Of 10 comparisons it is used from 13 rounds on, of
 * a single one from 10 on. */
enum { SIGNED_RANK_ROOM = 16 };
struct comparison comparison_make(const struct population *a, const struct population *b,
                                  enum design design, size_t family);

/* A comparison of which nothing is known, since one of the two has no verified launch: no verdict,
 * UNDECIDED_NO_DATA, no launches, every number NaN. */
struct comparison comparison_unknown(enum design design);

/* Verdicts of all comparisons of a table; the family is those that have a p value. A difference:
 * Holm-adjusted p <= 0.05. The same: the interval of the ratio at equivalence_level lies within
 * 1/(1 + margin) .. 1 + margin (two one-sided tests at 0.15 % each, so that a true difference of
 * the margin is called "the same" once in 600 at most; at 0.5 %, a difference as large as the
 * margin that is shown against each of four other models would be called "the same" as one of them
 * in 2 % of all tables, however many launches there are). A significant difference whose interval
 * lies within the margin is "same", too: it is too small to matter. Otherwise there is no verdict.
 * `margin` 0.03: 3 %. */
void comparisons_decide(struct comparison *comparisons, size_t count, double margin);

/* The comparison seen from b: ratio, interval, delta and verdict turned round. */
struct comparison comparison_reversed(const struct comparison *comparison);

#endif
