/* Round trips by round, size, burst and computing; shared by the sources of loggp.h. */
#ifndef QUARTET_ANALYSIS_MODELS_LOGGP_TABLE_H
#define QUARTET_ANALYSIS_MODELS_LOGGP_TABLE_H

#include "analysis/models/loggp.h"

struct loggp_table {
  struct loggp_trip *trips; /* sorted */
  size_t count;
  int64_t *rounds, *sizes, *bursts; /* rising; sizes without 0; rounds that lack nothing */
  size_t round_count, size_count, burst_count;
  int64_t *computed; /* rising: the sizes that were measured with computing, too, without 0 */
  size_t computed_count;
  int64_t compute; /* the only amount that is not 0; 0 if all are */
};

/* Checks and sorts; records in the fit which rounds were excluded. To be freed in all cases. */
int loggp_table_make(struct loggp_table *table, const struct loggp_trip *trips, size_t count,
                     struct loggp_fit *fit, struct error *error);
void loggp_table_free(struct loggp_table *table);

/* NaN if it was not measured. */
double loggp_table_time(const struct loggp_table *table, int64_t round, int64_t size, int64_t burst,
                        int64_t compute);

/* How many of the sizes are of the short regime, by the one-way times `y` (medians
 * over rounds); 0 if one regime is better. */
size_t loggp_find_split(const double *sizes, const double *y, size_t count);

#endif
