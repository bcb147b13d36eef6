/* The peer for starting and stopping mpi_driver: a program that does nothing else. */
#include <mpi.h>

#include "common/streams.h"

int main(int argc, char **argv) {
  streams_hold();
  MPI_Init(&argc, &argv);
  MPI_Finalize();
  return 0;
}
