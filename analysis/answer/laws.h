/* Fits to a run: how the time falls with the cores, and how it grows with the size. */
#ifndef QUARTET_ANALYSIS_ANSWER_LAWS_H
#define QUARTET_ANALYSIS_ANSWER_LAWS_H

#include "analysis/answer/answer.h"
#include "analysis/models/normal.h"
#include "analysis/models/scaling.h"

/* The number of positions at which a curve is evaluated; the last ones are beyond the
 * measurements. */
enum { LAW_PLACES = 25, LAW_BEYOND = 8 /* times the most cores, or the largest n */ };

/* One variant of a contest over the numbers of cores. */
struct scaling_law_fit {
  size_t contest, variant;
  size_t core_counts;                           /* different ones, not oversubscribed */
  double time_1_s;                              /* the base's median, over which speedups are */
  struct scaling_selection selection;           /* strong scaling: Amdahl, USL, linear */
  struct scaling_fit gustafson;                 /* weak scaling */
  struct scaling_prediction places[LAW_PLACES]; /* of the best law, from 1 core on, logarithmic */
};

/* One variant of a contest over the sizes n, at the contest's cores; or over n and the cores p,
 * where there are NORMAL_POINTS of both. */
struct growth_fit {
  size_t contest, variant;
  bool over_cores; /* a form in n and p; its places are not set */
  struct normal_form form;
  struct normal_prediction places[LAW_PLACES];
};

struct laws {
  struct scaling_law_fit *scaling; /* of variants on at least two numbers of cores */
  size_t scaling_count;
  struct growth_fit *growth; /* of variants at NORMAL_POINTS sizes or more */
  size_t growth_count;
};

/* All fits of an answer; FITS_MAX of each at most, the first ones. To be freed. */
enum { FITS_MAX = 40 };
void laws_fit(struct laws *laws, const struct answer *answer);
void laws_free(struct laws *laws);

/* The fit for a contest's variant, or NULL. */
const struct scaling_law_fit *laws_scaling(const struct laws *laws, size_t contest, size_t variant);
const struct growth_fit *laws_growth(const struct laws *laws, size_t contest, size_t variant);

/* Which law was found, whether it describes the data or not; NULL: none is identifiable. Two
 * numbers of cores identify none: no leave-one-out error can be computed. */
const struct scaling_fit *scaling_found(const struct scaling_law_fit *fit, bool weak);

/* The law that is to be shown: the one found, if its leave-one-out error is at most a quarter; else
 * NULL. One that is further off predicts nothing. */
const struct scaling_fit *scaling_best(const struct scaling_law_fit *fit, bool weak);

#endif
