#include "runner/ui/ending.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/grow.h"
#include "common/host.h"
#include "common/lines.h"
#include "common/streams.h"
#include "runner/process/launch.h"

static bool has_driver(const struct config *config, const char *driver) {
  for (size_t i = 0; i < config->setup_count; i++)
    if (strcmp(config->setups[i].driver->name, driver) == 0)
      return true;
  return false;
}

/* Prints the report of the results. It is a program of its own, and may be missing. It finds what
 * to compare with in run.json, or takes the serial driver; where there is neither, the first driver
 * of the config is named. Returns EXIT_MACHINE if the report could not be written, else 0. */
static int run_report(const struct config *config, const char *results) {
  char *program = grow_text("%s/report", host_program_folder()), *folder = grow_text("%s", results);
  char *base = grow_text("--baseline=%s", config->setups[0].driver->name), end_of_options[] = "--";
  char html[] = "--html"; /* the page with figures, beside the samples */
  char *named[] = {program, html, base, end_of_options, folder, NULL};
  char *plain[] = {program, html, end_of_options, folder, NULL};
  bool found = config->baseline != NULL || has_driver(config, driver_names[DRIVER_SERIAL]);
  streams_flush();
  int code = access(program, X_OK) == 0 ? launch_foreground(found ? plain : named) : 0;
  free(program);
  free(folder);
  free(base);
  return code == EXIT_MACHINE ? code : 0;
}

int ending_print(const struct run_facts *facts, const char *folder, bool interrupted,
                 bool with_report) {
  const struct run_counts *counts = &facts->counts;
  if (interrupted) {
    lines_message(
        stderr, "sweep",
        "interrupted; %zu of %zu launches are in %s/samples.csv; continue with:\n%s resume %s",
        counts->done, counts->done + counts->left, folder, facts->argv[0], folder);
    return EXIT_INTERRUPTED;
  }
  int reported = with_report ? run_report(facts->config, folder) : 0;
  if (counts->unaccepted > 0)
    lines_message(stderr, "sweep", "%zu result%s not accepted by the config's references",
                  counts->unaccepted, counts->unaccepted == 1 ? " is" : "s are");
  if (counts->failed == 0)
    return counts->unaccepted > 0 ? EXIT_WRONG : reported;
  lines_message(stderr, "sweep",
                "%zu of %zu launches failed; see the column status in %s/samples.csv",
                counts->failed, counts->settled, folder);
  return EXIT_WRONG;
}

void ending_print_rescue(const struct run_facts *facts, const char *folder, bool lost) {
  lines_message(stderr, "sweep", "%s%zu launches measured are in %s; continue with:\n%s resume %s",
                lost ? "the first of the " : "the ", facts->counts.done, folder, facts->argv[0],
                folder);
}
