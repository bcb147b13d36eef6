#!/bin/bash
#PBS -l select=2:ncpus=4:mpiprocs=4:ompthreads=1
#PBS -l place=scatter:exclhost
#PBS -l walltime=00:10:00
#PBS -j oe

# One measurement on two nodes, with four ranks on each. From the project's folder:
#   qsub jobs/pbs.sh
# module load gcc openmpi
cd "$PBS_O_WORKDIR" || exit
mpirun -np 8 --map-by ppr:4:node --bind-to none build/mpi_driver stencil -n 8000
