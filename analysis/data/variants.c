/* Which groups of rows belong to the same variant. Two points of one problem on the same number of
 * cores are never of one variant: what distinguishes them goes into it: the number of nodes, of
 * tasks, driver options that run.json knows, or, where nothing else does, the cell_id. */
#include <stdlib.h>
#include <string.h>

#include "analysis/data/build.h"
#include "analysis/data/run_file.h"
#include "common/grow.h"

static int compare_variants(const struct group_place *a, const struct group_place *b) {
  static const enum factor factors[] = {FACTOR_MODEL,    FACTOR_DRIVER, FACTOR_LOCK,
                                        FACTOR_SCHEDULE, FACTOR_GRAIN,  FACTOR_BUILD};
  int order = (a->model > b->model) - (a->model < b->model);
  for (size_t i = 0; i < sizeof factors / sizeof *factors && order == 0; i++)
    order = natural_compare(a->group->text[factors[i]], b->group->text[factors[i]]);
  if (order == 0)
    order = (a->team > b->team) - (a->team < b->team);
  if (order == 0)
    order = (a->nodes > b->nodes) - (a->nodes < b->nodes);
  if (order == 0)
    order = natural_compare(a->tasks, b->tasks);
  return order != 0 ? order : natural_compare(a->extra, b->extra);
}

static void set_variant(struct group_place *place, size_t number) {
  place->variant = number;
}

/* Variant first, so that a class's groups which are the same point otherwise stand together. */
static int compare_settings(const struct group_place *a, const struct group_place *b) {
  int64_t numbers[][2] = {{(int64_t)a->variant, (int64_t)b->variant},
                          {(int64_t)a->problem, (int64_t)b->problem},
                          {(int64_t)a->machine, (int64_t)b->machine},
                          {a->group->cores, b->group->cores}};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    if (numbers[i][0] != numbers[i][1])
      return numbers[i][0] < numbers[i][1] ? -1 : 1;
  return 0;
}

static void set_nothing(struct group_place *place, size_t number) {
  (void)place;
  (void)number;
}

static bool differs(const struct group_place *a, const struct group_place *b, enum factor factor) {
  return strcmp(a->group->text[factor], b->group->text[factor]) != 0;
}

/* Calls `set` for every group of those variants of which somewhere two points differ in nothing
 * that has been looked at so far but in what `differ` compares. */
static void split(struct builder *builder,
                  bool (*differ)(const struct group_place *a, const struct group_place *b),
                  void (*set)(struct group_place *place)) {
  size_t variants = classify(builder, compare_variants, NULL, set_variant);
  size_t count = builder->rows->group_count, flag_count = 0;
  bool *flags = NULL;
  while (flag_count < variants)
    *GROW(flags, flag_count) = false;
  classify(builder, compare_settings, NULL, set_nothing);
  const struct group_place *first =
      NULL; /* of equal settings, one that knows its tasks if any does */
  for (size_t i = 0; i < count; i++) {
    const struct group_place *place = &builder->places[builder->order[i]];
    bool equal = first != NULL && compare_settings(first, place) == 0;
    if (equal && differ(first, place))
      flags[place->variant] = true;
    else if (!equal || *first->group->text[FACTOR_TASKS] == '\0')
      first = place;
  }
  for (size_t i = 0; i < count; i++)
    if (flags[builder->places[i].variant])
      set(&builder->places[i]);
  free(flags);
}

/* --- nodes ------------------------------------------------------------------------------------ */

static int compare_nodes(const struct group_place *a, const struct group_place *b) {
  int64_t numbers[][2] = {{(int64_t)a->variant, (int64_t)b->variant},
                          {a->group->cores, b->group->cores},
                          {a->group->nodes, b->group->nodes}};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    if (numbers[i][0] != numbers[i][1])
      return numbers[i][0] < numbers[i][1] ? -1 : 1;
  return 0;
}

/* Of whatever problem: within a variant, as many cores are on as many nodes. A launch that failed
 * may not know its nodes. */
static void split_by_nodes(struct builder *builder) {
  size_t variants = classify(builder, compare_variants, NULL, set_variant);
  size_t count = builder->rows->group_count;
  bool *flags = grow_zeroed(variants + 1, sizeof *flags);
  classify(builder, compare_nodes, NULL, set_nothing);
  for (size_t i = 1; i < count; i++) {
    const struct group_place *a = &builder->places[builder->order[i - 1]];
    const struct group_place *b = &builder->places[builder->order[i]];
    if (a->variant == b->variant && a->group->cores == b->group->cores && a->group->nodes > 0 &&
        a->group->nodes != b->group->nodes)
      flags[a->variant] = true;
  }
  for (size_t i = 0; i < count; i++)
    if (flags[builder->places[i].variant])
      builder->places[i].nodes = builder->places[i].group->nodes;
  free(flags);
}

/* --- tasks ------------------------------------------------------------------------------------ */

/* A launch that failed may not know its tasks. */
static bool tasks_differ(const struct group_place *a, const struct group_place *b) {
  return *a->group->text[FACTOR_TASKS] != '\0' && *b->group->text[FACTOR_TASKS] != '\0' &&
         differs(a, b, FACTOR_TASKS);
}

static void set_tasks(struct group_place *place) {
  place->tasks = place->group->text[FACTOR_TASKS];
}

/* --- options of drivers that have no column --------------------------------------------------- */

static bool has_column(const char *option, size_t length) {
  static const char *const names[] = {"lock",    "lock_fraction", "schedule",
                                      "threads", "tasks",         "grain"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strlen(names[i]) == length && strncmp(names[i], option, length) == 0)
      return true;
  return false;
}

/* "in_flight=64" of "in_flight=64;lock=global"; the caller frees it. */
static char *without_columns(const char *options) {
  char *text = grow_text("%s", "");
  while (*options != '\0') {
    size_t length = strcspn(options, ";");
    if (!has_column(options, strcspn(options, "="))) {
      char *longer = grow_text("%s%s%.*s", text, *text != '\0' ? " " : "", (int)length, options);
      free(text);
      text = longer;
    }
    options += length + (options[length] == ';');
  }
  return text;
}

/* What run.json says of the points' options, where it says it: kept by the builder. */
static void read_options(struct builder *builder) {
  struct run_file run;
  struct error ignored = {0}; /* without it, the cell_ids distinguish the points */
  run_file_read(&run, builder->dataset->path, &ignored);
  for (size_t i = 0; i < builder->rows->group_count; i++) {
    struct group_place *place = &builder->places[i];
    const struct run_point *point = run_file_point(&run, place->group->text[FACTOR_CELL]);
    if (point == NULL)
      continue;
    place->options = *GROW(builder->texts, builder->text_count) =
        without_columns(point->driver_options);
  }
  run_file_free(&run);
}

static bool options_differ(const struct group_place *a, const struct group_place *b) {
  return strcmp(a->options, b->options) != 0;
}

static void set_options(struct group_place *place) {
  place->extra = place->options;
}

static bool cells_differ(const struct group_place *a, const struct group_place *b) {
  return differs(a, b, FACTOR_CELL);
}

/* Whether some points differ in the cell_id alone. */
static bool has_equal_points(struct builder *builder) {
  bool found = false;
  classify(builder, compare_variants, NULL, set_variant);
  classify(builder, compare_settings, NULL, set_nothing);
  for (size_t i = 1; i < builder->rows->group_count && !found; i++) {
    const struct group_place *a = &builder->places[builder->order[i - 1]];
    const struct group_place *b = &builder->places[builder->order[i]];
    found = compare_settings(a, b) == 0 && cells_differ(a, b);
  }
  return found;
}

/* --- the cell_id ------------------------------------------------------------------------------ */

/* Of those points that nothing else distinguishes. */
static void split_by_cell(struct builder *builder) {
  size_t count = builder->rows->group_count;
  classify(builder, compare_variants, NULL, set_variant);
  classify(builder, compare_settings, NULL, set_nothing);
  for (size_t i = 0, next; i < count; i = next) {
    struct group_place *first = &builder->places[builder->order[i]];
    bool several = false;
    for (next = i + 1; next < count; next++) {
      const struct group_place *other = &builder->places[builder->order[next]];
      if (compare_settings(first, other) != 0)
        break;
      several |= cells_differ(first, other);
    }
    for (size_t k = i; several && k < next; k++) {
      struct group_place *place = &builder->places[builder->order[k]];
      place->extra = place->group->text[FACTOR_CELL];
    }
  }
}

static void begin_variant(struct builder *builder, size_t number, const struct group_place *place) {
  struct dataset *dataset = builder->dataset;
  const char *const *text = place->group->text;
  (void)number;
  *GROW(dataset->variants, dataset->variant_count) =
      (struct data_variant){.model = place->model,
                            .model_text = grow_text("%s", text[FACTOR_MODEL]),
                            .driver = grow_text("%s", text[FACTOR_DRIVER]),
                            .lock = grow_text("%s", text[FACTOR_LOCK]),
                            .schedule = grow_text("%s", text[FACTOR_SCHEDULE]),
                            .grain = grow_text("%s", text[FACTOR_GRAIN]),
                            .build = grow_text("%s", text[FACTOR_BUILD]),
                            .threads = place->team,
                            .nodes = place->nodes,
                            .tasks = grow_text("%s", place->tasks),
                            .extra = grow_text("%s", place->extra),
                            .build_id = grow_text("%s", text[FACTOR_BUILD_ID])};
}

/* Rows of an older version do not say which file they are of. */
static void fill_build_ids(struct builder *builder) {
  for (size_t i = 0; i < builder->rows->group_count; i++) {
    const struct group_place *place = &builder->places[i];
    struct data_variant *variant = &builder->dataset->variants[place->variant];
    const char *id = place->group->text[FACTOR_BUILD_ID];
    if (strcmp(id, variant->build_id) <= 0 && *variant->build_id != '\0')
      continue;
    free(variant->build_id);
    variant->build_id = grow_text("%s", id);
  }
}

struct numbered_variant {
  struct data_variant variant;
  size_t number;
};

static int compare_labels(const void *left, const void *right) {
  const struct numbered_variant *a = left, *b = right;
  if (a->variant.model != b->variant.model)
    return a->variant.model < b->variant.model ? -1 : 1;
  return natural_compare(a->variant.label, b->variant.label);
}

/* Numbers the variants by model, then label. */
static void sort_by_label(struct builder *builder) {
  struct dataset *dataset = builder->dataset;
  struct numbered_variant *sorted = NULL;
  size_t count = 0, *moved = NULL, moved_count = 0;
  for (size_t i = 0; i < dataset->variant_count; i++) {
    *GROW(sorted, count) = (struct numbered_variant){dataset->variants[i], i};
    *GROW(moved, moved_count) = 0;
  }
  if (count > 0)
    qsort(sorted, count, sizeof *sorted, compare_labels);
  for (size_t i = 0; i < count; i++) {
    dataset->variants[i] = sorted[i].variant;
    moved[sorted[i].number] = i;
  }
  for (size_t i = 0; i < builder->rows->group_count; i++)
    builder->places[i].variant = moved[builder->places[i].variant];
  free(sorted);
  free(moved);
}

void build_variants(struct builder *builder) {
  for (size_t i = 0; i < builder->rows->group_count; i++) {
    struct group_place *place = &builder->places[i];
    place->tasks = place->extra = place->options = "";
    place->model =
        (enum model)word_find(place->group->text[FACTOR_MODEL], model_names, MODEL_OTHER);
    place->team = place->model == MODEL_HYBRID ? place->group->threads : 0;
  }
  split_by_nodes(builder);
  split(builder, tasks_differ, set_tasks);
  if (has_equal_points(builder)) {
    read_options(builder);
    split(builder, options_differ, set_options);
    split_by_cell(builder);
  }
  classify(builder, compare_variants, begin_variant, set_variant);
  fill_build_ids(builder);
  label_variants(builder->dataset);
  sort_by_label(builder);
}
