#include "runner/launch/builds.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/grow.h"
#include "runner/process/launch.h"

static const int64_t timeout_ns = INT64_C(20000000000);
enum { ANSWER_BYTES_MAX = 10000 };

/* --- asking ----------------------------------------------------------------------------------- */

/* What a driver prints for that option alone, in memory that the caller frees; NULL: it does not
 * know the option, or cannot run. */
static char *ask(const struct build *build, const char *driver, const char *option) {
  char *program = grow_text("%s/%s", build->folder, driver), *word = grow_text("%s", option);
  char *argv[] = {program, word, NULL}, *answer = NULL;
  struct program_launch launch = {
      .argv = argv, .timeout_ns = timeout_ns, .output_bytes_max = ANSWER_BYTES_MAX};
  struct launch_result result;
  struct error ignored = {0};
  if (launch_run(&launch, &result, &ignored) == 0) {
    if (result.ending == ENDED_EXIT && result.exit_code == 0 && result.output_bytes > 0)
      answer = grow_text("%.*s", (int)result.output_bytes, result.output);
    launch_free(&result);
  }
  free(word);
  free(program);
  return answer;
}

/* Lines "name: value", which the build keeps in `answer`. */
static void read_facts(struct build *build) {
  for (char *line = build->answer, *next; line != NULL && *line != '\0'; line = next) {
    next = strchr(line, '\n');
    if (next != NULL)
      *next++ = '\0';
    char *colon = strstr(line, ": ");
    /* other lines are not the driver's */
    if (colon == NULL || line + strspn(line, "abcdefghijklmnopqrstuvwxyz_") != colon)
      continue;
    *colon = '\0';
    *GROW(build->facts, build->fact_count) = (struct setting){line, colon + 2};
  }
}

/* Drivers that get none but the options that every version has are not asked for them. */
static void ask_build(struct build *build, const struct config *config) {
  build->answer = ask(build, driver_names[DRIVER_SERIAL], "--build");
  read_facts(build);
  for (size_t i = 0; i < config->setup_count; i++) {
    const struct driver_facts *driver = config->setups[i].driver;
    char **options = &build->options[driver - driver_list];
    bool matters = driver->use == CORES_RANKS || config->setups[i].settings.count > 0;
    if (matters && *options == NULL)
      *options = ask(build, driver->name, "--print-options");
  }
}

bool build_has_option(const struct build *build, const struct driver_facts *driver,
                      const char *option) {
  const char *line = build->options[driver - driver_list];
  size_t length = strlen(option);
  while (line != NULL && (strncmp(line, option, length) != 0 || line[length] != '\t')) {
    line = strchr(line, '\n');
    line += line != NULL;
  }
  return line != NULL;
}

/* --- what the config needs -------------------------------------------------------------------- */

static bool has_driver(const struct build *build, const char *name) {
  char *path = grow_text("%s/%s", build->folder, name);
  bool has = access(path, X_OK) == 0;
  free(path);
  return has;
}

static int check_drivers(const struct config *config, const struct build *build,
                         struct error *error) {
  for (size_t i = 0; i < config->setup_count; i++) {
    const char *driver = config->setups[i].driver->name;
    if (has_driver(build, driver))
      continue;
    error_set(error, EXIT_USAGE,
              "build '%s': there is no executable '%s/%s'; folders are relative to the current "
              "one",
              build->label, build->folder, driver);
    return config_place(error, config, &build->at, 0);
  }
  return 0;
}

/* A driver that does not list its options may have all of them. */
static int check_options(const struct config *config, const struct build *build,
                         struct error *error) {
  for (size_t i = 0; i < config->setup_count; i++) {
    const struct driver_setup *setup = &config->setups[i];
    for (size_t k = 0; k < setup->settings.count; k++) {
      char *option = driver_option_flag(setup->settings.items[k].name);
      bool lacks = build->options[setup->driver - driver_list] != NULL &&
                   !build_has_option(build, setup->driver, option);
      if (lacks)
        error_set(error, EXIT_USAGE,
                  "'%s/%s' is of another version, which has no option %s; remove '%s', or use "
                  "drivers of this version",
                  build->folder, setup->driver->name, option, setup->settings.items[k].name);
      free(option);
      if (lacks)
        return config_place(error, config, &setup->at, 0);
    }
  }
  return 0;
}

int builds_ask(struct config *config, const char *drivers, struct error *error) {
  config->own.folder = drivers;
  for (size_t i = 0; i < config->build_count && error->code == 0; i++)
    check_drivers(config, &config->builds[i], error);
  for (size_t i = 0; (i == 0 || i < config->build_count) && error->code == 0; i++) {
    struct build *build = config->build_count > 0 ? &config->builds[i] : &config->own;
    ask_build(build, config);
    check_options(config, build, error);
  }
  return error->code;
}
