#include "analysis/answer/answer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answer/contests.h"
#include "analysis/answer/crossings.h"
#include "analysis/answer/laws.h"
#include "analysis/answer/sweeps.h"
#include "analysis/statistics/noise_floor.h"
#include "common/grow.h"
#include "common/stats.h"
#include "common/suggest.h"

/* --- the figures of each point ---------------------------------------------------------------- */

/* The verified launches in order, with their rounds. */
static void take_launches(struct standing *standing) {
  const struct data_point *point = standing->point;
  size_t times = 0, rounds = 0;
  while (times < point->launch_count)
    *GROW(standing->times_s, times) = NAN;
  while (rounds < point->launch_count)
    *GROW(standing->rounds, rounds) = 0;
  standing->count = point_times(point, standing->times_s, standing->rounds);
}

/* Shares of the wall time of all timed repetitions. */
static void take_shares(struct standing *standing) {
  double wall = 0, compute = 0, comm = 0, wait = 0;
  const struct data_point *point = standing->point;
  for (size_t i = 0; i < point->launch_count; i++) {
    const struct data_launch *launch = &point->launches[i];
    if (launch->status != STATUS_OK)
      continue;
    wall += launch->wall_s;
    compute += launch->compute_s;
    comm += launch->comm_s;
    wait += launch->wait_s;
  }
  standing->compute = compute / wall; /* NaN without a time */
  standing->comm = comm / wall;
  standing->wait = wait / wall;
}

static void make_standings(struct answer *answer) {
  const struct dataset *data = answer->data;
  for (size_t i = 0; i < data->point_count; i++) {
    struct standing *standing = GROW(answer->standings, answer->standing_count);
    standing->point = &data->points[i];
    standing->problem = &data->problems[standing->point->problem];
    standing->work = &data->works[standing->problem->work];
    standing->variant = &data->variants[standing->point->variant];
    standing->base = NONE;
    standing->speedup = standing->speedup_low = standing->speedup_high = NAN;
    standing->efficiency = NAN;
    take_launches(standing);
    take_shares(standing);
    standing->sound = standing->count > 0 && point_is_sound(standing->point);
    standing->described = describe(standing->times_s, standing->count, 0.95);
  }
}

static void judge_quality(struct answer *answer) {
  struct quality *qualities = NULL;
  struct population *populations = NULL;
  size_t count = 0, measured = 0;
  for (size_t i = 0; i < answer->standing_count; i++) {
    const struct standing *standing = &answer->standings[i];
    struct population population = {standing->times_s, standing->rounds, standing->count};
    *GROW(populations, count) = population;
    struct quality quality = quality_measure(standing->times_s, standing->count);
    *GROW(qualities, measured) = quality;
  }
  quality_judge(qualities, count);
  for (size_t i = 0; i < count; i++)
    answer->standings[i].quality = qualities[i];
  answer->noise_floor = noise_floor_typical(populations, count);
  free(qualities);
  free(populations);
}

/* --- against the base ------------------------------------------------------------------------- */

/* The difference between two points in work per core: |ln(a / b)|, 0 for equal work. */
static double work_distance(const struct standing *a, const struct standing *b) {
  return fabs(log(a->point->figures[COLUMN_work_op] / (double)a->point->cores /
                  (b->point->figures[COLUMN_work_op] / (double)b->point->cores)));
}

static bool may_be_base(const struct answer *answer, const struct standing *base,
                        const struct standing *of) {
  if (base->count == 0 || strcmp(base->variant->driver, answer->baseline) != 0 ||
      base->point->machine != of->point->machine)
    return false;
  return answer->weak ? base->problem->work == of->problem->work : base->problem == of->problem;
}

/* Whether a is the better base: fewer cores, then fewer nodes, then the build that the config names
 * first; then, in weak scaling, work on a core that is nearer. */
static bool is_better_base(const struct answer *answer, const struct standing *a,
                           const struct standing *b, const struct standing *of) {
  if (a->point->cores != b->point->cores)
    return a->point->cores < b->point->cores;
  if (a->point->nodes != b->point->nodes)
    return a->point->nodes < b->point->nodes;
  size_t rank = build_rank(answer, a->variant->build),
         other = build_rank(answer, b->variant->build);
  if (rank != other)
    return rank < other;
  return answer->weak && work_distance(a, of) < work_distance(b, of);
}

static void find_base(const struct answer *answer, struct standing *standing, size_t begin,
                      size_t end) {
  for (size_t i = begin; i < end; i++) {
    const struct standing *base = &answer->standings[i];
    if (may_be_base(answer, base, standing) &&
        (standing->base == NONE ||
         is_better_base(answer, base, &answer->standings[standing->base], standing)))
      standing->base = i;
  }
}

/* Points are sorted by work: the base is searched among those of the same work. */
static void find_bases(struct answer *answer) {
  for (size_t begin = 0, end; begin < answer->standing_count; begin = end) {
    end = begin;
    while (end < answer->standing_count &&
           (answer->weak ? answer->standings[end].work == answer->standings[begin].work
                         : answer->standings[end].problem == answer->standings[begin].problem))
      end++;
    for (size_t i = begin; i < end; i++)
      find_base(answer, &answer->standings[i], begin, end);
  }
}

static void set_speedup(const struct answer *answer, struct standing *standing, size_t own) {
  const struct standing *base = &answer->standings[standing->base];
  double cores = (double)standing->point->cores / (double)base->point->cores;
  bool is_base = standing->base == own;
  standing->speedup = is_base ? 1 : standing->over_base.ratio;
  standing->speedup_low = is_base ? NAN : standing->over_base.low;
  standing->speedup_high = is_base ? NAN : standing->over_base.high;
  /* Waiting tasks are not cores: 100 tasks on one thread do not use 100 cores. */
  if (standing->work->kind != BOUND_WAIT || standing->variant->model != MODEL_ASYNC)
    standing->efficiency = standing->speedup / cores;
}

static void compare_with_bases(struct answer *answer) {
  struct comparison *comparisons = NULL;
  size_t count = 0, decided = 0;
  for (size_t i = 0; i < answer->standing_count; i++) {
    const struct standing *standing = &answer->standings[i];
    answer->points_family += standing->base != NONE && standing->base != i && standing->count > 0;
  }
  for (size_t i = 0; i < answer->standing_count; i++) {
    const struct standing *standing = &answer->standings[i];
    if (standing->base != NONE && standing->base != i && standing->count > 0)
      *GROW(comparisons, count) = standing_compare(
          answer, standing, &answer->standings[standing->base], answer->points_family);
  }
  comparisons_decide(comparisons, count, answer->margin);
  for (size_t i = 0; i < answer->standing_count; i++) {
    struct standing *standing = &answer->standings[i];
    standing->over_base = comparison_unknown(DESIGN_ROUNDS);
    if (standing->base == NONE || standing->count == 0)
      continue;
    if (standing->base != i)
      standing->over_base = comparisons[decided++];
    set_speedup(answer, standing, i);
  }
  free(comparisons);
}

/* --- settings --------------------------------------------------------------------------------- */

static int find_baseline(struct answer *answer, const struct answer_options *options,
                         struct error *error) {
  const struct dataset *data = answer->data;
  const char *run =
      answer->run != NULL && *answer->run->baseline != '\0' ? answer->run->baseline : NULL;
  const char *asked = options->baseline != NULL ? options->baseline : run;
  const char **drivers = NULL;
  char *list = grow_text("%s", "");
  size_t count = 0;
  answer->baseline = grow_text("%s", asked != NULL ? asked : "serial_driver");
  for (size_t i = 0; i < data->variant_count; i++) {
    const char *driver = data->variants[i].driver;
    bool known = false;
    for (size_t k = 0; k < count; k++)
      known |= strcmp(drivers[k], driver) == 0;
    if (known)
      continue;
    char *longer = grow_text("%s%s%s", list, count > 0 ? ", " : "", driver);
    free(list);
    list = longer;
    *GROW(drivers, count) = driver;
  }
  bool found = options->baseline == NULL; /* a default baseline may be missing */
  for (size_t i = 0; i < count; i++)
    found |= strcmp(drivers[i], answer->baseline) == 0;
  const char *near = found ? NULL : suggest(answer->baseline, drivers, count);
  if (!found)
    error_set(error, EXIT_USAGE, "--baseline: unknown driver '%.60s'; must be one of: %s%s%s%s",
              answer->baseline, list, near ? "; did you mean '" : "", near ? near : "",
              near ? "'?" : "");
  free(list);
  free(drivers);
  return error->code;
}

/* Whether some variant was run on several numbers of cores, and each time at another size. */
static bool sizes_grow(const struct dataset *data) {
  const struct data_point **first = NULL; /* of each variant in the work at hand */
  size_t count = 0;
  bool grows = false, fixed = false;
  while (count < data->variant_count)
    *GROW(first, count) = NULL;
  for (size_t i = 0; i < data->point_count && !fixed; i++) {
    const struct data_point *point = &data->points[i];
    if (i > 0 && data->problems[point->problem].work != data->problems[point[-1].problem].work)
      memset(first, 0, count * sizeof *first);
    const struct data_point *other = first[point->variant];
    first[point->variant] = point;
    if (other == NULL || other->cores == point->cores)
      continue;
    fixed = other->problem == point->problem;
    grows = true;
  }
  free(first);
  return grows && !fixed;
}

/* run.json states the size for one core from which the sizes were computed; a CSV does not. */
static bool is_weak(const struct answer *answer) {
  for (size_t i = 0; answer->run != NULL && i < answer->run->point_count; i++)
    if (answer->run->points[i].base_n != RUN_UNKNOWN)
      return true;
  return sizes_grow(answer->data);
}

static bool has_rounds(const struct dataset *data) {
  for (size_t i = 0; i < data->point_count; i++)
    for (size_t k = 0; k < data->points[i].launch_count; k++)
      if (data->points[i].launches[k].number > 0)
        return true;
  return false;
}

static void set_design(struct answer *answer) {
  const char *order = answer->run != NULL ? answer->run->order : "";
  if (!has_rounds(answer->data)) {
    answer->design = DESIGN_INDEPENDENT;
    answer->design_why = "rows that drivers wrote by themselves: no rounds are known";
  } else if (*order != '\0') {
    bool batch = strcmp(order, "batch") == 0;
    answer->design = batch ? DESIGN_BATCH : DESIGN_ROUNDS;
    answer->design_why = batch ? "order: batch" : "launches were interleaved in rounds";
  } else {
    answer->design = answer->data->looks_batched ? DESIGN_BATCH : DESIGN_ROUNDS;
    answer->design_why = answer->data->looks_batched
                             ? "the launches of each point follow each other: order: batch"
                             : "the rows' order shows launches interleaved in rounds";
  }
}

static double margin_of(const struct answer *answer, const struct answer_options *options) {
  if (!isnan(options->margin))
    return options->margin;
  return answer->run != NULL ? answer->run->equivalence_margin : 0.03;
}

int answer_make(struct answer *answer, const struct dataset *data, const struct run_file *run,
                const struct answer_options *options, struct error *error) {
  *answer = (struct answer){.data = data, .run = run->found ? run : NULL, .noise_floor = NAN};
  if (find_baseline(answer, options, error) != 0)
    return error->code;
  answer->margin = margin_of(answer, options);
  answer->weak = is_weak(answer);
  set_design(answer);
  make_standings(answer);
  judge_quality(answer);
  find_bases(answer);
  compare_with_bases(answer);
  contests_make(answer);
  sweeps_mark(answer);
  crossings_make(answer);
  size_t none = 0;
  laws_fit(GROW(answer->laws, none), answer);
  return 0;
}

void answer_free(struct answer *answer) {
  contests_free(answer);
  if (answer->laws != NULL)
    laws_free(answer->laws);
  free(answer->laws);
  for (size_t i = 0; i < answer->standing_count; i++) {
    free(answer->standings[i].times_s);
    free(answer->standings[i].rounds);
  }
  free(answer->standings);
  free(answer->crossings);
  free(answer->baseline);
  *answer = (struct answer){0};
}
