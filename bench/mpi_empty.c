/* What starting and stopping mpi_driver is compared with: a program that does nothing but that. */
#include <mpi.h>

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  MPI_Finalize();
  return 0;
}
