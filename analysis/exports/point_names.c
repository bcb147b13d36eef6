#include "analysis/exports/point_names.h"

#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "common/number.h"

/* The parts of a name, in this order. */
enum name_part {
  PART_KERNEL,
  PART_DRIVER,
  PART_N,
  PART_CORES,
  PART_JOBS,
  PART_OPTIONS,
  PART_THREADS, /* of each process of a hybrid run; otherwise the cores say it */
  PART_NODES,   /* where as many cores were on different numbers of nodes */
  PART_TASKS,
  PART_GRAIN,
  PART_SCHEDULE,
  PART_LOCK,
  PART_BUILD,
  PART_CELL,
  PART_HOSTS,
  PARTS
};

/* The prefix of a part, and its usual value, which is omitted. */
static const struct {
  const char *prefix, *usual;
} parts[PARTS] = {
    [PART_KERNEL] = {"", NULL},
    [PART_DRIVER] = {"", NULL},
    [PART_N] = {"n:", NULL},
    [PART_CORES] = {"cores:", NULL},
    [PART_JOBS] = {"jobs:", "1"},
    [PART_OPTIONS] = {"", ""},
    [PART_THREADS] = {"threads:", "0"},
    [PART_NODES] = {"nodes:", "0"},
    [PART_TASKS] = {"tasks:", ""},
    [PART_GRAIN] = {"grain:", "0"},
    [PART_SCHEDULE] = {"schedule:", "static"},
    [PART_LOCK] = {"lock:", "none"},
    [PART_BUILD] = {"build:", ""},
    [PART_CELL] = {"cell:", ""},
    [PART_HOSTS] = {"hosts:", ""},
};

static const char *part_text(const struct dataset *data, const struct data_point *point,
                             enum name_part part, char number[NUMBER_TEXT]) {
  const struct data_problem *problem = &data->problems[point->problem];
  const struct data_work *work = &data->works[problem->work];
  const struct data_variant *variant = &data->variants[point->variant];
  switch (part) {
  case PART_KERNEL:
    return work->kernel;
  case PART_DRIVER:
    return variant->driver;
  case PART_N:
    return number_format(problem->n, number);
  case PART_CORES:
    return number_format(point->cores, number);
  case PART_JOBS:
    return work->jobs;
  case PART_OPTIONS:
    return work->options;
  case PART_THREADS:
    return number_format(variant->threads, number);
  case PART_NODES:
    return number_format(variant->nodes, number);
  case PART_TASKS:
    return point->tasks;
  case PART_GRAIN:
    return variant->grain;
  case PART_SCHEDULE:
    return variant->schedule;
  case PART_LOCK:
    return variant->lock;
  case PART_BUILD:
    return variant->build;
  case PART_CELL:
    return variant->extra;
  case PART_HOSTS:
    return data->machine_count > 1 ? data->machines[point->machine].hosts : "";
  case PARTS:
    break;
  }
  return "";
}

static bool is_unusual(enum name_part part, const char *text) {
  return parts[part].usual == NULL || (*text != '\0' && strcmp(text, parts[part].usual) != 0);
}

/* "a=1;b=2" becomes "/a:1/b:2". Options that older runs do not state are omitted: they have their
 * default. */
static char *with_options(char *name, const char *separator, const char *stated) {
  char *comparable = options_comparable(stated);
  for (const char *options = comparable; *options != '\0';) {
    size_t length = strcspn(options, ";"), name_length = strcspn(options, "=;");
    bool valued = name_length < length;
    char *longer =
        grow_text("%s%s%.*s%s%.*s", name, separator, (int)name_length, options, valued ? ":" : "",
                  valued ? (int)(length - name_length - 1) : 0, options + name_length + valued);
    free(name);
    name = longer;
    options += length + (options[length] == ';');
  }
  free(comparable);
  return name;
}

/* Appends a part to a name, which it frees. */
static char *with_part(char *name, const char *separator, enum name_part part, const char *text) {
  if (part == PART_OPTIONS)
    return with_options(name, separator, text);
  char *longer = grow_text("%s%s%s%s", name, separator, parts[part].prefix, text);
  free(name);
  return longer;
}

char *point_name(const struct dataset *data, const struct data_point *point) {
  char number[NUMBER_TEXT], *name = grow_text("%s", part_text(data, point, PART_KERNEL, number));
  for (int i = PART_DRIVER; i < PARTS; i++) {
    const char *text = part_text(data, point, (enum name_part)i, number);
    if (is_unusual((enum name_part)i, text))
      name = with_part(name, "/", (enum name_part)i, text);
  }
  return name;
}

char *work_path(const struct dataset *data, size_t index) {
  const struct data_work *work = &data->works[index];
  char *name = grow_text("%s", work->kernel);
  if (is_unusual(PART_JOBS, work->jobs))
    name = with_part(name, "/", PART_JOBS, work->jobs);
  return with_options(name, "/", work->options);
}

/* --- callpaths -------------------------------------------------------------------------------- */

/* The first work of the same kernel. */
static size_t first_work(const struct dataset *data, size_t work) {
  size_t first = work;
  for (size_t i = 0; i < first; i++)
    if (strcmp(data->works[i].kernel, data->works[work].kernel) == 0)
      first = i;
  return first;
}

void callpaths_make(struct callpaths *callpaths, const struct dataset *data) {
  const struct data_point **examples = NULL; /* the first point of each kernel, by its first work */
  size_t count = 0, example_count = 0, *firsts = NULL, first_count = 0;
  callpaths->differing = NULL;
  for (size_t i = 0; i < data->work_count; i++) {
    size_t first = first_work(data, i);
    *GROW(callpaths->differing, count) = 0;
    *GROW(examples, example_count) = NULL;
    *GROW(firsts, first_count) = first;
  }
  for (size_t i = 0; i < data->point_count; i++) {
    const struct data_point *point = &data->points[i];
    size_t first = firsts[data->problems[point->problem].work];
    const struct data_point *example = examples[first] != NULL ? examples[first] : point;
    char number[NUMBER_TEXT], other[NUMBER_TEXT];
    examples[first] = example;
    for (int part = 0; part < PARTS; part++)
      if (strcmp(part_text(data, point, (enum name_part)part, number),
                 part_text(data, example, (enum name_part)part, other)) != 0)
        callpaths->differing[first] |= 1u << part;
  }
  for (size_t i = 0; i < data->work_count; i++)
    callpaths->differing[i] = callpaths->differing[firsts[i]];
  free(examples);
  free(firsts);
}

void callpaths_free(struct callpaths *callpaths) {
  free(callpaths->differing);
  callpaths->differing = NULL;
}

/* The number of tasks follows n where it is left to the driver: then it is no factor of its own,
 * and the variant has none. */
static bool is_in_callpath(unsigned differing, enum name_part part, const char *text,
                           const struct data_variant *variant) {
  if (part == PART_N || part == PART_CORES || !is_unusual(part, text))
    return false;
  return part == PART_TASKS ? *variant->tasks != '\0' : (differing >> part & 1) != 0;
}

char *point_callpath(const struct callpaths *callpaths, const struct dataset *data,
                     const struct data_point *point) {
  unsigned differing = callpaths->differing[data->problems[point->problem].work];
  const struct data_variant *variant = &data->variants[point->variant];
  char number[NUMBER_TEXT], *path = grow_text("%s", part_text(data, point, PART_KERNEL, number));
  for (int i = PART_DRIVER; i < PARTS; i++) {
    const char *text = part_text(data, point, (enum name_part)i, number);
    if (is_in_callpath(differing, (enum name_part)i, text, variant))
      path = with_part(path, "->", (enum name_part)i, text);
  }
  return path;
}
