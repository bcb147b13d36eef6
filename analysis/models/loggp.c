#include "analysis/models/loggp.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/models/groups.h"
#include "analysis/models/loggp_table.h"
#include "analysis/models/theil_sen.h"
#include "common/grow.h"

/* The sizes of one regime, and what the fit of each round gave: `rounds` values for each parameter,
 * then for each size its one-way time and its gap. */
enum { ONE_WAY, LATENCY, OVERHEAD, GAP, PER_BYTE, DELAY, PARAMETERS };

struct regime_data {
  const struct loggp_table *table;
  const int64_t *sizes;
  size_t size_count, rounds;
  double *values;
};

static double *values_of(const struct regime_data *data, size_t which) {
  return data->values + which * data->rounds;
}

static double *one_way_of(const struct regime_data *data, size_t size) {
  return values_of(data, PARAMETERS + 2 * size);
}

static double *gap_of(const struct regime_data *data, size_t size) {
  return values_of(data, PARAMETERS + 2 * size + 1);
}

static double median_of(double *values, size_t count) {
  stats_sort(values, count);
  return stats_median(values, count);
}

/* The time from one message of a burst to the next; NaN without bursts. */
static double gap_in_round(const struct loggp_table *table, int64_t round, int64_t size) {
  double *x = groups_zeros(table->burst_count), *y = groups_zeros(table->burst_count);
  struct fitted_line line;
  for (size_t i = 0; i < table->burst_count; i++) {
    x[i] = (double)table->bursts[i];
    y[i] = loggp_table_time(table, round, size, table->bursts[i], 0);
  }
  line_fit(x, y, table->burst_count, 1, &line);
  free(x);
  free(y);
  return line.slope;
}

/* o, from messages with computing between them: the sender and not the network sets the pace. For
 * a message of 1 byte, by a line over the sizes that were measured so; of fewer than a line needs,
 * that of the smallest. NaN without any of this regime. */
static void fit_overhead(const struct regime_data *data, size_t r) {
  const struct loggp_table *table = data->table;
  const int64_t round = table->rounds[r], most = table->bursts[table->burst_count - 1];
  const double steps = (double)(most - 1);
  double *x = groups_zeros(data->size_count), *room = groups_zeros(data->size_count);
  size_t count = 0;
  struct fitted_line line;
  double delay = (loggp_table_time(table, round, 0, most, table->compute) -
                  loggp_table_time(table, round, 0, most, 0)) /
                 steps;
  for (size_t i = 0; i < data->size_count; i++) {
    double computed_s = loggp_table_time(table, round, data->sizes[i], most, table->compute);
    if (isnan(computed_s))
      continue;
    x[count] = (double)data->sizes[i];
    room[count++] =
        (computed_s - loggp_table_time(table, round, data->sizes[i], 1, 0)) / steps - delay;
  }
  if (count >= LOGGP_SIZES_MIN)
    line_fit(x, room, count, 1, &line);
  values_of(data, DELAY)[r] = count > 0 ? delay : NAN;
  values_of(data, OVERHEAD)[r] = count >= LOGGP_SIZES_MIN ? line.at_start
                                 : count > 0              ? room[0]
                                                          : NAN;
  free(x);
  free(room);
}

static void fit_round(const struct regime_data *data, size_t r, bool has_bursts) {
  const struct loggp_table *table = data->table;
  const int64_t round = table->rounds[r];
  const size_t count = data->size_count;
  double *x = groups_zeros(count), *half = groups_zeros(count), *rest = groups_zeros(count);
  struct fitted_line line;
  for (size_t i = 0; i < count; i++) {
    x[i] = (double)data->sizes[i];
    one_way_of(data, i)[r] = half[i] =
        loggp_table_time(table, round, data->sizes[i], table->bursts[0], 0) / 2;
    gap_of(data, i)[r] = has_bursts ? gap_in_round(table, round, data->sizes[i]) : NAN;
  }
  for (size_t i = 0; i < PARAMETERS; i++)
    values_of(data, i)[r] = NAN;
  line_fit(x, half, count, 1, &line);
  values_of(data, PER_BYTE)[r] = line.slope;
  values_of(data, ONE_WAY)[r] = line.at_start;
  if (has_bursts) {
    for (size_t i = 0; i < count; i++)
      rest[i] = gap_of(data, i)[r] - (x[i] - 1) * line.slope;
    values_of(data, GAP)[r] = median_of(rest, count);
  }
  if (has_bursts && table->compute > 0) {
    fit_overhead(data, r);
    values_of(data, LATENCY)[r] = line.at_start - 2 * values_of(data, OVERHEAD)[r];
  }
  free(x);
  free(half);
  free(rest);
}

static struct interval interval_of(const struct regime_data *data, size_t which, double level) {
  double *values = values_of(data, which);
  stats_sort(values, data->rounds);
  return stats_interval(values, data->rounds, level);
}

static double off(double model, double measured) {
  return fabs((model - measured) / measured); /* a gap may be measured below 0 */
}

static void set_residuals(struct loggp_regime *regime, const struct regime_data *data,
                          bool has_bursts) {
  double *all = NULL, longest = 0;
  size_t count = 0;
  for (size_t i = 0; i < data->size_count; i++) {
    struct loggp_size size = {data->sizes[i], NAN, NAN, NAN, NAN, NAN, NAN};
    const double rest = (double)(data->sizes[i] - 1) * regime->per_byte_s.median;
    size.one_way_s = median_of(one_way_of(data, i), data->rounds);
    size.one_way_model_s = regime->one_way_s.median + rest;
    *GROW(all, count) = size.one_way_off = off(size.one_way_model_s, size.one_way_s);
    if (has_bursts) {
      size.gap_s = median_of(gap_of(data, i), data->rounds);
      size.gap_model_s = regime->gap_s.median + rest;
      *GROW(all, count) = size.gap_off = off(size.gap_model_s, size.gap_s);
      longest = fmax(longest, size.gap_s);
    }
    *GROW(regime->sizes, regime->size_count) = size;
  }
  regime->off_median = median_of(all, count);
  regime->off_worst = all[count - 1];
  regime->delay_is_short = regime->delay_s.median < longest;
  free(all);
}

static void fit_regime(struct loggp_regime *regime, const struct loggp_table *table, size_t first,
                       size_t end, bool has_bursts, double level) {
  const struct interval none = {NAN, NAN, NAN, NAN};
  struct regime_data data = {table, table->sizes + first, end - first, table->round_count, NULL};
  *regime = (struct loggp_regime){
      FIT_TOO_FEW, table->sizes[first], table->sizes[end - 1], none, none, none, none, none, none};
  regime->off_median = regime->off_worst = NAN;
  if (data.size_count < LOGGP_SIZES_MIN)
    return;
  data.values = groups_zeros(data.rounds * (PARAMETERS + 2 * data.size_count));
  for (size_t r = 0; r < data.rounds; r++)
    fit_round(&data, r, has_bursts);
  regime->status = FIT_OK;
  regime->one_way_s = interval_of(&data, ONE_WAY, level);
  regime->per_byte_s = interval_of(&data, PER_BYTE, level);
  regime->gap_s = interval_of(&data, GAP, level);
  regime->overhead_s = interval_of(&data, OVERHEAD, level);
  regime->latency_s = interval_of(&data, LATENCY, level);
  regime->delay_s = interval_of(&data, DELAY, level);
  set_residuals(regime, &data, has_bursts);
  free(data.values);
}

/* The index of the first long size; 0: one regime. */
static size_t split_of(const struct loggp_table *table, int64_t split_bytes) {
  size_t count = table->size_count, at = 0;
  if (split_bytes == LOGGP_ONE_REGIME)
    return 0;
  if (split_bytes > 0) {
    while (at < count && table->sizes[at] < split_bytes)
      at++;
    return at == count ? 0 : at;
  }
  double *x = groups_zeros(count), *y = groups_zeros(count);
  double *room = groups_zeros(table->round_count);
  for (size_t i = 0; i < count; i++) {
    for (size_t r = 0; r < table->round_count; r++)
      room[r] = loggp_table_time(table, table->rounds[r], table->sizes[i], table->bursts[0], 0) / 2;
    x[i] = (double)table->sizes[i];
    y[i] = median_of(room, table->round_count);
  }
  at = loggp_find_split(x, y, count);
  free(x);
  free(y);
  free(room);
  return at;
}

int loggp_fit(struct loggp_fit *fit, const struct loggp_trip *trips, size_t count,
              int64_t split_bytes, double level, struct error *error) {
  struct loggp_table table;
  *fit = (struct loggp_fit){.regime_count = 0};
  if (loggp_table_make(&table, trips, count, fit, error) == 0 && table.round_count > 0 &&
      table.size_count > 0) {
    if (table.bursts[0] != 1)
      error_set(error, EXIT_USAGE, "no round trips of single messages (bursts of 1)");
    fit->rounds = table.round_count;
    fit->has_bursts = table.burst_count > 1;
    fit->has_compute = fit->has_bursts && table.compute > 0;
  }
  if (error->code == 0 && fit->rounds > 0) {
    size_t split = split_of(&table, split_bytes);
    fit->split_was_found = split > 0 && split_bytes == LOGGP_FIND_SPLIT;
    fit->split_bytes = split > 0 ? table.sizes[split] : 0;
    if (split > 0)
      fit_regime(&fit->regimes[fit->regime_count++], &table, 0, split, fit->has_bursts, level);
    fit_regime(&fit->regimes[fit->regime_count++], &table, split, table.size_count, fit->has_bursts,
               level);
  }
  loggp_table_free(&table);
  return error->code;
}

void loggp_free(struct loggp_fit *fit) {
  for (size_t i = 0; i < fit->regime_count; i++)
    free(fit->regimes[i].sizes);
  fit->regime_count = 0;
}

struct interval loggp_bandwidth(const struct loggp_regime *regime) {
  const struct interval *g = &regime->per_byte_s;
  struct interval bandwidth = {NAN, NAN, NAN, NAN};
  if (!(g->median > 0))
    return bandwidth;
  bandwidth.median = 1 / g->median;
  bandwidth.low = 1 / g->high;
  bandwidth.high = isnan(g->low) ? NAN : g->low > 0 ? 1 / g->low : INFINITY;
  bandwidth.level = g->level;
  return bandwidth;
}
