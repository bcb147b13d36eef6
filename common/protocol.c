#include "common/protocol.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "common/number.h"

const char *const status_names[STATUSES] = {"ok", "wrong", "fail", "timeout", "oom", "skipped"};
const char *const bound_names[BOUNDS] = {"compute", "memory", "network", "wait", ""};
const char *const model_names[MODELS] = {"serial",    "threads", "threads+lock", "async",
                                         "processes", "hybrid",  "other"};
const char *const schedule_names[SCHEDULE_KINDS + 1] = {"static", "dynamic", "guided"};
const char *const bind_names[BIND_KINDS + 1] = {"core", "hwthread", "numa", "none"};
const char *const bound_to_names[BOUND_TO_WORDS] = {"core", "hwthread", "shared", "numa", "none"};
const char *const work_measure_names[WORK_MEASURES + 1] = {"operations", "bytes", "memory"};

const char *const work_column_names[WORK_COLUMN_COUNT] = {
#define X(name) #name,
    WORK_COLUMNS(X)
#undef X
};

const char *const driver_names[DRIVERS + 1] = {"serial_driver", "omp_driver", "async_driver",
                                               "mpi_driver"};
const struct driver_facts driver_list[DRIVERS] = {
    {"serial_driver", CORES_ONE, OPTIONS_ALL, MODEL_SERIAL, MODEL_SERIAL, MODEL_SERIAL},
    {"omp_driver", CORES_THREADS, OPTIONS_THREADS | OPTIONS_LOCK, MODEL_THREADS, MODEL_THREADS_LOCK,
     MODEL_THREADS},
    {"async_driver", CORES_ONE, OPTIONS_TASKS, MODEL_ASYNC, MODEL_ASYNC, MODEL_ASYNC},
    {"mpi_driver", CORES_RANKS, OPTIONS_THREADS | OPTIONS_PARTS, MODEL_PROCESSES, MODEL_PROCESSES,
     MODEL_HYBRID},
};

int word_find(const char *word, const char *const *words, int count) {
  int i = 0;
  while (i < count && strcmp(word, words[i]) != 0)
    i++;
  return i;
}

/* Puts a word after those of the text, which it frees. */
static char *append(char *text, const char *between, const char *word) {
  char *longer = grow_text("%s%s%s", text, *text != '\0' ? between : "", word);
  free(text);
  return longer;
}

char *word_list(const char *const *words, int count) {
  char *text = grow_text("%s", "");
  for (int i = 0; i < count; i++)
    text = append(text, ", ", words[i]);
  return text;
}

/* --- drivers ---------------------------------------------------------------------------------- */

const struct driver_facts *driver_find(const char *name) {
  int index = word_find(name, driver_names, DRIVERS);
  return index < DRIVERS ? &driver_list[index] : NULL;
}

enum model driver_model(const struct driver_facts *driver, bool lock, int64_t threads) {
  return lock ? driver->with_lock : threads > 1 ? driver->with_threads : driver->model;
}

char *driver_owners(unsigned groups) {
  char *text = grow_text("%s", "");
  for (int i = 0; i < DRIVERS; i++)
    if ((driver_list[i].options & groups) != 0)
      text = append(text, " and ", driver_list[i].name);
  return text;
}

/* --- values of options ------------------------------------------------------------------------ */

int schedule_parse(const char *text, enum schedule_kind *kind, int64_t *chunk,
                   struct error *error) {
  size_t length = strcspn(text, ",");
  for (int i = 0; i < SCHEDULE_KINDS; i++)
    if (strlen(schedule_names[i]) == length && strncmp(text, schedule_names[i], length) == 0) {
      *kind = (enum schedule_kind)i;
      *chunk = 0;
      return text[length] == '\0' ? 0 : number_parse(text + length + 1, 1, INT32_MAX, chunk, error);
    }
  char *names = word_list(schedule_names, SCHEDULE_KINDS);
  error_set(error, EXIT_USAGE, "'%s' must be one of: %s (each may take a size: \"dynamic,4\")",
            text, names);
  free(names);
  return error->code;
}

int lock_parse(const char *text, bool *global, struct error *error) {
  *global = strcmp(text, LOCK_GLOBAL) == 0;
  if (*global || strcmp(text, LOCK_NONE) == 0)
    return 0;
  return error_set(error, EXIT_USAGE, "'%s' must be one of: " LOCK_NONE ", " LOCK_GLOBAL, text);
}

char *lock_text(bool global, double fraction, int64_t switch_ns) {
  char interval[NUMBER_TEXT];
  if (!global)
    return grow_text(LOCK_NONE);
  if (switch_ns != LOCK_SWITCH_NS)
    return grow_text(LOCK_GLOBAL ",%g,%s", fraction, duration_format(switch_ns, interval));
  return fraction < 1 ? grow_text(LOCK_GLOBAL ",%g", fraction) : grow_text(LOCK_GLOBAL);
}
