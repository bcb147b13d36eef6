#include "analysis/answer/drawings.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answer/contests.h"
#include "analysis/answer/crossings.h"
#include "analysis/answer/laws.h"
#include "analysis/answer/words.h"
#include "common/grow.h"
#include "common/number.h"

/* Figures show predictions up to this multiple of the maximum number of cores measured. */
enum { PREDICTED_TIMES = 4 };

char *drawing_id(const struct answer *answer, const char *prefix, size_t contest) {
  const char *kernel = answer->data->works[answer->contests[contest].work].kernel;
  char *id = grow_text("%s-%.40s-%zu", prefix, kernel, contest + 1);
  for (char *at = id; *at != '\0'; at++)
    if (!isalnum((unsigned char)*at))
      *at = '-';
  return id;
}

static bool is_in(const struct standing *standing, const struct contest *contest) {
  return standing->problem->work == contest->work && standing->point->machine == contest->machine;
}

enum point_mark standing_mark(const struct standing *standing) {
  if (standing->point->oversubscribed && standing->work->kind != BOUND_WAIT)
    return MARK_OVERSUBSCRIBED;
  return standing->sound && !standing->quality.drifts ? MARK_PLAIN : MARK_SUSPECT;
}

void note_failures(struct figure *figure, const struct answer *answer, size_t contest) {
  const struct contest *of = &answer->contests[contest];
  for (size_t i = of->begin; i < of->end; i++) {
    const struct standing *standing = &answer->standings[i];
    const struct data_point *point = standing->point;
    if (!is_in(standing, of) || point->launch_count == 0 || standing->count == point->launch_count)
      continue;
    char *name = standing_name(answer, standing), size[SIZE_TEXT];
    size_t failed = point->launch_count - standing->count;
    enum status status = STATUS_OK;
    for (size_t k = 0; k < point->launch_count && status == STATUS_OK; k++)
      status = point->launches[k].status;
    figure_note(figure, "%s, n = %s: %zu of %zu launches without a time (%s)", name,
                size_text(standing->problem->n, size), failed, point->launch_count,
                status_names[status]);
    free(name);
  }
}

/* --- time against n --------------------------------------------------------------------------- */

static void add_time(struct figure_series *series, const struct answer *answer,
                     const struct standing *standing) {
  const struct description *d = &standing->described;
  struct figure_point *point =
      series_point(series, (double)standing->problem->n, d->median, d->low, d->high);
  char *name = standing_name(answer, standing), size[SIZE_TEXT];
  char *time = time_interval_text(d->median, d->low, d->high);
  point->mark = standing_mark(standing);
  point->label = grow_text("%s, n = %s: %s", name, size_text(standing->problem->n, size), time);
  free(name);
  free(time);
}

/* Marks the size at which a variant is as fast as the base, on its line (straight between
 * sizes). */
static void add_breakeven(struct figure *figure, const struct answer *answer, size_t contest,
                          size_t variant) {
  const struct crossing *crossing = crossing_of(answer, contest, variant);
  const struct figure_series *line = &figure->series[figure->series_count - 1];
  if (crossing == NULL || isnan(crossing->alone.n.value))
    return;
  double n = crossing->alone.n.value, time_s = NAN;
  for (size_t i = 0; i + 1 < line->point_count; i++) {
    const struct figure_point *a = &line->points[i], *b = &line->points[i + 1];
    if (a->x <= n && n <= b->x && a->x < b->x)
      time_s = a->y * pow(b->y / a->y, log(n / a->x) / log(b->x / a->x));
  }
  char *range, *text = crossing_text(crossing, &crossing->alone, &range);
  struct figure_series *mark = figure_series(figure, SHAPE_LINE_POINTS, (int)variant, "break-even");
  mark->in_key = false;
  struct figure_point *point = series_point(mark, n, time_s, NAN, NAN);
  point->mark = MARK_SPECIAL;
  point->label =
      grow_text("%s: break-even at %s %s", answer->data->variants[variant].label, text, range);
  free(range);
  free(text);
}

/* Those that a logarithmic axis can show. */
static size_t count_sizes(const struct answer *answer, const struct contest *contest) {
  size_t sizes = 0;
  int64_t before = -1;
  for (size_t i = contest->begin; i < contest->end; i++) {
    const struct standing *standing = &answer->standings[i];
    if (!is_in(standing, contest) || standing->count == 0 || standing->problem->n == before ||
        standing->problem->n < 1)
      continue;
    before = standing->problem->n;
    sizes++;
  }
  return sizes;
}

struct figure *draw_times(const struct answer *answer, size_t index) {
  const struct contest *contest = &answer->contests[index];
  if (answer->weak || count_sizes(answer, contest) < 2)
    return NULL;
  char *id = drawing_id(answer, "times", index), *work = work_short_name(answer, contest->work);
  char *title = grow_text("%s: time by size", work);
  struct figure *figure = figure_new(
      FIGURE_XY, id, title,
      "Median time of a repetition against the size n, both logarithmic, for each model "
      "on the cores of the matrix, with 95 % intervals. Large marks: the break-even size, from "
      "which on the model is faster than the base.");
  axis_set(&figure->x, "n", "", SCALE_LOG10);
  axis_set(&figure->y, "time", "s", SCALE_LOG10);
  figure->x.si = figure->y.si = true;
  for (size_t v = 0; v < answer->data->variant_count; v++) {
    if (contest->entries[v] == NONE)
      continue;
    int64_t cores = answer->standings[contest->entries[v]].point->cores;
    char *name = standing_name(answer, &answer->standings[contest->entries[v]]);
    struct figure_series *series = figure_series(figure, SHAPE_LINE_POINTS, (int)v, name);
    for (size_t i = contest->begin; i < contest->end; i++) {
      const struct standing *standing = &answer->standings[i];
      if (is_in(standing, contest) && standing->point->variant == v &&
          standing->point->cores == cores && standing->count > 0)
        add_time(series, answer, standing);
    }
    add_breakeven(figure, answer, index, v);
    free(name);
  }
  note_failures(figure, answer, index);
  free(id);
  free(work);
  free(title);
  return figure;
}

/* --- against cores ---------------------------------------------------------------------------- */

/* Of the contest's size; weak scaling: of all. */
static bool is_compared(const struct answer *answer, const struct standing *standing,
                        const struct contest *contest) {
  return is_in(standing, contest) && (answer->weak || standing->problem->n == contest->n);
}

static bool has_several_cores(const struct answer *answer, const struct contest *contest,
                              double *most) {
  bool several = false;
  *most = 1;
  for (size_t i = contest->begin; i < contest->end; i++) {
    const struct standing *a = &answer->standings[i];
    if (!is_compared(answer, a, contest) || a->count == 0 || isnan(a->speedup))
      continue;
    *most = fmax(*most, (double)a->point->cores);
    for (size_t k = contest->begin; k < i && !several; k++) {
      const struct standing *b = &answer->standings[k];
      several |= is_compared(answer, b, contest) && b->count > 0 && b->variant == a->variant &&
                 b->point->cores != a->point->cores;
    }
  }
  return several;
}

/* Single launches: the base's median over each of their times, scaled like the speedup. */
static void add_launches(struct figure_series *series, const struct answer *answer,
                         const struct standing *standing, bool efficiency) {
  const struct standing *base = &answer->standings[standing->base];
  double scale = standing_scale(answer, standing, base);
  double cores = (double)standing->point->cores / (double)base->point->cores;
  for (size_t i = 0; i < standing->count; i++)
    series_point(series, (double)standing->point->cores,
                 base->described.median / (standing->times_s[i] * scale) / (efficiency ? cores : 1),
                 NAN, NAN);
}

static void add_speedup(struct figure_series *series, const struct answer *answer,
                        const struct standing *standing, bool efficiency) {
  double per = efficiency ? standing->efficiency / standing->speedup : 1;
  struct figure_point *point =
      series_point(series, (double)standing->point->cores, standing->speedup * per,
                   standing->speedup_low * per, standing->speedup_high * per);
  char *name = standing_name(answer, standing), *percent = percent_text(standing->efficiency);
  char *ratio =
      ratio_interval_text(standing->speedup, standing->speedup_low, standing->speedup_high);
  point->mark = standing_mark(standing);
  point->label = grow_text("%s: %s, efficiency %s", name, ratio, percent);
  free(name);
  free(percent);
  free(ratio);
}

static void add_variant(struct figure *figure, const struct answer *answer,
                        const struct contest *contest, size_t variant, bool efficiency) {
  struct figure_series *launches = NULL, *series = NULL;
  const char *label = answer->data->variants[variant].label;
  for (int pass = 0; pass < 2; pass++) /* the launches lie behind the lines */
    for (size_t i = contest->begin; i < contest->end; i++) {
      const struct standing *standing = &answer->standings[i];
      if (!is_compared(answer, standing, contest) || standing->point->variant != variant ||
          standing->count == 0 || isnan(standing->speedup))
        continue;
      if (pass == 0) {
        if (launches == NULL) {
          launches = figure_series(figure, SHAPE_POINTS, (int)variant, label);
          launches->in_key = false;
        }
        add_launches(launches, answer, standing, efficiency);
      } else {
        if (series == NULL)
          series = figure_series(figure, SHAPE_LINE_POINTS, (int)variant, label);
        add_speedup(series, answer, standing, efficiency);
      }
    }
}

/* The law's speedup at a point, over the same base as the measured points: the law's own time on
 * one core may differ from the base's, and its curve would then pass beside the points. */
static struct estimate law_speedup(const struct answer *answer, const struct scaling_law_fit *fit,
                                   const struct scaling_prediction *place, bool efficiency) {
  if (answer->weak)
    return efficiency ? place->efficiency : place->speedup;
  double over = efficiency ? fit->time_1_s / place->cores : fit->time_1_s;
  return (struct estimate){over / place->time.value, over / place->time.high,
                           over / place->time.low};
}

/* The fitted law: a line where it was measured, a dashed one with a band beyond. False: no law. */
static bool add_law(struct figure *figure, const struct answer *answer, size_t contest,
                    size_t variant, bool efficiency) {
  const struct scaling_law_fit *fit = laws_scaling(answer->laws, contest, variant);
  const struct scaling_fit *best = fit == NULL ? NULL : scaling_best(fit, answer->weak);
  if (best == NULL)
    return false;
  char *name = grow_text("%s, %s", answer->data->variants[variant].label,
                         best->law == SCALING_LINEAR ? "linear" : scaling_law_names[best->law]);
  for (int beyond = 0; beyond < 2; beyond++) {
    struct figure_series *series =
        figure_series(figure, beyond ? SHAPE_PREDICTION : SHAPE_LINE, (int)variant, name);
    series->in_key = false;
    for (int i = 0; i < LAW_PLACES; i++) {
      const struct scaling_prediction *place = &fit->places[i];
      const struct estimate y = law_speedup(answer, fit, place, efficiency);
      if (place->extrapolated == (beyond == 1) && place->cores <= PREDICTED_TIMES * best->cores_max)
        series_point(series, place->cores, y.value, beyond ? y.low : NAN, beyond ? y.high : NAN);
    }
  }
  free(name);
  return true;
}

static void add_ideal(struct figure *figure, double most, bool efficiency) {
  struct figure_series *ideal = figure_series(figure, SHAPE_BOUND, -1, "ideal");
  series_point(ideal, 1, 1, NAN, NAN);
  series_point(ideal, most, efficiency ? 1 : most, NAN, NAN);
}

static struct figure *draw_by_cores(const struct answer *answer, size_t index, bool efficiency) {
  const struct contest *contest = &answer->contests[index];
  double most;
  /* Waiting needs no cores; the section on waiting draws it against the waits in flight. */
  if (answer->data->works[contest->work].kind == BOUND_WAIT)
    return NULL;
  if (!has_several_cores(answer, contest, &most))
    return NULL;
  char *id = drawing_id(answer, efficiency ? "efficiency" : "speedup", index);
  char *work = answer->weak ? work_short_name(answer, contest->work)
                            : work_name(answer, contest->work, contest->n);
  char *title = grow_text("%s: %s%s by cores", work, answer->weak ? "scaled " : "",
                          efficiency ? "efficiency" : "speedup");
  struct figure *figure = figure_new(
      FIGURE_XY, id, title,
      efficiency
          ? "Parallel efficiency, the speedup over the number of cores, against the cores: every "
            "launch as a small point, estimates with 95 % intervals; 1 is ideal."
          : "Speedup over the base against the number of cores: every launch as a small point, "
            "estimates with 95 % intervals; the dotted line is the ideal.");
  axis_set(&figure->x, "cores", "", SCALE_LOG2);
  axis_set(&figure->y, efficiency ? "parallel efficiency" : "speedup", "",
           efficiency ? SCALE_LINEAR : SCALE_LOG2);
  if (efficiency)
    figure->y.min = 0;
  add_ideal(figure, most, efficiency);
  bool law = false;
  for (size_t v = 0; v < answer->data->variant_count; v++) {
    law |= add_law(figure, answer, index, v, efficiency);
    add_variant(figure, answer, contest, v, efficiency);
  }
  if (law)
    figure_note(figure, "Smooth curves: the fitted laws, beyond what was measured with a band that "
                        "holds each law that fits about as well.");
  note_failures(figure, answer, index);
  free(id);
  free(work);
  free(title);
  return figure;
}

struct figure *draw_speedups(const struct answer *answer, size_t contest) {
  return draw_by_cores(answer, contest, false);
}

struct figure *draw_efficiencies(const struct answer *answer, size_t contest) {
  return draw_by_cores(answer, contest, true);
}

/* --- the matrix ------------------------------------------------------------------------------- */

struct figure *draw_matrix(const struct answer *answer) {
  size_t based = 0, columns = 0;
  for (size_t i = 0; i < answer->contest_count; i++)
    based += answer->contests[i].base != NONE && answer->contests[i].present_count > 1;
  if (based == 0)
    return NULL;
  struct figure *figure =
      figure_new(FIGURE_HEAT, "matrix-map", "Speedup by work and model",
                 "Speedup over the base of each work (rows) by each model (columns): the stronger "
                 "the colour, the further from 1.");
  axis_set(&figure->y, "speedup", "", SCALE_LOG10);
  axis_set(&figure->x, "model", "", SCALE_LINEAR);
  for (size_t v = 0; v < answer->data->variant_count; v++) {
    axis_category(&figure->x, answer->data->variants[v].label);
    columns++;
  }
  for (size_t i = 0; i < answer->contest_count; i++) {
    const struct contest *contest = &answer->contests[i];
    if (contest->base == NONE || contest->present_count < 2)
      continue;
    char *work = work_short_name(answer, contest->work);
    struct figure_series *series = figure_series(figure, SHAPE_POINTS, -1, work);
    for (size_t v = 0; v < columns; v++) {
      const struct comparison *pair = contest_pair(contest, v, contest->base);
      double ratio = v == contest->base ? 1 : pair != NULL ? pair->ratio : NAN;
      struct figure_point *point = series_point(series, (double)v + 1, ratio, NAN, NAN);
      char *text = ratio_text(ratio);
      point->label = grow_text("%s, %s: %s", work, answer->data->variants[v].label, text);
      if (v == contest->best && contest->sure)
        point->mark = MARK_SPECIAL;
      free(text);
    }
    free(work);
  }
  return figure;
}

/* --- distributions ---------------------------------------------------------------------------- */

struct figure *draw_distribution(const struct answer *answer, size_t index) {
  const struct contest *contest = &answer->contests[index];
  size_t category = 0;
  if (contest->present_count == 0)
    return NULL;
  char *id = drawing_id(answer, "launches", index);
  char *work = work_name(answer, contest->work, contest->n);
  char *title = grow_text("%s: all launches", work);
  struct figure *figure = figure_new(
      FIGURE_DISTRIBUTION, id, title,
      "The time of every launch (the median of its repetitions) for each model, with quartiles, "
      "whiskers by Tukey, and the median with its 95 % interval.");
  axis_set(&figure->y, "time", "s", SCALE_LOG10);
  figure->y.si = true;
  for (size_t i = 0; i < contest->present_count; i++) {
    const struct standing *entry = &answer->standings[contest->entries[contest->present[i]]];
    const struct description *d = &entry->described;
    char *name = standing_name(answer, entry);
    axis_category(&figure->x, name);
    category++;
    struct figure_series *launches =
        figure_series(figure, SHAPE_POINTS, (int)contest->present[i], name);
    for (size_t k = 0; k < entry->count; k++) {
      char time[NUMBER_TEXT];
      struct figure_point *point =
          series_point(launches, (double)category, entry->times_s[k], NAN, NAN);
      point->label =
          grow_text("%s, launch %zu: %s", name, k + 1, seconds_format(entry->times_s[k], time));
    }
    struct figure_series *median =
        figure_series(figure, SHAPE_LINE_POINTS, (int)contest->present[i], name);
    median->in_key = false;
    series_point(median, (double)category, d->median, d->low, d->high);
    free(name);
  }
  note_failures(figure, answer, index);
  free(id);
  free(work);
  free(title);
  return figure;
}
