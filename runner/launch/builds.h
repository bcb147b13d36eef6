/* The builds on the axis `build`: where their drivers are, and how they were made. */
#ifndef QUARTET_RUNNER_LAUNCH_BUILDS_H
#define QUARTET_RUNNER_LAUNCH_BUILDS_H

#include "common/error.h"
#include "runner/config/config.h"

/* Looks for the drivers of the config in the folder of each build. EXIT_USAGE, with the place in
 * the config, if one is missing. */
int builds_check(const struct config *config, struct error *error);

/* Reads how a build was made from `serial_driver --build` in its folder and stores it in `facts`,
 * which stay empty if that fails. The caller frees facts and answer. */
void build_ask(struct build *build);

/* Asks each build how it was made. A build of an older version, which does not say, has no facts.
 * launch_prepare has been called. */
void builds_ask(struct config *config);

#endif
