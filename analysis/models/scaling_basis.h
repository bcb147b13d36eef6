/* The scaling laws as sums of basis functions; shared by the sources of scaling.h. */
#ifndef QUARTET_ANALYSIS_MODELS_SCALING_BASIS_H
#define QUARTET_ANALYSIS_MODELS_SCALING_BASIS_H

#include "analysis/models/groups.h"
#include "analysis/models/least_squares.h"
#include "analysis/models/scaling.h"
#include "analysis/models/score.h"

/* Data of one law: the groups' y is a time, or for Gustafson's law a rate per core. */
struct scaling_data {
  struct groups groups;
  double *basis, *weights, *medians;
  struct design_matrix design;
};

/* Parameters of a law: the coefficients in other words. */
struct scaling_parameters {
  double time_1, serial, coherence, speedup_limit, peak_cores;
};

extern const size_t scaling_terms[SCALING_LAWS];

/* To be freed in all cases. */
enum fit_status scaling_data_make(struct scaling_data *data, enum scaling_law law,
                                  enum scaling_quantity quantity, const double *cores,
                                  const double *values, size_t count);
void scaling_data_free(struct scaling_data *data);

struct scaling_parameters scaling_parameters_of(enum scaling_law law, const double *coefficients);

/* The law's basis functions at a number of cores. */
void scaling_basis(enum scaling_law law, double cores, double row[TERMS_MAX]);

/* The law's time in s at a number of cores. */
double scaling_law_time(enum scaling_law law, const struct scaling_parameters *parameters,
                        double cores);

/* Sets the intervals of parameters and predictions by score.h; the quality's misfit is set. */
void scaling_score_intervals(struct scaling_fit *fit, const struct score *score,
                             const double *coefficients, struct scaling_prediction *predictions,
                             size_t prediction_count);

#endif
