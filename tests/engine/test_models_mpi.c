/* Every kernel over MPI, alone and with threads in each rank, against serial, bit by bit. Each rank
 * checks for itself; run with any number of ranks. */
#include "engine/comm_mpi.h"

#include <mpi.h>

#include "tests/check.h"
#include "tests/engine/models.h"

static void check_all(const char *name, struct comm *comm, struct team *team) {
  static const struct schedule schedules[] = {
      {SCHEDULE_STATIC, 0}, {SCHEDULE_DYNAMIC, 2}, {SCHEDULE_GUIDED, 1}};
  /* the schedule matters to movable phases alone; many ranks on few cores are slow, so one must do
   */
  for (int s = comm->processes > 3 ? 2 : 0; s < 3; s++) {
    struct execution execution = {
        .name = name,
        .comm = comm,
        .team = team,
        .policy = {.schedule = schedules[s], .overlap = s != 1, .poison = true},
    };
    execution_check_all(&execution);
  }
}

int main(int argc, char **argv) {
  struct comm comm;
  struct error error = {0};
  int failed, any;
  CHECK(comm_mpi_open(&comm, true, &argc, &argv, &error) == 0, "%s", error.message);
  check_all("processes", &comm, &team_serial);
#ifdef _OPENMP
  if (comm.processes <= 3) { /* more threads than this would only wait for each other */
    struct team team;
    CHECK(team_omp_open(&team, 2, &(struct schedule){SCHEDULE_STATIC, 0}, &error) == 0, "%s",
          error.message);
    team.crowded = comm.processes > 1; /* the drivers find that out; here 2 cores must do */
    check_all("hybrid", &comm, &team);
  }
#endif
  failed = test_result();
  MPI_Allreduce(&failed, &any, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
  comm.close(&comm);
  return any;
}
