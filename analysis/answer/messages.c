#include "analysis/answer/messages.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answer/options.h"
#include "common/grow.h"

/* --- trips ------------------------------------------------------------------------------------ */

/* How pingpong was run; each is a whole number. */
struct trip_setting {
  double rounds, burst, compute;
};

static struct trip_setting setting_of(const struct standing *standing) {
  struct trip_setting setting = {option_number(standing->work, "rounds"),
                                 option_number(standing->work, "burst"),
                                 option_number(standing->work, "compute")};
  if (isnan(setting.burst)) /* missing options have their defaults */
    setting.burst = 1;
  if (isnan(setting.compute))
    setting.compute = 0;
  return setting;
}

static bool is_pingpong(const struct standing *standing) {
  return strcmp(standing->work->kernel, "pingpong") == 0 && standing->count > 0 &&
         strcmp(standing->work->jobs, "1") == 0 && setting_of(standing).rounds > 0;
}

struct trips {
  struct loggp_trip *items;
  size_t count;
  double
      compute; /* of those with computation: the first amount; others would not fit into a model */
};

static bool has_trip(const struct trips *trips, int64_t bytes, const struct trip_setting *setting) {
  for (size_t i = 0; i < trips->count; i++)
    if (trips->items[i].size_bytes == bytes && (double)trips->items[i].burst == setting->burst &&
        (double)trips->items[i].compute == setting->compute)
      return true;
  return false;
}

/* All launches of a standing, unless another with the same messages was taken. */
static void take_trips(struct trips *trips, const struct standing *standing) {
  struct trip_setting setting = setting_of(standing);
  int64_t bytes = standing->problem->n;
  if (has_trip(trips, bytes, &setting))
    return;
  if (setting.compute > 0 && trips->compute > 0 && setting.compute != trips->compute)
    return;
  if (setting.compute > 0)
    trips->compute = setting.compute;
  for (size_t i = 0; i < standing->count; i++) {
    struct loggp_trip trip = {.round = standing->rounds[i],
                              .size_bytes = bytes,
                              .burst = (int64_t)setting.burst,
                              .compute = (int64_t)setting.compute,
                              .trip_s = standing->times_s[i] / setting.rounds};
    *GROW(trips->items, trips->count) = trip;
  }
}

/* --- sizes ------------------------------------------------------------------------------------ */

static void take_size(struct messages *messages, const struct answer *answer, size_t index) {
  const struct standing *standing = &answer->standings[index];
  struct trip_setting setting = setting_of(standing);
  double *one_way_s = NULL;
  size_t count = 0;
  if (setting.burst != 1 || setting.compute != 0 || standing->problem->n < 1)
    return;
  for (size_t i = 0; i < messages->size_count; i++)
    if (messages->sizes[i].bytes == standing->problem->n)
      return;
  while (count < standing->count) {
    double half_s = standing->times_s[count] / setting.rounds / 2;
    *GROW(one_way_s, count) = half_s;
  }
  struct message_size size = {.standing = index,
                              .bytes = standing->problem->n,
                              .one_way_s = describe(one_way_s, count, 0.95)};
  free(one_way_s);
  *GROW(messages->sizes, messages->size_count) = size;
}

static int compare_sizes(const void *left, const void *right) {
  const struct message_size *a = left, *b = right;
  return (a->bytes > b->bytes) - (a->bytes < b->bytes);
}

/* --- of a variant ----------------------------------------------------------------------------- */

static void take_contest(struct messages *messages, struct trips *trips,
                         const struct answer *answer, const struct contest *contest) {
  size_t entry = contest->entries[messages->variant];
  if (contest->machine != messages->machine || entry == NONE)
    return;
  int64_t cores = answer->standings[entry].point->cores;
  for (size_t i = contest->begin; i < contest->end; i++) {
    const struct standing *standing = &answer->standings[i];
    if (!is_pingpong(standing) || standing->point->machine != contest->machine ||
        standing->point->variant != messages->variant || standing->point->cores != cores)
      continue;
    messages->standing = i;
    take_size(messages, answer, i);
    take_trips(trips, standing);
  }
}

/* Without a possible fit there is no entry: the data, which the report shows, explain why. */
static void fit(struct messages *messages, const struct trips *trips) {
  struct error error = {0};
  if (loggp_fit(&messages->fit, trips->items, trips->count, LOGGP_FIND_SPLIT, 0.95, &error) != 0) {
    loggp_free(&messages->fit);
    messages->fit = (struct loggp_fit){0};
  }
}

static void add_variant(struct all_messages *all, const struct answer *answer, size_t machine,
                        size_t variant) {
  struct messages messages = {.machine = machine, .variant = variant, .standing = NONE};
  struct trips trips = {0};
  for (size_t c = 0; c < answer->contest_count; c++)
    take_contest(&messages, &trips, answer, &answer->contests[c]);
  if (messages.size_count >= 2) {
    qsort(messages.sizes, messages.size_count, sizeof *messages.sizes, compare_sizes);
    fit(&messages, &trips);
    *GROW(all->items, all->count) = messages;
  } else {
    free(messages.sizes);
  }
  free(trips.items);
}

void messages_find(struct all_messages *all, const struct answer *answer) {
  bool any = false;
  *all = (struct all_messages){0};
  for (size_t i = 0; i < answer->data->work_count; i++)
    any |= strcmp(answer->data->works[i].kernel, "pingpong") == 0;
  for (size_t machine = 0; machine < answer->data->machine_count && any; machine++)
    for (size_t v = 0; v < answer->data->variant_count; v++)
      add_variant(all, answer, machine, v);
}

void messages_free(struct all_messages *all) {
  for (size_t i = 0; i < all->count; i++) {
    free(all->items[i].sizes);
    loggp_free(&all->items[i].fit);
  }
  free(all->items);
  *all = (struct all_messages){0};
}

double regime_time(const struct loggp_regime *regime, double bytes) {
  return regime->one_way_s.median + (bytes - 1) * regime->per_byte_s.median;
}

struct interval half_bandwidth_size(const struct loggp_regime *regime) {
  const struct interval *time_s = &regime->one_way_s, *gap_s = &regime->per_byte_s;
  struct interval size = {NAN, NAN, NAN, gap_s->level};
  if (!(gap_s->median > 0) || !(time_s->median > 0))
    return size;
  size.median = time_s->median / gap_s->median;
  size.low = fmax(time_s->low, 0) / gap_s->high;
  size.high = gap_s->low > 0 ? time_s->high / gap_s->low : INFINITY;
  if (isnan(time_s->low) || isnan(gap_s->low))
    size.low = size.high = NAN;
  return size;
}
