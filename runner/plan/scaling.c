#include "runner/plan/scaling.h"

#include <inttypes.h>
#include <stdlib.h>

#include "common/grow.h"

/* Which workload is scaled, in which build. */
struct size_key {
  const struct build *build;
  const struct workload *workload;
  int64_t n;
};

/* From the last one on, round about: they are known in the order in which they are looked for. */
static const struct scaled *find(struct scaling *scaling, const struct size_key *key,
                                 int64_t cores) {
  for (size_t i = 0; i < scaling->known_count; i++) {
    size_t place = (scaling->hint + i) % scaling->known_count;
    const struct scaled *known = &scaling->known[place];
    if (known->build == key->build && known->workload == key->workload && known->n == key->n &&
        known->cores == cores) {
      scaling->hint = place;
      return known;
    }
  }
  return NULL;
}

void scaling_remember(struct scaling *scaling, const struct scaled *scaled) {
  *GROW(scaling->known, scaling->known_count) = *scaled;
}

static int ask(struct scaling *scaling, const struct size_key *key,
               const struct work_question *questions, size_t count, struct error *error) {
  struct work_query work_query = scaling->work_query;
  struct work_answer *answers = calloc(count, sizeof *answers);
  work_query.drivers = build_folder(key->build, work_query.drivers);
  if (answers == NULL)
    return error_set(error, EXIT_MACHINE, "out of memory");
  if (work_query_ask(&work_query, key->workload, questions, count, answers, error) == 0)
    for (size_t i = 0; i < count; i++)
      scaling_remember(scaling, &(struct scaled){.build = key->build,
                                                 .workload = key->workload,
                                                 .n = questions[i].n,
                                                 .cores = (int64_t)questions[i].factor,
                                                 .size = answers[i].size,
                                                 .met = answers[i].met});
  free(answers);
  return error->code;
}

/* A size that does not exist for one of the numbers of cores must not hold up the others. */
static int ask_all(struct scaling *scaling, const struct size_key *key, struct error *error) {
  struct work_question *questions = NULL;
  size_t count = 0;
  for (size_t i = 0; i < scaling->cores->count; i++)
    if (scaling->cores->values[i] > 1) /* CONFIG_ALL is negative */
      *GROW(questions, count) =
          (struct work_question){key->n, 1, 1, (double)scaling->cores->values[i]};
  struct error refused = {0};
  if (count > 0 && ask(scaling, key, questions, count, &refused) != 0 && refused.code != EXIT_USAGE)
    *error = refused;
  free(questions);
  return error->code;
}

int scaling_find(struct scaling *scaling, const struct point *point, struct scaled *scaled,
                 struct error *error) {
  const struct size_key key = {point->build, point->workload, point->n};
  const struct scaled *known = find(scaling, &key, point->cores);
  if (known == NULL && ask_all(scaling, &key, error) != 0)
    return error->code;
  if (known == NULL)
    known = find(scaling, &key, point->cores);
  if (known == NULL) {
    struct work_question question = {point->n, 1, 1, (double)point->cores};
    if (ask(scaling, &key, &question, 1, error) != 0)
      return error_prefix(error, "weak scaling of %s on %" PRId64 " cores", point->workload->label,
                          point->cores);
    known = &scaling->known[scaling->known_count - 1];
  }
  *scaled = *known;
  return 0;
}

void scaling_open(struct scaling *scaling, const struct config *config, const char *drivers) {
  *scaling = (struct scaling){.work_query = {.drivers = drivers,
                                             .by = config->scaling.by,
                                             .multiple = config->scaling.multiple},
                              .cores = &config->axes[FACTOR_CORES]};
}

void scaling_close(struct scaling *scaling) {
  free(scaling->known);
  scaling->known = NULL;
  scaling->known_count = 0;
}
