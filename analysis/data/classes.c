#include <stdlib.h>
#include <string.h>

#include "analysis/data/build.h"
#include "common/grow.h"

struct context {
  const struct group_place *places;
  compare_places *compare;
};

static int compare_indices(const void *left, const void *right, void *data) {
  const struct context *context = data;
  return context->compare(&context->places[*(const size_t *)left],
                          &context->places[*(const size_t *)right]);
}

size_t classify(struct builder *builder, compare_places *compare,
                void (*begin)(struct builder *builder, size_t number,
                              const struct group_place *place),
                void (*set)(struct group_place *place, size_t number)) {
  struct context context = {builder->places, compare};
  size_t count = builder->rows->group_count, classes = 0;
  size_t *order = builder->order;
  if (count > 0)
    qsort_r(order, count, sizeof *order, compare_indices, &context);
  for (size_t i = 0; i < count; i++) {
    struct group_place *place = &builder->places[order[i]];
    if (i == 0 || compare(&builder->places[order[i - 1]], place) != 0) {
      classes++;
      if (begin != NULL)
        begin(builder, classes - 1, place);
    }
    set(place, classes - 1);
  }
  return classes;
}

static int compare_sizes(size_t a, size_t b) {
  return (a > b) - (a < b);
}

static int compare_texts(const struct group_place *a, const struct group_place *b,
                         enum factor factor) {
  const char *left = a->group->text[factor], *right = b->group->text[factor];
  return left == right ? 0 : natural_compare(left, right);
}

/* --- works ------------------------------------------------------------------------------------ */

static int compare_works(const struct group_place *a, const struct group_place *b) {
  int order = compare_texts(a, b, FACTOR_KERNEL);
  if (order == 0)
    order = compare_texts(a, b, FACTOR_OPTIONS);
  return order != 0 ? order : compare_texts(a, b, FACTOR_JOBS);
}

static void begin_work(struct builder *builder, size_t number, const struct group_place *place) {
  struct dataset *dataset = builder->dataset;
  (void)number;
  *GROW(dataset->works, dataset->work_count) =
      (struct data_work){.kernel = grow_text("%s", place->group->text[FACTOR_KERNEL]),
                         .options = grow_text("%s", place->group->text[FACTOR_OPTIONS]),
                         .jobs = grow_text("%s", place->group->text[FACTOR_JOBS]),
                         .kind = BOUND_UNKNOWN,
                         .unit = grow_text("%s", "")};
}

static void set_work(struct group_place *place, size_t number) {
  place->work = number;
}

/* Kind and unit, which rows of a failed launch may lack; should rows differ, the first in order. */
static void set_kind(struct data_work *work, const struct row_group *group) {
  if (group->kind < work->kind)
    work->kind = group->kind;
  if (*group->unit == '\0' || (*work->unit != '\0' && strcmp(work->unit, group->unit) <= 0))
    return;
  free(work->unit);
  work->unit = grow_text("%s", group->unit);
}

/* The works were numbered by name; now by kind first. */
static void sort_by_kind(struct builder *builder) {
  struct dataset *dataset = builder->dataset;
  struct data_work *sorted = NULL;
  size_t *moved = NULL, moved_count = 0, count = 0;
  for (size_t i = 0; i < dataset->work_count; i++)
    *GROW(moved, moved_count) = 0;
  for (int kind = 0; kind < BOUNDS; kind++)
    for (size_t i = 0; i < dataset->work_count; i++)
      if ((int)dataset->works[i].kind == kind) {
        moved[i] = count;
        *GROW(sorted, count) = dataset->works[i];
      }
  for (size_t i = 0; i < builder->rows->group_count; i++)
    builder->places[i].work = moved[builder->places[i].work];
  free(moved);
  free(dataset->works);
  dataset->works = sorted;
}

void build_works(struct builder *builder) {
  classify(builder, compare_works, begin_work, set_work);
  for (size_t i = 0; i < builder->rows->group_count; i++)
    set_kind(&builder->dataset->works[builder->places[i].work], builder->places[i].group);
  sort_by_kind(builder);
}

/* --- problems --------------------------------------------------------------------------------- */

static int compare_problems(const struct group_place *a, const struct group_place *b) {
  int order = compare_sizes(a->work, b->work);
  return order != 0 ? order : (a->group->n > b->group->n) - (a->group->n < b->group->n);
}

static void begin_problem(struct builder *builder, size_t number, const struct group_place *place) {
  struct dataset *dataset = builder->dataset;
  (void)number;
  *GROW(dataset->problems, dataset->problem_count) =
      (struct data_problem){place->work, place->group->n};
}

static void set_problem(struct group_place *place, size_t number) {
  place->problem = number;
}

void build_problems(struct builder *builder) {
  classify(builder, compare_problems, begin_problem, set_problem);
}

/* --- machines --------------------------------------------------------------------------------- */

static int compare_machines(const struct group_place *a, const struct group_place *b) {
  return compare_texts(a, b, FACTOR_HOSTS);
}

static void begin_machine(struct builder *builder, size_t number, const struct group_place *place) {
  struct dataset *dataset = builder->dataset;
  (void)number;
  *GROW(dataset->machines, dataset->machine_count) =
      (struct data_machine){.hosts = grow_text("%s", place->group->text[FACTOR_HOSTS])};
}

static void set_machine(struct group_place *place, size_t number) {
  place->machine = number;
}

void build_machines(struct builder *builder) {
  classify(builder, compare_machines, begin_machine, set_machine);
  label_machines(builder->dataset);
}

/* --- points ----------------------------------------------------------------------------------- */

static int compare_points(const struct group_place *a, const struct group_place *b) {
  int order = compare_sizes(a->problem, b->problem);
  if (order == 0)
    order = compare_sizes(a->variant, b->variant);
  if (order == 0)
    order = (a->group->cores > b->group->cores) - (a->group->cores < b->group->cores);
  return order != 0 ? order : compare_sizes(a->machine, b->machine);
}

static void begin_point(struct builder *builder, size_t number, const struct group_place *place) {
  struct dataset *dataset = builder->dataset;
  const struct row_group *group = place->group;
  (void)number;
  *GROW(dataset->points, dataset->point_count) =
      (struct data_point){.problem = place->problem,
                          .variant = place->variant,
                          .machine = place->machine,
                          .cores = group->cores,
                          .cell_id = grow_text("%s", group->text[FACTOR_CELL])};
}

static void set_point(struct group_place *place, size_t number) {
  place->point = number;
}

void build_points(struct builder *builder) {
  classify(builder, compare_points, begin_point, set_point);
}
