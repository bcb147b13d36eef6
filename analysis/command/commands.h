/* The commands of the program report. */
#ifndef QUARTET_ANALYSIS_COMMAND_COMMANDS_H
#define QUARTET_ANALYSIS_COMMAND_COMMANDS_H

#include <stdbool.h>

#include "common/error.h"

/* `report [OPTION]... RESULTS`. Returns the exit status; what failed is in *error. */
int command_report(int argc, char **argv, struct error *error);

#endif
