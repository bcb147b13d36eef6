#include "runner/config/drivers.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "common/grow.h"
#include "common/number.h"

static int check_count(const char *text, struct error *error) {
  int64_t value;
  return number_parse(text, 1, INT32_MAX, &value, error);
}

/* Of async_driver's tasks: 0 is as many as there is work for. */
static int check_limit(const char *text, struct error *error) {
  int64_t value;
  return number_parse(text, 0, INT64_C(1) << 40, &value, error);
}

static int check_fraction(const char *text, struct error *error) {
  double value;
  return real_parse(text, 0, 1, &value, error);
}

static int check_interval(const char *text, struct error *error) {
  int64_t value;
  return duration_parse(text, 1000, INT64_C(3600000000000), &value, error);
}

static int check_lock(const char *text, struct error *error) {
  bool global;
  return lock_parse(text, &global, error);
}

static int check_schedule(const char *text, struct error *error) {
  enum schedule_kind kind;
  int64_t chunk;
  return schedule_parse(text, &kind, &chunk, error);
}

static const struct driver_option options[] = {
    {"lock", OPTIONS_LOCK, check_lock},
    {"lock_fraction", OPTIONS_LOCK, check_fraction},
    {"switch_interval", OPTIONS_LOCK, check_interval},
    {"schedule", OPTIONS_THREADS, check_schedule},
    {"threads", OPTIONS_THREADS, check_count},
    {"tasks", OPTIONS_TASKS, check_limit},
    {"in_flight", OPTIONS_TASKS, check_limit},
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
