/* OpenMP threads over shared arrays; with --lock global only the holder of one lock computes. */
#include <omp.h>
#include <stdlib.h>

#include "common/host.h"
#include "drivers/driver.h"

/* What OMP_NUM_THREADS says, else one on each core. Asked of OpenMP, which may have bound this
 * thread to one core before main (OMP_PROC_BIND). */
static int default_threads(void) {
  if (getenv("OMP_NUM_THREADS"))
    return omp_get_max_threads();
  int seen = omp_get_num_procs(), quota = host_quota(), limit = omp_get_thread_limit();
  int cores = seen < quota ? seen : quota;
  return cores < limit ? cores : limit;
}

static int open_workers(struct launch *launch, struct error *error) {
  int threads = launch->settings->threads > 0 ? (int)launch->settings->threads : default_threads();
  return team_omp_open(&launch->team, threads, &launch->settings->schedule, error);
}

int main(int argc, char **argv) {
  static const struct driver driver = {
      .facts = &driver_list[DRIVER_OMP],
      .summary =
          "Runs a kernel on OpenMP threads that share one memory; by default one on each core.",
      .examples =
          "  omp_driver -t 2                        sum of squares below 10^7 on 2 threads\n"
          "  omp_driver stencil -n 4000 -t 4        a grid that 4 threads share\n"
          "  omp_driver --lock global --jobs 4      as under the lock of an interpreter\n"
          "  omp_driver --grain 10000 --schedule dynamic,4\n",
      .open_workers = open_workers,
  };
  return driver_main(&driver, argc, argv);
}
