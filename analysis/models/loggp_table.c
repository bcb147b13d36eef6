#include "analysis/models/loggp_table.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "common/grow.h"

static int compare(int64_t a, int64_t b) {
  return (a > b) - (a < b);
}

static int by_key(const void *left, const void *right) {
  const struct loggp_trip *a = left, *b = right;
  int difference = compare(a->round, b->round);
  if (difference == 0)
    difference = compare(a->size_bytes, b->size_bytes);
  if (difference == 0)
    difference = compare(a->burst, b->burst);
  return difference != 0 ? difference : compare(a->compute, b->compute);
}

static int by_number(const void *left, const void *right) {
  return compare(*(const int64_t *)left, *(const int64_t *)right);
}

static void add_different(int64_t **list, size_t *count, int64_t value) {
  if (*count > 0 && bsearch(&value, *list, *count, sizeof value, by_number) != NULL)
    return;
  *GROW(*list, *count) = value;
  qsort(*list, *count, sizeof value, by_number);
}

static int take(struct loggp_table *table, const struct loggp_trip *trip, struct error *error) {
  if (trip->size_bytes < 0 || trip->burst < 1 || trip->compute < 0 ||
      !(trip->trip_s > 0 && isfinite(trip->trip_s)))
    return error_set(error, EXIT_USAGE, "round %" PRId64 ": a round trip that cannot be",
                     trip->round);
  if (trip->compute > 0 && table->compute > 0 && trip->compute != table->compute)
    return error_set(error, EXIT_USAGE, "two amounts of computing: %" PRId64 " and %" PRId64,
                     table->compute, trip->compute);
  if (trip->compute > 0)
    table->compute = trip->compute;
  *GROW(table->trips, table->count) = *trip;
  add_different(&table->bursts, &table->burst_count, trip->burst);
  if (trip->size_bytes > 0)
    add_different(&table->sizes, &table->size_count, trip->size_bytes);
  if (trip->size_bytes > 0 && trip->compute > 0)
    add_different(&table->computed, &table->computed_count, trip->size_bytes);
  return 0;
}

double loggp_table_time(const struct loggp_table *table, int64_t round, int64_t size, int64_t burst,
                        int64_t compute) {
  const struct loggp_trip key = {round, size, burst, compute, 0};
  const struct loggp_trip *found =
      table->count == 0 ? NULL : bsearch(&key, table->trips, table->count, sizeof key, by_key);
  return found == NULL ? NAN : found->trip_s;
}

static bool has(const struct loggp_table *table, struct loggp_trip key, struct loggp_fit *fit) {
  if (!isnan(loggp_table_time(table, key.round, key.size_bytes, key.burst, key.compute)))
    return true;
  if (fit->rounds_left_out == 0)
    fit->missing = key;
  return false;
}

/* Whether a round has all that the others have. */
static bool is_complete(const struct loggp_table *table, int64_t round, struct loggp_fit *fit) {
  const int64_t most = table->bursts[table->burst_count - 1];
  for (size_t i = 0; i < table->size_count; i++)
    for (size_t b = 0; b < table->burst_count; b++)
      if (!has(table, (struct loggp_trip){round, table->sizes[i], table->bursts[b], 0, 0}, fit))
        return false;
  for (size_t i = 0; i < table->computed_count; i++)
    if (!has(table, (struct loggp_trip){round, table->computed[i], most, table->compute, 0}, fit))
      return false;
  return table->compute == 0 ||
         (has(table, (struct loggp_trip){round, 0, most, 0, 0}, fit) &&
          has(table, (struct loggp_trip){round, 0, most, table->compute, 0}, fit));
}

static void keep_complete_rounds(struct loggp_table *table, struct loggp_fit *fit) {
  for (size_t i = 0; i < table->count; i++) {
    int64_t round = table->trips[i].round;
    if (i > 0 && round == table->trips[i - 1].round)
      continue;
    if (is_complete(table, round, fit))
      *GROW(table->rounds, table->round_count) = round;
    else
      fit->rounds_left_out++;
  }
}

int loggp_table_make(struct loggp_table *table, const struct loggp_trip *trips, size_t count,
                     struct loggp_fit *fit, struct error *error) {
  *table = (struct loggp_table){0};
  for (size_t i = 0; i < count; i++)
    if (take(table, &trips[i], error))
      return error->code;
  if (table->count > 0)
    qsort(table->trips, table->count, sizeof *table->trips, by_key);
  for (size_t i = 1; i < table->count; i++)
    if (by_key(&table->trips[i - 1], &table->trips[i]) == 0)
      return error_set(error, EXIT_USAGE,
                       "round %" PRId64 ": size %" PRId64 ", burst %" PRId64 " stands there twice",
                       table->trips[i].round, table->trips[i].size_bytes, table->trips[i].burst);
  keep_complete_rounds(table, fit);
  return 0;
}

void loggp_table_free(struct loggp_table *table) {
  free(table->trips);
  free(table->rounds);
  free(table->sizes);
  free(table->bursts);
  free(table->computed);
}
