/* `flux run`, inside an instance of Flux.
 *
 * Without cpu-affinity, all ranks of a node may use all of its cores (flux-core issue 4874). */
#include "runner/launch/launcher.h"

void launcher_add_flux(struct command_line *line, const struct launcher *launcher,
                       const struct layout *layout) {
  (void)launcher;
  command_line_add(line, "run");
  command_line_add(line, "--nodes=%lld", (long long)layout->nodes);
  /* With more workers than cores, a job of so many cores could never start. */
  if (layout->binding == BINDING_NOTHING &&
      layout->ranks == layout->nodes * layout->ranks_per_node) {
    command_line_add(line, "--exclusive");
    command_line_add(line, "--tasks-per-node=%lld", (long long)layout->ranks_per_node);
  } else {
    command_line_add(line, "--ntasks=%lld", (long long)layout->ranks);
    command_line_add(line, "--cores-per-task=%lld", (long long)layout->threads);
  }
  command_line_add(line, "--setopt=cpu-affinity=%s",
                   layout->binding != BINDING_NOTHING ? "per-task" : "off");
}
