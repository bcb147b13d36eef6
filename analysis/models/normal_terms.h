/* The terms that normal forms are made of; shared by the sources of normal_form.h. */
#ifndef QUARTET_ANALYSIS_MODELS_NORMAL_TERMS_H
#define QUARTET_ANALYSIS_MODELS_NORMAL_TERMS_H

#include "analysis/models/normal_form.h"

/* All powers but the constant; their number. */
enum { NORMAL_POWERS_MAX = 80 };
size_t normal_powers(enum normal_exponents exponents, struct normal_power *powers);

double normal_power_value(const struct normal_power *power, double x);

/* The leave-one-out errors (SMAPE of each row, in percent) of c0 + c1 g, or of c0 where g is NULL.
 * False if a prediction is not determined. */
bool normal_errors(const double *g, const double *y, const double *weights, size_t rows,
                   double *errors);

/* SMAPE of one prediction, in percent. */
double normal_smape(double predicted, double measured);

/* A form that says nothing, and its predictions. */
void normal_clear(struct normal_form *form, struct normal_prediction *predictions,
                  size_t prediction_count);

#endif
