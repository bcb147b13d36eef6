#include "runner/config/drivers.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "common/number.h"

static int check_bind(const char *text, struct error *error) {
  if (word_find(text, bind_names, BIND_KINDS) < BIND_KINDS)
    return 0;
  char *words = word_list(bind_names, BIND_KINDS);
  error_set(error, EXIT_USAGE, "'%.40s' must be one of: %s", text, words);
  free(words);
  return error->code;
}

static const struct driver_option options[] = {
    {.name = "lock", OPTIONS_LOCK, .kind = VALUE_LOCK},
    {.name = "lock_fraction", OPTIONS_LOCK, .kind = VALUE_REAL, RANGE_LOCK_FRACTION},
    {.name = "switch_interval", OPTIONS_LOCK, .kind = VALUE_DURATION, RANGE_SWITCH_NS},
    {.name = "schedule", OPTIONS_THREADS, .kind = VALUE_SCHEDULE},
    {.name = "threads", OPTIONS_THREADS, .kind = VALUE_COUNT, RANGE_THREADS},
    {.name = "bind", OPTIONS_THREADS, .kind = VALUE_BIND},
    {.name = "tasks", OPTIONS_TASKS, .kind = VALUE_COUNT, RANGE_TASKS},
    {.name = "in_flight", OPTIONS_TASKS, .kind = VALUE_COUNT, RANGE_TASKS},
};
enum { OPTION_COUNT = sizeof options / sizeof *options };
_Static_assert((int)OPTION_COUNT <= (int)DRIVER_OPTIONS_MAX, "driver_option_names would overflow");

const struct driver_option *driver_option_find(const struct driver_facts *driver,
                                               const char *name) {
  for (size_t i = 0; i < OPTION_COUNT; i++)
    if (strcmp(options[i].name, name) == 0 && (options[i].group & driver->options) != 0)
      return &options[i];
  return NULL;
}

int driver_option_check(const struct driver_option *option, const char *text, struct error *error) {
  int64_t whole;
  double real;
  bool global;
  enum schedule_kind kind;
  switch (option->kind) {
  case VALUE_COUNT:
    return number_parse(text, option->min, option->max, &whole, error);
  case VALUE_DURATION:
    return duration_parse(text, option->min, option->max, &whole, error);
  case VALUE_REAL:
    return real_parse(text, (double)option->min, (double)option->max, &real, error);
  case VALUE_BIND:
    return check_bind(text, error);
  case VALUE_LOCK:
    return lock_parse(text, &global, error);
  default:
    return schedule_parse(text, &kind, &whole, error);
  }
}

char *driver_option_flag(const char *name) {
  char *flag = grow_text("--%s", name);
  for (char *at = flag; *at != '\0'; at++)
    if (*at == '_')
      *at = '-';
  return flag;
}

char *driver_option_owners(const char *name) {
  unsigned group = 0;
  for (size_t i = 0; i < OPTION_COUNT; i++)
    if (strcmp(options[i].name, name) == 0)
      group = options[i].group;
  return driver_owners(group);
}

size_t driver_option_names(const struct driver_facts *driver,
                           const char *names[DRIVER_OPTIONS_MAX]) {
  size_t count = 0;
  for (size_t i = 0; i < OPTION_COUNT; i++)
    if ((options[i].group & driver->options) != 0)
      names[count++] = options[i].name;
  return count;
}
