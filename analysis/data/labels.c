/* Names of variants and machines for people: as short as they can be while no two are the same. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/data/build.h"
#include "common/grow.h"

enum { PART_BYTES = 40, HOSTS_SHOWN = 3 };

/* The length of a text, or as much as a label shows of it: whole characters. */
static int shown_length(const char *text) {
  size_t length = strnlen(text, PART_BYTES + 1);
  if (length > PART_BYTES)
    for (length = PART_BYTES; length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80;)
      length--;
  return (int)length;
}

/* Puts " PREFIX TEXT SUFFIX" behind a label, which it frees. */
static char *with_part(char *label, const char *prefix, const char *text, const char *suffix) {
  int length = shown_length(text);
  char *longer = grow_text("%s%s%s%.*s%s%s", label, *label != '\0' ? " " : "", prefix, length, text,
                           text[length] != '\0' ? "..." : "", suffix);
  free(label);
  return longer;
}

/* --- what differs ----------------------------------------------------------------------------- */

/* The parts of a label, in this order. */
enum label_part { PART_THREADS, PART_DRIVER, PART_SCHEDULE, PART_GRAIN, PART_TASKS, PARTS };

static bool same_part(const struct data_variant *a, const struct data_variant *b,
                      enum label_part part) {
  switch (part) {
  case PART_THREADS:
    return a->threads == b->threads;
  case PART_DRIVER:
    return strcmp(a->driver, b->driver) == 0;
  case PART_SCHEDULE:
    return strcmp(a->schedule, b->schedule) == 0;
  case PART_GRAIN:
    return strcmp(a->grain, b->grain) == 0;
  default:
    return strcmp(a->tasks, b->tasks) == 0;
  }
}

/* Variants are sorted by model, model_text and driver, so those of a model stand together. */
struct model_range {
  size_t first, end;
  bool differ[PARTS];
};

static struct model_range find_range(const struct dataset *dataset, size_t first) {
  const struct data_variant *variants = dataset->variants;
  struct model_range range = {.first = first, .end = first + 1};
  for (; range.end < dataset->variant_count &&
         strcmp(variants[range.end].model_text, variants[first].model_text) == 0;
       range.end++)
    for (int part = 0; part < PARTS; part++)
      range.differ[part] |=
          !same_part(&variants[first], &variants[range.end], (enum label_part)part);
  return range;
}

static bool builds_differ(const struct dataset *dataset) {
  for (size_t i = 1; i < dataset->variant_count; i++)
    if (strcmp(dataset->variants[0].build, dataset->variants[i].build) != 0)
      return true;
  return false;
}

/* --- variants --------------------------------------------------------------------------------- */

/* The lock's suffix to the model's name: "0.5" of "global,0.5"; nothing where the lock is the
 * model's usual one. */
static char *with_lock(char *label, const struct data_variant *variant) {
  const char *comma = strchr(variant->lock, ',');
  bool usual = variant->model == MODEL_THREADS_LOCK ? strcmp(variant->lock, "global") == 0
                                                    : strcmp(variant->lock, "none") == 0;
  if (usual || *variant->lock == '\0')
    return label;
  if (variant->model == MODEL_THREADS_LOCK && strncmp(variant->lock, "global,", 7) == 0)
    return with_part(label, "", comma + 1, "");
  return with_part(label, "lock ", variant->lock, "");
}

static char *with_threads(char *label, const struct data_variant *variant) {
  char *longer = grow_text("%s %lldt", label, (long long)variant->threads);
  free(label);
  return longer;
}

static char *with_nodes(char *label, int64_t nodes) {
  char *longer = grow_text("%s %" PRId64 " node%s", label, nodes, nodes == 1 ? "" : "s");
  free(label);
  return longer;
}

static char *make_label(const struct data_variant *variant, const struct model_range *range,
                        bool builds) {
  const char *name = *variant->model_text != '\0' ? variant->model_text : "unknown model";
  char *label = with_lock(with_part(grow_text("%s", ""), "", name, ""), variant);
  if (range->differ[PART_THREADS])
    label = with_threads(label, variant);
  if (variant->nodes > 0)
    label = with_nodes(label, variant->nodes);
  if (range->differ[PART_DRIVER])
    label = with_part(label, "", variant->driver, "");
  if (range->differ[PART_SCHEDULE])
    label =
        with_part(label, "", *variant->schedule != '\0' ? variant->schedule : "any schedule", "");
  if (range->differ[PART_GRAIN])
    label = with_part(label, "grain ", *variant->grain != '\0' ? variant->grain : "unknown", "");
  if (range->differ[PART_TASKS] && *variant->tasks != '\0')
    label = with_part(label, "", variant->tasks, " tasks");
  if (builds)
    label = with_part(label, "", *variant->build != '\0' ? variant->build : "default build", "");
  if (*variant->extra != '\0')
    label =
        with_part(label, strchr(variant->extra, '=') != NULL ? "" : "cell ", variant->extra, "");
  return label;
}

/* --- no two the same -------------------------------------------------------------------------- */

static int compare_label_texts(const void *left, const void *right) {
  char *const *a = *(char **const *)left, *const *b = *(char **const *)right;
  int order = strcmp(*a, *b);
  return order != 0 ? order : (a > b) - (a < b); /* places in the same list */
}

/* Numbers labels that are the same, in the order of the list: "x", "x #2", until none are. */
static void make_unique(char ***labels, size_t count) {
  bool changed = count > 1;
  while (changed) {
    changed = false;
    qsort(labels, count, sizeof *labels, compare_label_texts);
    for (size_t i = 0, next; i < count; i = next) {
      for (next = i + 1; next < count && strcmp(*labels[next], *labels[i]) == 0; next++)
        ;
      for (size_t k = i + 1; k < next; k++) {
        char *longer = grow_text("%s #%zu", *labels[k], k - i + 1);
        free(*labels[k]);
        *labels[k] = longer;
        changed = true;
      }
    }
  }
}

void label_variants(struct dataset *dataset) {
  bool builds = builds_differ(dataset);
  char ***labels = NULL;
  size_t count = 0;
  for (size_t i = 0; i < dataset->variant_count;) {
    struct model_range range = find_range(dataset, i);
    for (; i < range.end; i++) {
      struct data_variant *variant = &dataset->variants[i];
      variant->label = make_label(variant, &range, builds);
      *GROW(labels, count) = &variant->label;
    }
  }
  make_unique(labels, count);
  free(labels);
}

/* --- machines --------------------------------------------------------------------------------- */

static char *machine_label(const char *hosts) {
  size_t count = 1;
  for (const char *at = hosts; *at != '\0'; at++)
    count += *at == '+';
  if (count <= HOSTS_SHOWN)
    return with_part(grow_text("%s", ""), "", *hosts != '\0' ? hosts : "unknown host", "");
  char *first = grow_text("%.*s", (int)strcspn(hosts, "+"), hosts);
  char *label = grow_text("%.*s+... (%zu hosts)", shown_length(first), first, count);
  free(first);
  return label;
}

void label_machines(struct dataset *dataset) {
  char ***labels = NULL;
  size_t count = 0;
  for (size_t i = 0; i < dataset->machine_count; i++) {
    dataset->machines[i].label = machine_label(dataset->machines[i].hosts);
    *GROW(labels, count) = &dataset->machines[i].label;
  }
  make_unique(labels, count);
  free(labels);
}
