#include "drivers/launcher.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/failure.h"
#include "common/number.h"

/* The variable's number, or 0 if it is not set or holds something else. */
static int variable(const char *name) {
  struct error ignored = {0};
  int64_t value = 0;
  const char *text = getenv(name);
  if (text == NULL || number_parse(text, 1, INT32_MAX, &value, &ignored) != 0)
    return 0;
  return (int)value;
}

/* Open MPI; MPICH, Intel MPI and Slurm's PMI; MVAPICH2; srun of any kind. */
static const char *const launchers[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MV2_COMM_WORLD_SIZE",
                                        "SLURM_STEP_NUM_TASKS"};
enum { LAUNCHERS = sizeof launchers / sizeof *launchers };

bool launcher_present(void) {
  for (size_t i = 0; i < LAUNCHERS; i++)
    if (variable(launchers[i]) > 0)
      return true;
  return false;
}

int launcher_check(int processes, struct error *error) {
  int announced = 0;
  if (processes > 1)
    return 0;
  for (size_t i = 0; i < LAUNCHERS; i++) {
    int value = variable(launchers[i]);
    if (value == processes) /* the innermost of several launchers is ours */
      return 0;
    announced = value > announced ? value : announced;
  }
  if (announced == 0)
    return 0;
  error_set(error, EXIT_USAGE,
            "a launcher has started %d processes, but MPI sees 1: it belongs to another MPI "
            "library; use the mpirun of the one that this program is linked with",
            announced);
  snprintf(error->about, sizeof error->about, "%s", FAILURE_LAUNCHER);
  return error->code;
}

int launcher_job_processes(void) {
  static const char *const names[] = {"SLURM_NTASKS", "PBS_NP", "LSB_DJOB_NUMPROC", "NSLOTS"};
  int most = 1;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    int value = variable(names[i]);
    most = value > most ? value : most;
  }
  return most;
}
