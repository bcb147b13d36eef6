/* What starting and stopping mpi_driver is compared with: a program that does nothing but that. */
#include <mpi.h>

#include "common/streams.h"

int main(int argc, char **argv) {
  streams_hold();
  MPI_Init(&argc, &argv);
  MPI_Finalize();
  return 0;
}
