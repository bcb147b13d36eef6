/* From groups of rows to works, problems, variants, machines, points and launches: the steps of
 * dataset_read after reading. */
#ifndef QUARTET_ANALYSIS_DATA_BUILD_H
#define QUARTET_ANALYSIS_DATA_BUILD_H

#include "analysis/data/rows.h"

/* The indices into the dataset to which a group of rows belongs. */
struct group_place {
  const struct row_group *group;
  size_t work, problem, variant, machine, point;
  const char *tasks, *extra; /* of the variant; "" where all points have the same */
  const char *options;       /* of the driver, those without a column; "" unknown */
  enum model model;
  int64_t team;  /* threads of each process of a hybrid run, else 0 */
  int64_t nodes; /* of the variant; 0 where cores determine them */
};

struct builder {
  struct dataset *dataset;
  struct sample_rows *rows;
  struct group_place *places; /* one for each group */
  size_t *order;              /* scratch: indices of groups */
  char **texts;               /* that places point to */
  size_t text_count;
};

/* Compares two groups by what the classes of groups are made of. */
typedef int compare_places(const struct group_place *a, const struct group_place *b);

/* Sorts builder->order and calls `begin` for the first group of each class, with the class's
 * number; `set` for every group. Returns the number of classes. */
size_t classify(struct builder *builder, compare_places *compare,
                void (*begin)(struct builder *builder, size_t number,
                              const struct group_place *place),
                void (*set)(struct group_place *place, size_t number));

/* works, problems, machines; places[].work, problem, machine. */
void build_works(struct builder *builder);
void build_problems(struct builder *builder);
void build_machines(struct builder *builder);

/* variants with their labels; places[].variant and what it is made of. After works, problems and
 * machines. */
void build_variants(struct builder *builder);

/* Writes the labels of the variants, unique and short. */
void label_variants(struct dataset *dataset);

/* Writes the labels of the machines, unique. */
void label_machines(struct dataset *dataset);

/* points without their launches; places[].point. */
void build_points(struct builder *builder);

/* The launches of all points, their repetitions, sessions. */
void build_launches(struct builder *builder);

/* Whether the dataset looks batched. */
bool find_batched(const struct dataset *dataset);

#endif
