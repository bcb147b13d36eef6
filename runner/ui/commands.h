/* The commands of sweep, which are those of `quartet`, too. */
#ifndef QUARTET_RUNNER_UI_COMMANDS_H
#define QUARTET_RUNNER_UI_COMMANDS_H

#include "common/cli.h"

enum action {
  COMMAND_RUN,
  COMMAND_PLAN,
  COMMAND_RESUME,
  COMMAND_STATUS,
  COMMAND_MERGE,
  COMMAND_REFERENCE,
  COMMAND_PACK,
  COMMAND_SUBMIT,
  COMMAND_COUNT
};

/* In the order of enum action; bit i is that of command i. An empty row ends them. */
extern const struct cli_part sweep_commands[];

#endif
