/* Open MPI's mpirun, versions 4 and 5.
 *
 * Ranks are placed by `ppr:R:node` (R for each node), never by `slot`: with PE=T that fails
 * or misplaces ranks on more than one node (Open MPI issues 13843, 10071). The ranks bind
 * themselves: version 4 leaves the mask of a job, version 5 refuses a rank that spans packages
 * (issue 14072). */
#include <unistd.h>

#include "runner/launch/launcher.h"

void launcher_add_openmpi(struct command_line *line, const struct launcher *launcher,
                          const struct layout *layout) {
  const struct launcher_settings *settings = launcher->settings;
  command_line_add(line, "-np");
  command_line_add(line, "%lld", (long long)layout->ranks);
  if (settings->hostfile != NULL) {
    command_line_add(line, "--hostfile");
    command_line_add(line, "%s", settings->hostfile);
  }
  command_line_add(line, "--map-by");
  command_line_add(line, "ppr:%lld:node", (long long)layout->ranks_per_node);
  command_line_add(line, "--bind-to");
  command_line_add(line, "none");
  if (layout->binding == BINDING_NOTHING) {
    /* Ranks that wait by spinning would keep those that work from the cores. */
    static const char *const yield[] = {"--oversubscribe", "--mca", "mpi_yield_when_idle", "1",
                                        NULL};
    command_line_add_all(line, yield);
  }
  /* Where ssh starts the daemons of other nodes, variables do not follow by themselves. */
  for (size_t i = 0; i < line->variable_count && layout->nodes > 1; i++)
    if (line->variables[i].value != NULL) {
      command_line_add(line, "-x");
      command_line_add(line, "%s", line->variables[i].name);
    }
  if (geteuid() == 0) { /* it refuses root without both; containers run as root */
    command_line_set(line, "OMPI_ALLOW_RUN_AS_ROOT", "1");
    command_line_set(line, "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
  }
}
