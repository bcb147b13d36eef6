#include "runner/ui/commands.h"

const struct cli_part sweep_commands[] = {
    [COMMAND_RUN] = {"run", 1 << COMMAND_RUN, "CONFIG",
                     "run every point, write DIR/samples.csv and run.json, then report"},
    [COMMAND_PLAN] = {"plan", 1 << COMMAND_PLAN, "CONFIG",
                      "list the points that would run, omitted points, and how long it will "
                      "take"},
    [COMMAND_RESUME] = {"resume", 1 << COMMAND_RESUME, "DIR",
                        "continue a run that was interrupted or killed"},
    [COMMAND_STATUS] = {"status", 1 << COMMAND_STATUS, "DIR", "show how far a run is"},
    [COMMAND_MERGE] = {"merge", 1 << COMMAND_MERGE, "DIR...",
                       "join the shards of a run, of `run --shard`, into one folder of results"},
    [COMMAND_REFERENCE] = {"reference", 1 << COMMAND_REFERENCE, "DIR",
                           "print a run's results as entries of `reference:` for a config"},
    [COMMAND_PACK] = {"pack", 1 << COMMAND_PACK, "DIR",
                      "write a run to a zip file for archives (an RO-Crate): samples, run.json, "
                      "config, report"},
    [COMMAND_SUBMIT] = {"submit", 1 << COMMAND_SUBMIT, "CONFIG",
                        "write DIR/job.sh and submit it to the scheduler; status shows the job"},
    {0},
};
