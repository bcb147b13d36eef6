#include "analysis/answer/bounds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "common/number.h"

/* --- what a roof is made of ------------------------------------------------------------------- */

static bool is_kernel(const struct standing *standing, const char *kernel) {
  return strcmp(standing->work->kernel, kernel) == 0;
}

static bool counts_flops(const struct standing *standing) {
  return strcmp(standing->work->unit, "flop") == 0 && standing->point->figures[COLUMN_work_op] > 0;
}

/* The traffic on the memory bus; older files do not have it. */
static double traffic_of(const struct standing *standing) {
  const struct data_point *point = standing->point;
  return point->figures[COLUMN_work_traffic_byte] > 0 ? point->figures[COLUMN_work_traffic_byte]
                                                      : point->figures[COLUMN_work_byte];
}

/* A measurement that a roof may be made of. */
static bool is_usable(const struct standing *standing) {
  return standing->sound && !standing->point->oversubscribed;
}

/* Whether it ran on as many cores of as many nodes of the same machine. */
static bool is_under(const struct standing *standing, const struct bounds_roof *roof) {
  const struct data_point *point = standing->point;
  return point->machine == roof->machine && point->cores == roof->cores &&
         point->nodes == roof->nodes;
}

/* `amount` over the time of each launch: an array of standing->count values. */
static double *rates_of(const struct standing *standing, double amount) {
  double *rates = grow_zeroed(standing->count, sizeof *rates);
  for (size_t i = 0; i < standing->count; i++)
    rates[i] = amount / standing->times_s[i];
  return rates;
}

static double bandwidth_of(const struct standing *standing) {
  return traffic_of(standing) / standing->described.median;
}

static size_t find_dgemm(const struct answer *answer, const struct bounds_roof *roof) {
  size_t best = NONE;
  double best_rate = 0;
  for (size_t i = 0; i < answer->standing_count; i++) {
    const struct standing *standing = &answer->standings[i];
    if (!is_kernel(standing, "dgemm") || !is_usable(standing) || !is_under(standing, roof) ||
        !counts_flops(standing))
      continue;
    double rate = standing->point->figures[COLUMN_work_op] / standing->described.median;
    if (rate > best_rate) {
      best_rate = rate;
      best = i;
    }
  }
  return best;
}

struct streams {
  struct roofline_stream *items;
  double **rates; /* of each item */
  size_t count;
};

/* Every working set once, by the variant that draws the most bandwidth. stream moves each of its
 * arrays once in a pass, so that its compulsory bytes are its working set. */
static struct streams find_streams(const struct answer *answer, const struct bounds_roof *roof) {
  const struct standing **best = NULL;
  struct streams streams = {0};
  size_t count = 0, made = 0;
  for (size_t i = 0; i < answer->standing_count; i++) {
    const struct standing *standing = &answer->standings[i];
    if (!is_kernel(standing, "stream") || !is_usable(standing) || !is_under(standing, roof) ||
        !(traffic_of(standing) > 0))
      continue;
    size_t at = 0;
    while (at < count &&
           best[at]->point->figures[COLUMN_work_byte] != standing->point->figures[COLUMN_work_byte])
      at++;
    if (at == count)
      *GROW(best, count) = standing;
    else if (bandwidth_of(standing) > bandwidth_of(best[at]))
      best[at] = standing;
  }
  while (made < count) {
    const struct standing *standing = best[made];
    double *rates = rates_of(standing, traffic_of(standing));
    struct roofline_stream stream = {.working_set_bytes =
                                         standing->point->figures[COLUMN_work_byte],
                                     .rates = {rates, standing->count}};
    *GROW(streams.rates, made) = rates;
    *GROW(streams.items, streams.count) = stream;
  }
  free(best);
  return streams;
}

static void free_streams(struct streams *streams) {
  for (size_t i = 0; i < streams->count; i++)
    free(streams->rates[i]);
  free(streams->rates);
  free(streams->items);
}

/* --- roofs ------------------------------------------------------------------------------------ */

/* The caches that `cores` cores have together; those of a run over several machines are known of
 * the first alone. A cache that some cores share (count below theirs) counts once for each. */
static void set_caches(struct bounds_roof *roof, const struct answer *answer) {
  const struct run_machine *machine = answer->run == NULL ? NULL : &answer->run->machine;
  if (machine == NULL || answer->data->machine_count > 1 || roof->nodes > 1)
    return;
  const int64_t sizes[CACHE_LEVELS] = {machine->l1d_bytes, machine->l2_bytes, machine->l3_bytes};
  const int64_t counts[CACHE_LEVELS] = {machine->l1d_count, machine->l2_count, machine->l3_count};
  for (int i = 0; i < CACHE_LEVELS; i++) {
    /* Without a count: a cache for each core, but for the last level, of which there is one. */
    int64_t count = counts[i] > 0 ? counts[i] : i + 1 < CACHE_LEVELS ? roof->cores : 1;
    if (sizes[i] > 0)
      roof->cache_bytes[i] = (double)sizes[i] * (double)(count < roof->cores ? count : roof->cores);
  }
}

static void add_roof(struct bounds *bounds, const struct answer *answer,
                     const struct data_point *point) {
  struct bounds_roof roof = {
      .machine = point->machine, .cores = point->cores, .nodes = point->nodes};
  roof.dgemm = find_dgemm(answer, &roof);
  struct streams streams = find_streams(answer, &roof);
  double caches[CACHE_LEVELS];
  size_t cache_count = 0;
  if (roof.dgemm != NONE && streams.count > 0) {
    const struct standing *dgemm = &answer->standings[roof.dgemm];
    double *rates = rates_of(dgemm, dgemm->point->figures[COLUMN_work_op]);
    set_caches(&roof, answer);
    for (int i = 0; i < CACHE_LEVELS; i++)
      if (roof.cache_bytes[i] > 0)
        caches[cache_count++] = roof.cache_bytes[i];
    roofline_make(&roof.line, (struct launch_values){rates, dgemm->count}, streams.items,
                  streams.count, caches, cache_count, 0.95);
    free(rates);
    if (roof.line.status == FIT_OK)
      *GROW(bounds->roofs, bounds->roof_count) = roof;
    else
      roofline_free(&roof.line);
  }
  free_streams(&streams);
}

static size_t roof_of(const struct bounds *bounds, const struct standing *standing) {
  for (size_t i = 0; i < bounds->roof_count; i++)
    if (is_under(standing, &bounds->roofs[i]))
      return i;
  return NONE;
}

/* --- works on them ---------------------------------------------------------------------------- */

/* roofline_locate takes operations, whose peak is dgemm's. Bytes as operations at so small an
 * intensity never come near it: what is left is the bandwidth. */
static const double bytes_scale = 1e-9;

static struct roofline_place place_bytes(const struct roofline *line,
                                         const struct standing *standing) {
  double *rates = rates_of(standing, bytes_scale * traffic_of(standing));
  struct roofline_place place =
      roofline_locate(line, bytes_scale, standing->point->figures[COLUMN_work_byte],
                      (struct launch_values){rates, standing->count}, NULL);
  free(rates);
  place.limit /= bytes_scale;
  place.rate.value /= bytes_scale;
  place.rate.low /= bytes_scale;
  place.rate.high /= bytes_scale;
  return place;
}

/* Each datum is moved once at least, so that a kernel's compulsory bytes are never less than its
 * working set: where they fit into a cache, it does. */
static struct roofline_place place_flops(const struct roofline *line,
                                         const struct standing *standing, double intensity) {
  double *rates = rates_of(standing, standing->point->figures[COLUMN_work_op]);
  struct roofline_place place =
      roofline_locate(line, intensity, standing->point->figures[COLUMN_work_byte],
                      (struct launch_values){rates, standing->count}, NULL);
  free(rates);
  return place;
}

/* stream and dgemm are the roof themselves. */
static bool may_be_placed(const struct standing *standing) {
  if (!standing->sound || is_kernel(standing, "stream") || is_kernel(standing, "dgemm"))
    return false;
  return counts_flops(standing) ||
         (standing->work->kind == BOUND_MEMORY && traffic_of(standing) > 0);
}

static void add_place(struct bounds *bounds, const struct answer *answer, size_t contest,
                      size_t index) {
  const struct standing *standing = &answer->standings[index];
  struct bounds_place place = {.contest = contest,
                               .standing = index,
                               .roof = roof_of(bounds, standing),
                               .by_bytes = !counts_flops(standing),
                               .intensity = NAN};
  if (!may_be_placed(standing))
    return;
  if (place.roof == NONE || standing->point->oversubscribed) {
    bounds->without_roof++;
    return;
  }
  const struct roofline *line = &bounds->roofs[place.roof].line;
  if (place.by_bytes) {
    place.place = place_bytes(line, standing);
  } else {
    double traffic = traffic_of(standing);
    place.intensity = traffic > 0 ? standing->point->figures[COLUMN_work_op] / traffic : INFINITY;
    place.place = place_flops(line, standing, place.intensity);
  }
  if (place.place.status == FIT_OK)
    *GROW(bounds->places, bounds->place_count) = place;
}

static int compare_roofs(const void *left, const void *right) {
  const struct bounds_roof *a = left, *b = right;
  int64_t numbers[][2] = {
      {(int64_t)a->machine, (int64_t)b->machine}, {a->cores, b->cores}, {a->nodes, b->nodes}};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    if (numbers[i][0] != numbers[i][1])
      return numbers[i][0] < numbers[i][1] ? -1 : 1;
  return 0;
}

void bounds_make(struct bounds *bounds, const struct answer *answer) {
  *bounds = (struct bounds){0};
  for (size_t i = 0; i < answer->standing_count; i++) {
    const struct standing *standing = &answer->standings[i];
    if (is_kernel(standing, "dgemm") && is_usable(standing) && roof_of(bounds, standing) == NONE)
      add_roof(bounds, answer, standing->point);
  }
  if (bounds->roof_count == 0)
    return;
  qsort(bounds->roofs, bounds->roof_count, sizeof *bounds->roofs, compare_roofs);
  for (size_t i = 0; i < answer->contest_count; i++) {
    const struct contest *contest = &answer->contests[i];
    for (size_t k = 0; k < contest->present_count; k++)
      add_place(bounds, answer, i, contest->entries[contest->present[k]]);
  }
}

void bounds_free(struct bounds *bounds) {
  for (size_t i = 0; i < bounds->roof_count; i++)
    roofline_free(&bounds->roofs[i].line);
  free(bounds->roofs);
  free(bounds->places);
  *bounds = (struct bounds){0};
}

char *bounds_level_name(const struct bounds_roof *roof, size_t level) {
  static const char *const names[CACHE_LEVELS] = {"L1", "L2", "L3"};
  double set = roof->line.levels[level].working_set_bytes;
  bool known = false;
  for (int i = 0; i < CACHE_LEVELS; i++) {
    known |= roof->cache_bytes[i] > 0;
    if (roof->cache_bytes[i] > 0 && set <= roof->cache_bytes[i])
      return grow_text("%s", names[i]);
  }
  if (known)
    return grow_text("memory");
  char size[NUMBER_TEXT];
  return grow_text("arrays of %sB", quantity_format(set, size));
}
