/* MPI ranks with separate memories, each with one thread or (hybrid) several. */
#include "drivers/driver.h"
#include "engine/comm_mpi.h"

static int open_workers(struct launch *launch, struct error *error) {
  int threads = (int)launch->settings->threads;
  if (threads <= 1)
    return 0;
#ifdef _OPENMP
  return team_omp_open(&launch->team, threads, &launch->settings->schedule, error);
#else
  return error_set(error, EXIT_USAGE, "--threads: this mpi_driver was built without OpenMP");
#endif
}

int main(int argc, char **argv) {
  static const struct driver driver = {
      .facts = &driver_list[DRIVER_MPI],
      .summary =
          "Runs a kernel on MPI processes with separate memories, one thread in each by default.",
      .examples = "  mpirun -np 4 ./mpi_driver              sum of squares on 4 processes\n"
                  "  mpirun -np 2 ./mpi_driver stencil -n 4000\n"
                  "  mpirun -np 2 ./mpi_driver -t 4         hybrid: 4 threads in each process\n"
                  "  mpirun --bind-to none -np 4 ./mpi_driver --bind core\n"
                  "  mpirun -np 4 ./mpi_driver --grain 10000 --schedule dynamic,4\n",
      .open_comm = comm_mpi_open,
      .open_workers = open_workers,
  };
  return driver_main(&driver, argc, argv);
}
