/* MPICH's mpiexec, Hydra.
 *
 * Without -ppn, ranks go to the nodes in turn. They bind themselves: `-bind-to core:T` takes the
 * same cores again where a node has too few, without a word. */
#include "runner/launch/launcher.h"

void launcher_add_mpich(struct command_line *line, const struct launcher *launcher,
                        const struct layout *layout) {
  const char *hostfile = launcher->settings->hostfile;
  command_line_add(line, "-np");
  command_line_add(line, "%lld", (long long)layout->ranks);
  if (hostfile != NULL) {
    command_line_add(line, "-f");
    command_line_add(line, "%s", hostfile);
  }
  command_line_add(line, "-ppn");
  command_line_add(line, "%lld", (long long)layout->ranks_per_node);
}
