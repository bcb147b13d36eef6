/* Slurm's srun, inside a job.
 *
 * -c is always given: from 22.05 on, srun does not inherit it from sbatch. The binding of the step
 * that runs sweep leaks into srun by SLURM_CPU_BIND before 24.11: those variables are removed. In a
 * job of `sbatch --export=NONE` ranks would get no variable at all, not even PATH. */
#include <string.h>

#include "runner/launch/launcher.h"
#include "runner/process/launch.h"

/* How srun starts ranks of that library: Open MPI has had no PMI-2 since version 5. */
static const char *mpi_type(enum mpi_library library) {
  static const char *const types[] = {
      [LIBRARY_UNKNOWN] = NULL, [LIBRARY_OPENMPI] = "pmix", [LIBRARY_MPICH] = "pmi2"};
  return types[library];
}

/* Whether the config's options say so themselves. */
static bool has_option(const struct launcher_settings *settings, const char *name) {
  for (size_t i = 0; i < settings->option_count; i++)
    if (strncmp(settings->options[i], name, strlen(name)) == 0)
      return true;
  return false;
}

void launcher_add_srun(struct command_line *line, const struct launcher *launcher,
                       const struct layout *layout) {
  static const char *const leaking[] = {"SLURM_CPU_BIND", "SLURM_CPU_BIND_LIST",
                                        "SLURM_CPU_BIND_TYPE", "SLURM_CPU_BIND_VERBOSE"};
  static const char *const units[] = {
      [BINDING_NOTHING] = "none", [BINDING_CORES] = "cores", [BINDING_THREADS] = "threads"};
  const char *type = mpi_type(launcher->library);
  if (type != NULL && !has_option(launcher->settings, "--mpi"))
    command_line_add(line, "--mpi=%s", type);
  command_line_add(line, "--nodes=%lld", (long long)layout->nodes);
  command_line_add(line, "--ntasks=%lld", (long long)layout->ranks);
  command_line_add(line, "--ntasks-per-node=%lld", (long long)layout->ranks_per_node);
  /* With more workers than cores, a step that claims them all would wait for cores for ever. */
  if (layout->binding == BINDING_NOTHING)
    command_line_add(line, "--overcommit");
  command_line_add(line, "--cpus-per-task=%lld",
                   layout->binding == BINDING_NOTHING ? 1LL : (long long)layout->threads);
  command_line_add(line, "--cpu-bind=%s", units[layout->binding]);
  command_line_add(line, "--distribution=block:block");
  if (!has_option(launcher->settings, "--export"))
    command_line_add(line, "--export=ALL");
  for (size_t i = 0; i < sizeof leaking / sizeof *leaking; i++)
    command_line_set(line, leaking[i], NULL);
}

/* Whether the text has that word between others that are no letters or digits. */
static bool has_word(const char *text, const char *word) {
  static const char parts[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word))
    if ((at == text || strchr(parts, at[-1]) == NULL) && strspn(at, parts) == strlen(word))
      return true;
  return false;
}

bool launcher_srun_suits(enum mpi_library library) {
  char program[] = "srun", option[] = "--mpi=list", *argv[] = {program, option, NULL};
  struct program_launch launch = {
      .argv = argv, .timeout_ns = INT64_C(20000000000), .output_bytes_max = 10000};
  struct launch_result result;
  struct error ignored = {0};
  const char *type = mpi_type(library);
  bool suits = false;
  if (type == NULL || launch_run(&launch, &result, &ignored) != 0)
    return false;
  if (result.ending == ENDED_EXIT && result.exit_code == 0) /* older versions list them there */
    suits = has_word(result.output, type) || has_word(result.errors, type);
  launch_free(&result);
  return suits;
}
