/* Open MPI's mpirun, versions 4 and 5.
 *
 * Ranks are placed by `ppr:R:node` (R for each node), never by `slot`: with PE=T that fails
 * or misplaces ranks on more than one node (Open MPI issues 13843, 10071). The ranks bind
 * themselves: version 4 leaves the mask of a job, version 5 refuses a rank that spans packages
 * (issue 14072). */
#include <stdlib.h>
#include <unistd.h>

#include "runner/launch/launcher.h"

/* Whether mpirun would take the tasks of a job for the number of ranks that fit on its nodes: the
 * variables from which it reads them. They may be fewer than the cores, which sweep has counted. */
static bool counts_tasks(const struct launcher_settings *settings) {
  static const char *const variables[] = {"SLURM_TASKS_PER_NODE", "PBS_NODEFILE", "LSB_MCPU_HOSTS"};
  bool counts = false;
  for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
    counts |= getenv(variables[i]) != NULL;
  return counts && settings->hostfile == NULL;
}

/* Ranks that wait by spinning would keep those that work from the cores, if there are more than
 * cores. Else they spin, also where mpirun believes that there are more; or as the user says. */
static void add_waiting(struct command_line *line, bool crowded) {
  if (!crowded && getenv("OMPI_MCA_mpi_yield_when_idle") != NULL)
    return;
  command_line_add(line, "--mca");
  command_line_add(line, "mpi_yield_when_idle");
  command_line_add(line, "%d", crowded);
}

void launcher_add_openmpi(struct command_line *line, const struct launcher *launcher,
                          const struct layout *layout) {
  const struct launcher_settings *settings = launcher->settings;
  bool crowded = layout->binding == BINDING_NOTHING;
  bool more_than_slots = crowded || counts_tasks(settings);
  command_line_add(line, "-np");
  command_line_add(line, "%lld", (long long)layout->ranks);
  if (settings->hostfile != NULL) {
    command_line_add(line, "--hostfile");
    command_line_add(line, "%s", settings->hostfile);
  }
  command_line_add(line, "--map-by");
  command_line_add(line, "ppr:%lld:node%s", (long long)layout->ranks_per_node,
                   more_than_slots ? ":OVERSUBSCRIBE" : "");
  command_line_add(line, "--bind-to");
  command_line_add(line, "none");
  if (more_than_slots)
    add_waiting(line, crowded);
  /* Where ssh starts the daemons of other nodes, variables do not follow by themselves. The first
   * host of a hostfile may be another one, too. */
  bool elsewhere = layout->nodes > 1 || settings->hostfile != NULL;
  for (size_t i = 0; i < line->variable_count && elsewhere; i++)
    if (line->variables[i].value != NULL) {
      command_line_add(line, "-x");
      command_line_add(line, "%s", line->variables[i].name);
    }
  if (geteuid() == 0) { /* it refuses root without both; containers run as root */
    command_line_set(line, "OMPI_ALLOW_RUN_AS_ROOT", "1");
    command_line_set(line, "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
  }
}
