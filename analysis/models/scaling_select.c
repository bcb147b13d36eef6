#include <math.h>
#include <stdlib.h>

#include "analysis/models/scaling.h"
#include "analysis/models/scaling_basis.h"
#include "analysis/models/selection.h"

enum { CANDIDATES = SCALING_USL + 1 };

void scaling_select(struct scaling_selection *selection, enum scaling_quantity quantity,
                    const double *cores, const double *values, size_t count,
                    const struct fit_options *options, struct scaling_prediction *predictions,
                    size_t prediction_count) {
  double *errors[CANDIDATES] = {NULL};
  size_t rows = 0;
  *selection = (struct scaling_selection){.best = SCALING_LINEAR};
  for (int law = 0; law < CANDIDATES; law++) {
    struct scaling_data data;
    struct scaling_fit *fit = &selection->fits[law];
    selection->mean_error[law] = NAN;
    scaling_fit(fit, (enum scaling_law)law, quantity, cores, values, count, options, NULL, 0);
    if (fit->quality.status != FIT_OK)
      continue;
    scaling_data_make(&data, (enum scaling_law)law, quantity, cores, values, count);
    rows = data.groups.count;
    errors[law] = groups_zeros(rows);
    least_squares_leave_one_out(&data.design, data.medians, errors[law]);
    selection->mean_error[law] = selection_mean(errors[law], rows);
    scaling_data_free(&data);
  }
  size_t best = selection_choose(errors, CANDIDATES, rows);
  selection->found = best != SELECTION_NONE;
  if (selection->found)
    selection->best = (enum scaling_law)best;
  /* Without any fit: for the predictions' sake, which then say nothing. */
  scaling_fit(&selection->fits[selection->best], selection->best, quantity, cores, values, count,
              options, predictions, prediction_count);
  for (int law = 0; law < CANDIDATES; law++)
    free(errors[law]);
}
