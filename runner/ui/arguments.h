/* The command line of sweep. */
#ifndef QUARTET_RUNNER_UI_ARGUMENTS_H
#define QUARTET_RUNNER_UI_ARGUMENTS_H

#include <stdbool.h>

#include "runner/config/config.h"
#include "runner/plan/plan.h"
#include "runner/ui/commands.h"
#include "runner/ui/listing.h"

/* The texts are those of argv; NULL: not given. */
struct arguments {
  const char *out, *drivers;
  bool quiet, json_lines, anyway, retry_failed, probe, commands;
  enum listing format;
  enum metric metric;
  unsigned command;    /* enum action */
  const char *operand; /* the config, or the folder; the last of several */
  const char **operands;
  size_t operand_count; /* of merge: 1 or more; else 1 */
  struct shard shard;   /* count 0: not given */
  int64_t shards;       /* of a job array; 0: not given */
  int argc;             /* as they were given, for run.json */
  char **argv;
};

/* Reads the command line, and prints what is wrong with it, the help or the version. Returns -1 to
 * continue, or an exit status. */
int arguments_read(struct arguments *arguments, int argc, char **argv);

#endif
