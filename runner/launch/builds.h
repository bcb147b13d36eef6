/* The builds whose drivers run: where they are, how they were made, and what they understand. */
#ifndef QUARTET_RUNNER_LAUNCH_BUILDS_H
#define QUARTET_RUNNER_LAUNCH_BUILDS_H

#include <stdbool.h>

#include "common/error.h"
#include "runner/config/config.h"

/* Asks each build on the axis, or that in the folder `drivers`, once: how it was made
 * (`serial_driver --build`), and the options of mpi_driver and of drivers to which the config gives
 * some (`--print-options`).
 * What a build of an older version does not say stays empty. EXIT_USAGE, with the place in the
 * config: a build on the axis lacks a driver, or a driver is known to lack an option that the
 * config gives. launch_prepare has been called. */
int builds_ask(struct config *config, const char *drivers, struct error *error);

/* Whether the driver of that build says that it has the option, "--bind". */
bool build_has_option(const struct build *build, const struct driver_facts *driver,
                      const char *option);

#endif
