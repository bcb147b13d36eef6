#include "analysis/models/scaling_basis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const size_t scaling_terms[SCALING_LAWS] = {
    [SCALING_LINEAR] = 1, [SCALING_AMDAHL] = 2, [SCALING_USL] = 3, [SCALING_GUSTAFSON] = 2};

/* T or, for Gustafson's law, 1/T is the sum of these with coefficients that are not negative:
 *   linear     T1 . 1/p
 *   Amdahl     T1 (1 - b) . 1/p + T1 b . 1
 *   USL        T1 . 1/p + T1 alpha . (p - 1)/p + T1 beta . (p - 1)
 *   Gustafson  s/T1 . 1/p + (1 - s)/T1 . 1 */
void scaling_basis(enum scaling_law law, double p, double row[TERMS_MAX]) {
  row[0] = 1 / p;
  if (law == SCALING_AMDAHL || law == SCALING_GUSTAFSON)
    row[1] = 1;
  if (law == SCALING_USL) {
    row[1] = (p - 1) / p;
    row[2] = p - 1;
  }
}

/* The quantity in which the law is a sum, from the measured one. */
static double converted(enum scaling_law law, enum scaling_quantity quantity, double cores,
                        double value) {
  if (law == SCALING_GUSTAFSON)
    return quantity == SCALING_TIME ? 1 / value : value / cores;
  return quantity == SCALING_TIME ? value : 1 / value;
}

enum fit_status scaling_data_make(struct scaling_data *data, enum scaling_law law,
                                  enum scaling_quantity quantity, const double *cores,
                                  const double *values, size_t count) {
  *data = (struct scaling_data){0};
  double *y = groups_zeros(count);
  enum fit_status status = FIT_OK;
  for (size_t i = 0; i < count; i++) {
    if (!(cores[i] >= 1 && values[i] > 0))
      status = FIT_BAD_DATA;
    y[i] = converted(law, quantity, cores[i], values[i]);
  }
  if (status == FIT_OK)
    status = groups_make(&data->groups, cores, NULL, y, count);
  free(y);
  if (status != FIT_OK)
    return status;
  const size_t rows = data->groups.count, terms = scaling_terms[law];
  data->basis = groups_zeros(rows * terms);
  data->weights = groups_zeros(rows);
  data->medians = groups_zeros(rows);
  for (size_t i = 0; i < rows; i++) {
    double row[TERMS_MAX];
    scaling_basis(law, data->groups.items[i].x, row);
    memcpy(&data->basis[i * terms], row, terms * sizeof *row);
    data->weights[i] = data->groups.items[i].weight;
    data->medians[i] = data->groups.items[i].median;
  }
  data->design = (struct design_matrix){data->basis, rows, terms, data->weights};
  return FIT_OK;
}

void scaling_data_free(struct scaling_data *data) {
  groups_free(&data->groups);
  free(data->basis);
  free(data->weights);
  free(data->medians);
}

static void set_peak(struct scaling_parameters *usl) {
  const double alpha = usl->serial, beta = usl->coherence;
  if (beta > 0) {
    usl->peak_cores = alpha < 1 ? fmax(1, sqrt((1 - alpha) / beta)) : 1;
    usl->speedup_limit = usl->time_1 / scaling_law_time(SCALING_USL, usl, usl->peak_cores);
  } else {
    usl->peak_cores = alpha < 1 ? INFINITY : 1;
    usl->speedup_limit = alpha < 1 ? 1 / alpha : 1; /* 1/0: infinite */
  }
}

struct scaling_parameters scaling_parameters_of(enum scaling_law law, const double *coefficients) {
  struct scaling_parameters of = {coefficients[0], 0, 0, INFINITY, INFINITY};
  if (law == SCALING_AMDAHL) {
    of.time_1 = coefficients[0] + coefficients[1];
    of.serial = coefficients[1] / of.time_1;
    of.speedup_limit = 1 / of.serial;
  } else if (law == SCALING_GUSTAFSON) {
    of.time_1 = 1 / (coefficients[0] + coefficients[1]);
    of.serial = coefficients[0] * of.time_1;
  } else if (law == SCALING_USL) {
    of.serial = coefficients[1] / coefficients[0];
    of.coherence = coefficients[2] / coefficients[0];
    set_peak(&of);
  }
  return of;
}

double scaling_law_time(enum scaling_law law, const struct scaling_parameters *of, double p) {
  switch (law) {
  case SCALING_AMDAHL:
    return of->time_1 * (of->serial + (1 - of->serial) / p);
  case SCALING_USL:
    return of->time_1 * (1 / p + of->serial * (p - 1) / p + of->coherence * (p - 1));
  case SCALING_GUSTAFSON: /* of work that grows with p */
    return of->time_1 * p / (p - of->serial * (p - 1));
  default:
    return of->time_1 / p;
  }
}
