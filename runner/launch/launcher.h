/* The program that starts MPI ranks, and the command line that each kind of it wants. A kind is a
 * row of the table in launcher.c and a file launcher_KIND.c. */
#ifndef QUARTET_RUNNER_LAUNCH_LAUNCHER_H
#define QUARTET_RUNNER_LAUNCH_LAUNCHER_H

#include <stdbool.h>
#include <stdint.h>

#include "runner/config/config.h"
#include "runner/process/command_line.h"

/* The unit to which workers are requested to be bound. */
enum binding_asked {
  BINDING_NOTHING, /* more workers than cores: the system may move them */
  BINDING_CORES,   /* each to a core of its own, with all hardware threads of that */
  BINDING_THREADS  /* each to a hardware thread of its own, as there are fewer cores */
};

/* What a launch asks of the launcher. Ranks bind themselves inside the mask that the launcher
 * leaves them (engine/thread_binding.h): one that knows the cores of the job, a scheduler's, is
 * asked for a mask for each rank; mpirun, which does not keep to the mask of a job, is asked for
 * none. */
struct layout {
  int64_t ranks, nodes, ranks_per_node; /* the last node may have fewer */
  int64_t threads;                      /* of each rank */
  enum binding_asked binding;
};

/* The MPI library of a build of mpi_driver, as the build records it. */
enum mpi_library { LIBRARY_UNKNOWN, LIBRARY_OPENMPI, LIBRARY_MPICH };

struct launcher {
  enum launcher_kind kind;
  char *program;     /* a path, or a name that is looked up in PATH */
  int error_number;  /* 0, or the errno that says why it cannot be run */
  char version[200]; /* the first line that it says of itself; "" if it did not run */
  enum mpi_library library;
  bool by_scheduler; /* it was chosen because this is the scheduler's job, not by anybody */
  const struct launcher_settings *settings; /* the config's */
};

/* What is known of a build's MPI: texts as its facts have them; NULL: not known. */
struct mpi_build {
  const char *library; /* "Open MPI 4.1.4, MPI 3.1": the fact "mpi" */
  const char *mpiexec; /* the path that CMake found: the fact "mpiexec" */
};

/* Chooses the launcher for a build: what QUARTET_MPIRUN names; what the config says; the
 * scheduler's, inside a job of Slurm or Flux, if it can start ranks of that library; the mpiexec
 * that belongs to the library; mpirun. Runs `--version` of what it finds. Settings must outlive
 * the launcher. launch_prepare has been called. To be freed. */
void launcher_find(struct launcher *launcher, const struct launcher_settings *settings,
                   const struct mpi_build *build);

/* The same without the scheduler's, in the place of one that does not work. */
void launcher_find_other(struct launcher *launcher, const struct launcher_settings *settings,
                         const struct mpi_build *build);
void launcher_free(struct launcher *launcher);

/* Appends the launcher and its options to the line, and its variables; the program follows. */
void launcher_add(struct command_line *line, const struct launcher *launcher,
                  const struct layout *layout);

/* "openmpi", ..., "other", for run.json. */
const char *launcher_kind_name(enum launcher_kind kind);

/* The kind by what the program says of itself; LAUNCHER_OTHER if the table lacks it. */
enum launcher_kind launcher_kind_of(const char *version);
enum mpi_library mpi_library_of(const char *text);

/* --- the kinds: each appends what follows the program's name --- */
void launcher_add_openmpi(struct command_line *line, const struct launcher *launcher,
                          const struct layout *layout);
void launcher_add_mpich(struct command_line *line, const struct launcher *launcher,
                        const struct layout *layout);
void launcher_add_srun(struct command_line *line, const struct launcher *launcher,
                       const struct layout *layout);
void launcher_add_flux(struct command_line *line, const struct launcher *launcher,
                       const struct layout *layout);
/* The whole command, whose words the config has. */
void launcher_add_custom(struct command_line *line, const struct launcher *launcher,
                         const struct layout *layout);

/* --- launcher_srun.c --- */
/* Whether srun lists (`srun --mpi=list`) the way of starting that the library needs. */
bool launcher_srun_suits(enum mpi_library library);

#endif
