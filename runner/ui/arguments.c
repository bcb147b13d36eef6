#include "runner/ui/arguments.h"

#include "common/grow.h"
#include "runner/plan/shard.h"

static struct arguments given;

enum {
  RUN = 1 << COMMAND_RUN,
  PLAN = 1 << COMMAND_PLAN,
  RESUME = 1 << COMMAND_RESUME,
  MERGE = 1 << COMMAND_MERGE,
  REFERENCE = 1 << COMMAND_REFERENCE,
  PACK = 1 << COMMAND_PACK,
  SUBMIT = 1 << COMMAND_SUBMIT,
};

static int take_shard(const char *text, struct error *error) {
  return shard_parse(text, &given.shard, error);
}

static const struct cli_option options[] = {
    {"out", 'o', "DIR",
     "the folder of the results (results/NAME, NAME from the config); a DIR that holds a run is "
     "refused, while results/NAME of an earlier run is moved to results/NAME.1, .2, ...\n"
     "plan: of an earlier run, from which it estimates the time\n"
     "merge: a DIR that holds a run is refused, also results/NAME\n"
     "pack: the zip file (DIR.zip)",
     .text = &given.out, .of = RUN | PLAN | MERGE | PACK | SUBMIT},
    {"shard", 's', "I/N",
     "only the I-th of N parts, in results/NAME.I-of-N; each job of an array runs one, and `merge` "
     "joins them. Points of the same kernel, options and n stay together",
     .take = take_shard, .of = RUN | PLAN},
    {"shards", 'S', "N",
     "an array of N jobs of Slurm, one for each shard; plan: with --format slurm",
     .count = &given.shards, .min = 1, .max = SHARDS_MAX, .of = PLAN | SUBMIT},
    {"drivers", 'd', "DIR",
     "the folder of the drivers (that of this program; resume: that of the run); with an axis "
     "`build` the config names it",
     .text = &given.drivers},
    {"anyway", 'a', NULL,
     "continue although the config, the machine, the libraries or the drivers have changed: the "
     "rows then have another run_id, and the report shows them as separate points",
     .flag = &given.anyway, .of = RESUME},
    {"retry-failed", 'f', NULL, "repeat failed launches", .flag = &given.retry_failed,
     .of = RESUME},
    {"format", 'F', "FORMAT",
     "text, csv, json (text); or slurm, pbs, lsf, flux: a job script that runs the config and "
     "queues itself again until all is done\n"
     "submit: the scheduler, if it is not the config's or the one that is found",
     .choice = &given.format,
     .words = CLI_WORDS("text", "csv", "json", "slurm", "pbs", "lsf", "flux"), .of = PLAN | SUBMIT},
    {"probe", 'p', NULL, "launch each kernel in each model once, to estimate the time",
     .flag = &given.probe, .of = PLAN},
    {"commands", 'C', NULL,
     "print the command line of each point instead of the list, quoted for a shell",
     .flag = &given.commands, .of = PLAN},
    {"metric", 'm', "METRIC", "time, rate or bandwidth (time)", .choice = &given.metric,
     .words = metric_names, .of = REFERENCE},
    {"json-lines", 'j', NULL,
     "print events as JSON on standard output, one object a line, for other programs; no report at "
     "the end",
     .flag = &given.json_lines, .of = RUN | RESUME},
    {"quiet", 'q', NULL, "print failures only; no report at the end", .flag = &given.quiet},
    {0},
};

static int take_operand(const char *word, struct error *error);

static const struct cli cli = {
    .program = "sweep",
    .summary = "Runs every point of a config and writes the measurements to samples.csv.",
    .options = options,
    .parts = sweep_commands,
    .command = &given.command,
    .operand = take_operand,
    .notes = "samples.csv is the journal: each launch is on the disk before the next one begins. "
             "A run that was killed continues after its last complete launch. Ctrl-C ends it "
             "cleanly.\n\n"
             "Environment:\n"
             "  QUARTET_MPIRUN  the launcher of MPI ranks: mpirun, mpiexec, srun",
    .examples = "  sweep plan configs/quick.yaml\n"
                "  sweep plan configs/quick.yaml --probe\n"
                "  sweep plan configs/quick.yaml --commands\n"
                "  sweep plan configs/quick.yaml --format csv > plan.csv\n"
                "  sweep plan configs/quick.yaml --format slurm > job.sh && sbatch job.sh\n"
                "  sweep run configs/quick.yaml\n"
                "  sweep resume results/quick\n"
                "  sweep submit configs/models.yaml --shards 3\n"
                "  sweep run configs/models.yaml --shard 1/3\n"
                "  sweep merge results/models.?-of-3\n"
                "  sweep reference results/quick --metric rate\n"
                "  sweep pack results/quick --out quick.zip\n"
                "  sweep run configs/quick.yaml --out /tmp/quick\n",
    .status = "0 all points ran and verified; 1 a launch failed (its row has the reason) or a "
              "result is out of the bounds of a reference; 2 usage or config error, nothing was "
              "run; 3 system error: results or output could not be written; 130 interrupted.",
};

/* The config, or the folder; to be merged, folders. */
static int take_operand(const char *word, struct error *error) {
  if (given.operand != NULL && given.command != COMMAND_MERGE)
    return cli_refuse(&cli, error, "%s: unexpected argument '%s'",
                      sweep_commands[given.command].name, word);
  given.operand = word;
  *GROW(given.operands, given.operand_count) = word;
  return 0;
}

int arguments_read(struct arguments *arguments, int argc, char **argv) {
  struct error error = {0};
  given = (struct arguments){.argc = argc, .argv = argv};
  int code = cli_read(&cli, argc, argv);
  if (code < 0 && given.operand == NULL) {
    const struct cli_part *command = &sweep_commands[given.command];
    cli_refuse(&cli, &error, "%s: no %s is named", command->name, command->argument);
    code = error_print(&error, "sweep");
  }
  *arguments = given;
  return code;
}
