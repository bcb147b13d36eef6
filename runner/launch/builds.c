#include "runner/launch/builds.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/grow.h"
#include "runner/process/launch.h"

static bool has_driver(const struct build *build, const char *name) {
  char *path = grow_text("%s/%s", build->folder, name);
  bool has = access(path, X_OK) == 0;
  free(path);
  return has;
}

int builds_check(const struct config *config, struct error *error) {
  for (size_t i = 0; i < config->build_count; i++) {
    const struct build *build = &config->builds[i];
    for (size_t k = 0; k < config->setup_count; k++) {
      const char *driver = config->setups[k].driver->name;
      if (has_driver(build, driver))
        continue;
      error_set(error, EXIT_USAGE,
                "build '%s': there is no executable '%s/%s'; folders are relative to the current "
                "one",
                build->label, build->folder, driver);
      return config_place(error, config, &build->at, 0);
    }
  }
  return 0;
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

void build_ask(struct build *build) {
  char option[] = "--build",
       *program = grow_text("%s/%s", build->folder, driver_names[DRIVER_SERIAL]);
  char *argv[] = {program, option, NULL};
  struct program_launch launch = {
      .argv = argv, .timeout_ns = INT64_C(20000000000), .output_bytes_max = 10000};
  struct launch_result result;
  struct error error = {0};
  if (launch_run(&launch, &result, &error) == 0) {
    if (result.ending == ENDED_EXIT && result.exit_code == 0 && result.output_bytes > 0)
      build->answer = grow_text("%.*s", (int)result.output_bytes, result.output);
    launch_free(&result);
  }
  read_facts(build);
  free(program);
}

void builds_ask(struct config *config) {
  for (size_t i = 0; i < config->build_count; i++)
    build_ask(&config->builds[i]);
}
