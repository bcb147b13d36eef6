#include "analysis/answer/crossings.h"

#include <math.h>
#include <stdlib.h>

#include "common/grow.h"
#include "common/stats.h"

/* --- sizes at which a variant can be compared ------------------------------------------------- */

/* A size: the variant's standing and the base's. */
struct pair {
  const struct standing *own, *base;
};

struct pairs {
  struct pair *items;
  size_t count;
};

static struct pairs find_pairs(const struct answer *answer, const struct contest *contest,
                               size_t variant) {
  struct pairs pairs = {0};
  int64_t cores = answer->standings[contest->entries[variant]].point->cores;
  for (size_t i = contest->begin; i < contest->end; i++) {
    const struct standing *own = &answer->standings[i];
    if (own->point->machine != contest->machine || own->point->variant != variant ||
        own->point->cores != cores || own->count == 0 || own->base == NONE || own->base == i ||
        own->problem->n <= 0)
      continue;
    struct pair pair = {own, &answer->standings[own->base]};
    *GROW(pairs.items, pairs.count) = pair;
  }
  return pairs;
}

static struct breakeven find_alone(const struct pairs *pairs) {
  struct breakeven_point *points = NULL;
  size_t count = 0;
  for (size_t i = 0; i < pairs->count; i++) {
    const struct comparison *c = &pairs->items[i].own->over_base;
    struct breakeven_point point = {(double)pairs->items[i].own->problem->n, c->ratio, c->low,
                                    c->high, c->verdict};
    *GROW(points, count) = point;
  }
  struct breakeven found = breakeven_find(points, count);
  free(points);
  return found;
}

/* --- whole programs --------------------------------------------------------------------------- */

/* The launches of a point of which times_s are the medians, in the same order. */
static const struct data_launch *launch_at(const struct standing *standing, size_t index) {
  const struct data_point *point = standing->point;
  for (size_t i = 0; i < point->launch_count; i++)
    if (point->launches[i].status == STATUS_OK && point->launches[i].count > 0 && index-- == 0)
      return &point->launches[i];
  return NULL;
}

/* The time of a launch that is neither start-up from main() on nor timed repetitions; NaN:
 * unknown. */
static double beside_main(const struct standing *standing, size_t index) {
  const struct data_launch *launch = launch_at(standing, index);
  return launch->process_s - launch->startup_s - launch->wall_s;
}

/* Whether the repetitions of a point are so short that the rest of the launch is the start of the
 * program and not set-up of data. */
static bool is_mostly_start(const struct standing *standing) {
  for (size_t i = 0; i < standing->count; i++) {
    const struct data_launch *launch = launch_at(standing, i);
    if (!(launch->wall_s < START_SHARE * launch->process_s) || !(beside_main(standing, i) > 0))
      return false;
  }
  return standing->count > 0;
}

/* beside_main() of the launch of the same round at the smallest size; without such a launch, the
 * median of all launches. */
static double beside_main_in_round(const struct standing *smallest, int64_t round) {
  double *all = grow_zeroed(smallest->count, sizeof *all);
  double found = NAN;
  for (size_t i = 0; i < smallest->count; i++) {
    all[i] = beside_main(smallest, i);
    found = smallest->rounds[i] == round ? all[i] : found;
  }
  stats_sort(all, smallest->count);
  if (isnan(found))
    found = stats_median(all, smallest->count);
  free(all);
  return found;
}

/* The start-up time that is added to a launch's repetition; NaN: unknown. */
static double start_in(const struct standing *standing, const struct standing *smallest,
                       size_t index, bool whole_process) {
  return launch_at(standing, index)->startup_s +
         (whole_process ? beside_main_in_round(smallest, standing->rounds[index]) : 0);
}

static double median_start(const struct standing *smallest, bool whole_process) {
  double *starts = grow_zeroed(smallest->count, sizeof *starts);
  for (size_t i = 0; i < smallest->count; i++)
    starts[i] = start_in(smallest, smallest, i, whole_process);
  stats_sort(starts, smallest->count);
  double median = stats_median(starts, smallest->count);
  free(starts);
  return median;
}

/* Times of whole programs; an array of standing->count. */
static double *whole_times(const struct standing *standing, const struct standing *smallest,
                           bool whole_process) {
  double *times = grow_zeroed(standing->count, sizeof *times);
  for (size_t i = 0; i < standing->count; i++)
    times[i] = standing->times_s[i] + start_in(standing, smallest, i, whole_process);
  return times;
}

static struct comparison compare_whole(const struct answer *answer, const struct crossing *crossing,
                                       const struct pairs *pairs, size_t at, size_t family) {
  const struct standing *own = pairs->items[at].own, *base = pairs->items[at].base;
  double *own_s = whole_times(own, pairs->items[0].own, crossing->whole_process);
  double *base_s = whole_times(base, pairs->items[0].base, crossing->whole_process);
  struct population own_launches = {own_s, own->rounds, own->count};
  struct population base_launches = {base_s, base->rounds, base->count};
  struct comparison comparison =
      comparison_make(&own_launches, &base_launches, answer->design, family);
  free(own_s);
  free(base_s);
  return comparison;
}

static bool knows_startup(const struct pairs *pairs) {
  for (size_t i = 0; i < pairs->count; i++) {
    const struct standing *of[] = {pairs->items[i].own, pairs->items[i].base};
    for (int side = 0; side < 2; side++)
      for (size_t k = 0; k < of[side]->count; k++)
        if (isnan(launch_at(of[side], k)->startup_s))
          return false;
  }
  return true;
}

/* --- all of them ------------------------------------------------------------------------------ */

static void add_crossing(struct answer *answer, size_t contest, size_t variant,
                         struct pairs **all) {
  struct pairs pairs = find_pairs(answer, &answer->contests[contest], variant);
  size_t count = answer->crossing_count;
  if (pairs.count < 2) {
    free(pairs.items);
    return;
  }
  const struct pair *smallest = &pairs.items[0];
  struct crossing crossing = {.contest = contest,
                              .variant = variant,
                              .sizes = pairs.count,
                              .n_min = smallest->own->problem->n,
                              .n_max = pairs.items[pairs.count - 1].own->problem->n,
                              .alone = find_alone(&pairs),
                              .has_started = knows_startup(&pairs),
                              .start_s = NAN,
                              .base_start_s = NAN};
  if (crossing.has_started) {
    crossing.whole_process = is_mostly_start(smallest->own) && is_mostly_start(smallest->base);
    crossing.start_s = median_start(smallest->own, crossing.whole_process);
    crossing.base_start_s = median_start(smallest->base, crossing.whole_process);
  }
  *GROW(*all, count) = pairs;
  *GROW(answer->crossings, answer->crossing_count) = crossing;
}

/* Decides all comparisons of whole programs together. */
static void find_started(struct answer *answer, const struct pairs *all) {
  struct comparison *comparisons = NULL;
  struct breakeven_point *points = NULL;
  size_t family = 0, count = 0, at = 0, placed = 0;
  for (size_t i = 0; i < answer->crossing_count; i++)
    family += answer->crossings[i].has_started ? all[i].count : 0;
  for (size_t i = 0; i < answer->crossing_count; i++)
    for (size_t k = 0; answer->crossings[i].has_started && k < all[i].count; k++)
      *GROW(comparisons, count) = compare_whole(answer, &answer->crossings[i], &all[i], k, family);
  comparisons_decide(comparisons, count, answer->margin);
  for (size_t i = 0; i < count; i++)
    GROW(points, placed);
  for (size_t i = 0; i < answer->crossing_count; i++) {
    struct crossing *crossing = &answer->crossings[i];
    if (!crossing->has_started)
      continue;
    for (size_t k = 0; k < all[i].count; k++) {
      const struct comparison *c = &comparisons[at + k];
      points[k] = (struct breakeven_point){(double)all[i].items[k].own->problem->n, c->ratio,
                                           c->low, c->high, c->verdict};
    }
    crossing->started = breakeven_find(points, all[i].count);
    at += all[i].count;
  }
  free(comparisons);
  free(points);
}

void crossings_make(struct answer *answer) {
  struct pairs *all = NULL;
  for (size_t c = 0; c < answer->contest_count && !answer->weak; c++)
    for (size_t v = 0; v < answer->data->variant_count; v++)
      if (answer->contests[c].entries[v] != NONE)
        add_crossing(answer, c, v, &all);
  find_started(answer, all);
  for (size_t i = 0; i < answer->crossing_count; i++)
    free(all[i].items);
  free(all);
}

const struct crossing *crossing_of(const struct answer *answer, size_t contest, size_t variant) {
  for (size_t i = 0; i < answer->crossing_count; i++)
    if (answer->crossings[i].contest == contest && answer->crossings[i].variant == variant)
      return &answer->crossings[i];
  return NULL;
}

/* --- in words --------------------------------------------------------------------------------- */

/* A size to two digits, "12,000". */
static char *rounded_text(double n) {
  char size[SIZE_TEXT];
  double unit = n < 100 ? 1 : pow(10, floor(log10(n)) - 1);
  return grow_text("%s", size_text((int64_t)(round(n / unit) * unit), size));
}

/* A measured size. */
static char *exact_text(double n) {
  char size[SIZE_TEXT];
  return isnan(n) ? grow_text("?") : grow_text("%s", size_text((int64_t)n, size));
}

/* Without a place where the ratio is 1: the size from which on it is decided. */
static char *change_text(const struct breakeven *found, char **range) {
  bool from = found->outcome == BREAKEVEN_FROM;
  char *low = exact_text(found->n_low), *high = exact_text(found->n_high), *text = NULL;
  if (!isnan(found->n_low) && !isnan(found->n_high))
    *range = grow_text("[%s, %s]", low, high);
  else
    *range = from ? grow_text("undecided below %s", high) : grow_text("undecided above %s", low);
  if (isnan(found->n.value) || isnan(found->n_low) || isnan(found->n_high)) {
    text = from ? grow_text("n = %s", high) : grow_text("up to n = %s", low);
  } else {
    char *n = rounded_text(found->n.value);
    text = grow_text("%sn = %s", from ? "" : "up to ", n);
    free(n);
  }
  free(low);
  free(high);
  return text;
}

char *crossing_text(const struct crossing *crossing, const struct breakeven *found, char **range) {
  static const char *const words[BREAKEVEN_OUTCOMES] = {[BREAKEVEN_ALWAYS] = "always",
                                                        [BREAKEVEN_NEVER] = "never",
                                                        [BREAKEVEN_SEVERAL] = "changes often",
                                                        [BREAKEVEN_CANNOT_TELL] = "undecided"};
  char least[SIZE_TEXT], most[SIZE_TEXT];
  if (found->outcome == BREAKEVEN_FROM || found->outcome == BREAKEVEN_UP_TO)
    return change_text(found, range);
  *range =
      grow_text("in %s to %s", size_text(crossing->n_min, least), size_text(crossing->n_max, most));
  return grow_text("%s", words[found->outcome]);
}
