#include "runner/config/drivers.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "common/number.h"

const struct driver driver_list[] = {{"serial_driver", CORES_ONE},
                                     {"omp_driver", CORES_THREADS},
                                     {"async_driver", CORES_ONE},
                                     {"mpi_driver", CORES_RANKS}};
const char *const driver_names[] = {"serial_driver", "omp_driver", "async_driver", "mpi_driver"};
const size_t driver_count = sizeof driver_list / sizeof *driver_list;

const struct driver *driver_find(const char *name) {
  for (size_t i = 0; i < driver_count; i++)
    if (strcmp(driver_list[i].name, name) == 0)
      return &driver_list[i];
  return NULL;
}

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
  if (strcmp(text, "none") == 0 || strcmp(text, "global") == 0)
    return 0;
  return error_set(error, EXIT_USAGE, "'%s' must be one of: none, global", text);
}

static int check_schedule(const char *text, struct error *error) {
  static const char *const kinds[] = {"static", "dynamic", "guided"};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    size_t length = strlen(kinds[i]);
    if (strncmp(text, kinds[i], length) != 0)
      continue;
    if (text[length] == '\0')
      return 0;
    if (text[length] == ',')
      return check_count(text + length + 1, error);
  }
  return error_set(
      error, EXIT_USAGE,
      "'%s' must be one of: static, dynamic, guided (each may take a size: \"dynamic,4\")", text);
}

static const char *const omp_only[] = {"omp_driver", NULL};
static const char *const async_only[] = {"async_driver", NULL};
static const char *const threaded[] = {"omp_driver", "mpi_driver", NULL};

static const struct driver_option options[] = {
    {"lock", "--lock", omp_only, check_lock},
    {"lock_fraction", "--lock-fraction", omp_only, check_fraction},
    {"switch_interval", "--switch-interval", omp_only, check_interval},
    {"schedule", "--schedule", threaded, check_schedule},
    {"threads", "--threads", threaded, check_count},
    {"tasks", "--tasks", async_only, check_limit},
    {"in_flight", "--in-flight", async_only, check_limit},
};
enum { OPTION_COUNT = sizeof options / sizeof *options };
_Static_assert((int)OPTION_COUNT <= (int)DRIVER_OPTIONS_MAX, "driver_option_names would overflow");

static bool has_option(const struct driver *driver, const struct driver_option *option) {
  for (const char *const *name = option->drivers; *name != NULL; name++)
    if (strcmp(*name, driver->name) == 0)
      return true;
  return false;
}

const struct driver_option *driver_option_find(const struct driver *driver, const char *name) {
  for (size_t i = 0; i < OPTION_COUNT; i++)
    if (strcmp(options[i].name, name) == 0 && has_option(driver, &options[i]))
      return &options[i];
  return NULL;
}

char *driver_option_owners(const char *name, char text[DRIVER_OWNERS_TEXT]) {
  size_t used = 0;
  text[0] = '\0';
  for (size_t i = 0; i < driver_count; i++)
    if (driver_option_find(&driver_list[i], name) != NULL)
      used += (size_t)snprintf(text + used, DRIVER_OWNERS_TEXT - used, "%s%s",
                               used > 0 ? " and " : "", driver_names[i]);
  return text;
}

size_t driver_option_names(const struct driver *driver, const char *names[DRIVER_OPTIONS_MAX]) {
  size_t count = 0;
  for (size_t i = 0; i < OPTION_COUNT; i++)
    if (has_option(driver, &options[i]))
      names[count++] = options[i].name;
  return count;
}
