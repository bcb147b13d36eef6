/* quartet: the one command of an installation. It starts the program that has the requested
 * command, in its own place; they lie in the same folder, which is not one of PATH, since other
 * packages have programs of the same names (Debian: sweep). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/cli.h"
#include "common/error.h"
#include "common/grow.h"
#include "common/host.h"
#include "common/program.h"
#include "common/streams.h"
#include "runner/ui/commands.h"

/* The programs beside sweep, by their own names, and where else a command of `quartet` leads. */
static const struct {
  struct cli_part part;
  const char *program; /* NULL: of the command's name */
} others[] = {
    {{"report", 0, "RESULTS",
      "print which model is the fastest, from which size on, with which confidence"},
     NULL},
    {{"compare", 0, "FIRST LATER...", "compare runs: before and after, two machines"}, "report"},
    {{"serial_driver", 0, "KERNEL", "run one kernel by hand: one worker"}, NULL},
    {{"omp_driver", 0, "KERNEL", "OpenMP threads"}, NULL},
    {{"mpi_driver", 0, "KERNEL", "MPI ranks: mpirun -np 4 quartet mpi_driver KERNEL"}, NULL},
    {{"async_driver", 0, "KERNEL", "cooperative tasks on one thread"}, NULL},
    {{"delay_server", 0, "", "serve documents, each after a delay"}, NULL},
};
enum { OTHERS = sizeof others / sizeof *others };

/* The commands of `quartet`, and the program of each. */
struct table {
  struct cli_part parts[COMMAND_COUNT + OTHERS + 1];
  const char *programs[COMMAND_COUNT + OTHERS];
};

/* All of them; or, for --help and the completion, those whose program is in the folder. */
static void fill_table(struct table *table, const char *folder) {
  size_t count = 0;
  *table = (struct table){0};
  for (size_t i = 0; i < COMMAND_COUNT + OTHERS; i++) {
    bool of_sweep = i < COMMAND_COUNT;
    const struct cli_part *part = of_sweep ? &sweep_commands[i] : &others[i - COMMAND_COUNT].part;
    const char *program = of_sweep ? "sweep" : others[i - COMMAND_COUNT].program;
    program = program != NULL ? program : part->name;
    char *path = folder != NULL ? grow_text("%s/%s", folder, program) : NULL;
    if (path == NULL || access(path, X_OK) == 0) {
      table->programs[count] = program;
      table->parts[count++] = *part;
    }
    free(path);
  }
}

/* Starts the program in the place of this one; returns only if that fails. Commands of sweep and
 * report compare are words of their command lines. */
static int start(const char *folder, const char *program, int argc, char **argv,
                 struct error *error) {
  bool by_own_name = strcmp(program, argv[1]) == 0, of_sweep = strcmp(program, "sweep") == 0;
  const char *slash = strrchr(argv[0], '/');
  const char *typed =
      strcmp(slash != NULL ? slash + 1 : argv[0], PROGRAM_COMMAND) == 0 ? argv[0] : PROGRAM_COMMAND;
  char *path = grow_text("%s/%s", folder, program);
  char *name = of_sweep ? grow_text("%s", typed) : grow_text(PROGRAM_COMMAND " %s", program);
  char **words = grow_zeroed((size_t)argc + 1, sizeof *words);
  int first = by_own_name ? 2 : 1, count = 0;
  words[count++] = name;
  for (int i = first; i < argc; i++)
    words[count++] = argv[i];
  execv(path, words);
  if (errno == ENOENT)
    error_set(error, EXIT_USAGE, "%s: this build has no %s; CMake says which library it lacked",
              argv[1], program);
  else
    error_set(error, EXIT_MACHINE, "%s: %s", path, strerror(errno));
  free(words);
  free(name);
  free(path);
  return error->code;
}

static int quartet(int argc, char **argv) {
  static const struct cli_option no_options[] = {{0}};
  struct table table;
  unsigned command = 0;
  const struct cli cli = {
      .program = PROGRAM_COMMAND,
      .usage = "COMMAND [ARGUMENT]...",
      .summary = "Measures which execution model is fastest for which kind of work. It starts the "
                 "programs of Quartet, each by a command.",
      .options = no_options,
      .parts = table.parts,
      .command = &command,
      .notes = "`quartet COMMAND --help` explains a command.",
      .examples = "  quartet plan quick.yaml        a config of the installation, or your own\n"
                  "  quartet run quick.yaml         measure; results are in results/quick\n"
                  "  quartet report --html results/quick\n"
                  "  quartet compare results/before results/after\n"
                  "  quartet omp_driver stencil -n 4000 -t 4\n"
                  "  mpirun -np 4 quartet mpi_driver stencil\n",
      .status = "that of the program; 2 usage error; 3 the program could not be started.",
  };
  struct error error = {0};
  enum cli_request request;
  const char *folder = host_program_folder();
  fill_table(&table, NULL);
  /* Only the first word is for this program. */
  cli_parse(&cli, argc < 2 ? argc : 2, argv, &request, &error);
  if (error.code == 0 && request != CLI_RUN) {
    fill_table(&table, folder);
    cli_print(&cli, request);
  } else if (error.code == 0) {
    start(folder, table.programs[command], argc, argv, &error);
  }
  return error.code != 0 ? error_print(&error, PROGRAM_COMMAND) : EXIT_SUCCESS;
}

int main(int argc, char **argv) {
  streams_hold();
  return streams_finish(PROGRAM_COMMAND, quartet(argc, argv));
}
