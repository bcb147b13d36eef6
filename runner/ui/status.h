/* sweep status: how far a run is. */
#ifndef QUARTET_RUNNER_UI_STATUS_H
#define QUARTET_RUNNER_UI_STATUS_H

#include "common/error.h"

/* Prints it. EXIT_USAGE if the folder holds no run. */
int status_print(const char *folder, struct error *error);

#endif
