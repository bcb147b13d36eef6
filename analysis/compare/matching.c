#include "analysis/compare/matching.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"

/* The factors that must be the same, as a text. */
struct match_key {
  char *text;
  size_t point;
};

struct keys {
  struct match_key *items; /* sorted by text, then point */
  size_t count;
};

/* The factors in which the two runs are compared: they do not distinguish points. */
struct ignored {
  bool machine, build;
  bool build_label; /* but not build_id: a run has several files of a driver, which are numbered */
};

static bool has_one_build(const struct dataset *data) {
  for (size_t i = 1; i < data->variant_count; i++)
    if (strcmp(data->variants[i].build, data->variants[0].build) != 0)
      return false;
  return true;
}

/* A part of a key: its length comes before it, so that no two lists of parts read the same. */
static void add_part(FILE *file, const char *text) {
  fprintf(file, "%zu:%s;", strlen(text), text);
}

static void add_place(FILE *file, const struct dataset *data, const struct data_point *point,
                      const struct ignored *ignored) {
  const struct data_variant *variant = &data->variants[point->variant];
  add_part(file, ignored->machine ? "" : data->machines[point->machine].hosts);
  add_part(file, ignored->build ? "" : ignored->build_label ? variant->build_id : variant->build);
}

static void add_factors(FILE *file, const struct dataset *data, const struct data_point *point) {
  const struct data_problem *problem = &data->problems[point->problem];
  const struct data_work *work = &data->works[problem->work];
  const struct data_variant *variant = &data->variants[point->variant];
  char *options = options_comparable(work->options);
  const char *const texts[] = {work->kernel,        options,         work->jobs,
                               variant->model_text, variant->driver, variant->lock,
                               variant->schedule,   variant->grain,  variant->tasks};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    add_part(file, texts[i]);
  free(options);
  fprintf(file, "%" PRId64 ";%" PRId64 ";%" PRId64, problem->n, variant->threads, point->cores);
}

static int compare_keys(const void *left, const void *right) {
  const struct match_key *a = left, *b = right;
  int order = strcmp(a->text, b->text);
  return order != 0 ? order : (a->point > b->point) - (a->point < b->point);
}

/* The keys of all points that are not matched yet; by cell_id, of those that have one, or by
 * factors. */
static struct keys make_keys(const struct dataset *data, const bool *matched, bool by_cell,
                             const struct ignored *ignored) {
  struct keys keys = {0};
  for (size_t i = 0; i < data->point_count; i++) {
    const struct data_point *point = &data->points[i];
    char *text = NULL;
    size_t bytes = 0;
    if (matched[i] || (by_cell && *point->cell_id == '\0'))
      continue;
    FILE *file = open_memstream(&text, &bytes);
    if (file == NULL)
      continue;
    add_place(file, data, point, ignored);
    if (by_cell)
      add_part(file, point->cell_id);
    else
      add_factors(file, data, point);
    fclose(file);
    *GROW(keys.items, keys.count) = (struct match_key){text, i};
  }
  if (keys.count > 0)
    qsort(keys.items, keys.count, sizeof *keys.items, compare_keys);
  return keys;
}

static void free_keys(struct keys *keys) {
  for (size_t i = 0; i < keys->count; i++)
    free(keys->items[i].text);
  free(keys->items);
}

/* Whether no other point has the key at `i`. */
static bool is_unique(const struct keys *keys, size_t i) {
  const char *text = keys->items[i].text;
  return (i == 0 || strcmp(keys->items[i - 1].text, text) != 0) &&
         (i + 1 == keys->count || strcmp(keys->items[i + 1].text, text) != 0);
}

struct matching {
  const struct dataset *first, *later;
  bool *first_matched, *later_matched;
  size_t *matches;
};

/* Matches what has the same key; a key of several points matches none of them. */
static void match_by(struct matching *matching, bool by_cell, const struct ignored *ignored) {
  struct keys first = make_keys(matching->first, matching->first_matched, by_cell, ignored);
  struct keys later = make_keys(matching->later, matching->later_matched, by_cell, ignored);
  for (size_t i = 0, k = 0; i < first.count && k < later.count;) {
    int order = strcmp(first.items[i].text, later.items[k].text);
    if (order == 0 && is_unique(&first, i) && is_unique(&later, k)) {
      matching->matches[first.items[i].point] = later.items[k].point;
      matching->first_matched[first.items[i].point] = true;
      matching->later_matched[later.items[k].point] = true;
    }
    i += order <= 0;
    k += order >= 0;
  }
  free_keys(&first);
  free_keys(&later);
}

static bool *flags_of(const struct dataset *data) {
  bool *flags = NULL;
  for (size_t count = 0; count < data->point_count;)
    *GROW(flags, count) = false;
  return flags;
}

size_t *match_points(const struct dataset *first, const struct dataset *later) {
  struct ignored ignored = {
      .machine = first->machine_count == 1 && later->machine_count == 1,
      .build = has_one_build(first) && has_one_build(later),
      .build_label = first->numbered_builds || later->numbered_builds,
  };
  struct matching matching = {first, later, flags_of(first), flags_of(later), NULL};
  for (size_t count = 0; count < first->point_count;)
    *GROW(matching.matches, count) = SIZE_MAX;
  match_by(&matching, true, &ignored);
  match_by(&matching, false, &ignored);
  free(matching.first_matched);
  free(matching.later_matched);
  return matching.matches;
}
