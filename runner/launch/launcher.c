#include "runner/launch/launcher.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/grow.h"
#include "common/utf8.h"
#include "runner/process/launch.h"

/* A kind of launcher. */
struct launcher_facts {
  const char *programs[4]; /* the names under which it is looked for; NULL ends them */
  const char *marks[3];    /* one of these stands in what `--version` says */
  void (*add)(struct command_line *line, const struct launcher *launcher,
              const struct layout *layout);
};

/* An mpirun of another MPI: only -np means the same everywhere. */
static void add_other(struct command_line *line, const struct launcher *launcher,
                      const struct layout *layout) {
  (void)launcher;
  command_line_add(line, "-np");
  command_line_add(line, "%lld", (long long)layout->ranks);
}

static const struct launcher_facts facts[] = {
    [LAUNCHER_OPENMPI] = {{"mpirun", "mpirun.openmpi"},
                          {"Open MPI", "OpenRTE"},
                          launcher_add_openmpi},
    [LAUNCHER_MPICH] = {{"mpiexec", "mpiexec.hydra", "mpiexec.mpich"},
                        {"HYDRA", "MPICH"},
                        launcher_add_mpich},
    [LAUNCHER_SRUN] = {{"srun"}, {"slurm ", "slurm-wlm "}, launcher_add_srun},
    [LAUNCHER_FLUX] = {{"flux"}, {"flux-core"}, launcher_add_flux},
    [LAUNCHER_CUSTOM] = {{NULL}, {NULL}, launcher_add_custom},
    [LAUNCHER_OTHER] = {{"mpirun"}, {NULL}, add_other},
};

const char *launcher_kind_name(enum launcher_kind kind) {
  return kind < LAUNCHER_KINDS ? launcher_names[kind] : "other";
}

enum launcher_kind launcher_kind_of(const char *version) {
  for (int kind = 0; kind < LAUNCHER_KINDS; kind++)
    for (int i = 0; facts[kind].marks[i] != NULL; i++)
      if (strstr(version, facts[kind].marks[i]) != NULL)
        return (enum launcher_kind)kind;
  return LAUNCHER_OTHER;
}

enum mpi_library mpi_library_of(const char *text) {
  if (text != NULL && strstr(text, "Open MPI") != NULL)
    return LIBRARY_OPENMPI;
  return text != NULL && strstr(text, "MPICH") != NULL ? LIBRARY_MPICH : LIBRARY_UNKNOWN;
}

/* --- finding one ------------------------------------------------------------------------------ */

/* Asks the program what it is. */
static enum launcher_kind ask(struct launcher *launcher, const char *program) {
  char option[] = "--version", *name = grow_text("%s", program), *argv[] = {name, option, NULL};
  struct program_launch launch = {
      .argv = argv, .timeout_ns = INT64_C(20000000000), .output_bytes_max = 10000};
  struct launch_result result;
  struct error ignored = {0};
  enum launcher_kind kind = LAUNCHER_OTHER;
  free(launcher->program);
  launcher->program = name;
  launcher->error_number = 0;
  launcher->version[0] = '\0';
  if (launch_run(&launch, &result, &ignored) != 0)
    return kind;
  if (result.ending == ENDED_UNSTARTED)
    launcher->error_number = result.error_number;
  if (result.ending == ENDED_EXIT && result.exit_code == 0) {
    kind = launcher_kind_of(result.output);
    result.output[strcspn(result.output, "\n")] = '\0';
    utf8_cut(launcher->version, sizeof launcher->version, result.output);
  }
  launch_free(&result);
  return kind;
}

/* Looks for a program of that kind: the drivers' own mpiexec, or one by its usual names. */
static bool find_kind(struct launcher *launcher, enum launcher_kind kind,
                      const struct mpi_build *build) {
  launcher->kind = kind;
  if (build->mpiexec != NULL && access(build->mpiexec, X_OK) == 0 &&
      ask(launcher, build->mpiexec) == kind)
    return true;
  for (int i = 0; facts[kind].programs[i] != NULL; i++)
    if (ask(launcher, facts[kind].programs[i]) == kind)
      return true;
  return false;
}

/* What the config names is used even where it cannot be found: rows and messages say so. */
static void find_named(struct launcher *launcher, const struct mpi_build *build) {
  enum launcher_kind kind = launcher->settings->kind;
  if (kind == LAUNCHER_CUSTOM) {
    launcher->kind = kind;
    launcher->program = grow_text("%s", launcher->settings->command[0]);
  } else if (!find_kind(launcher, kind, build)) {
    int why = launcher->error_number;
    ask(launcher, facts[kind].programs[0]);
    launcher->error_number = why != 0 ? why : ENOENT;
  }
}

void launcher_find_other(struct launcher *launcher, const struct launcher_settings *settings,
                         const struct mpi_build *build) {
  enum mpi_library library = mpi_library_of(build->library);
  enum launcher_kind kind = library == LIBRARY_MPICH ? LAUNCHER_MPICH : LAUNCHER_OPENMPI;
  *launcher = (struct launcher){.settings = settings, .library = library};
  if (library != LIBRARY_UNKNOWN && find_kind(launcher, kind, build))
    return;
  bool recorded = build->mpiexec != NULL && access(build->mpiexec, X_OK) == 0;
  launcher->kind = ask(launcher, recorded ? build->mpiexec : "mpirun");
}

/* Inside a job, its scheduler starts the ranks: it knows the nodes, and accounts for them. */
static bool find_scheduler(struct launcher *launcher, const struct mpi_build *build) {
  if (getenv("FLUX_URI") != NULL && find_kind(launcher, LAUNCHER_FLUX, build))
    launcher->by_scheduler = true;
  else if (getenv("SLURM_JOB_ID") != NULL && launcher_srun_suits(launcher->library))
    launcher->by_scheduler = find_kind(launcher, LAUNCHER_SRUN, build);
  return launcher->by_scheduler;
}

void launcher_find(struct launcher *launcher, const struct launcher_settings *settings,
                   const struct mpi_build *build) {
  const char *other = getenv("QUARTET_MPIRUN");
  *launcher = (struct launcher){.settings = settings, .library = mpi_library_of(build->library)};
  if (other != NULL && *other != '\0') {
    enum launcher_kind kind = ask(launcher, other);
    launcher->kind = settings->given && settings->kind != LAUNCHER_CUSTOM ? settings->kind : kind;
  } else if (settings->given) {
    find_named(launcher, build);
  } else if (settings->hostfile != NULL || !find_scheduler(launcher, build)) {
    launcher_free(launcher);
    launcher_find_other(launcher, settings, build);
  }
}

void launcher_free(struct launcher *launcher) {
  free(launcher->program);
  *launcher = (struct launcher){0};
}

/* --- its words -------------------------------------------------------------------------------- */

void launcher_add(struct command_line *line, const struct launcher *launcher,
                  const struct layout *layout) {
  const struct launcher_settings *settings = launcher->settings;
  for (size_t i = 0; i < settings->environment.count; i++)
    command_line_set(line, settings->environment.items[i].name,
                     settings->environment.items[i].value);
  if (launcher->kind != LAUNCHER_CUSTOM)
    command_line_add(line, "%s", launcher->program);
  facts[launcher->kind].add(line, launcher, layout);
  for (size_t i = 0; i < settings->option_count; i++)
    command_line_add(line, "%s", settings->options[i]);
}
