#!/bin/bash
#BSUB -n 8
#BSUB -R "span[ptile=4] affinity[core(1)]"
#BSUB -W 10
#BSUB -x
#BSUB -o stencil.%J.out

# One measurement on two nodes, with four ranks on each. From the project's folder:
#   bsub <jobs/lsf.sh
# module load gcc openmpi
mpirun -np 8 --map-by ppr:4:node --bind-to none build/mpi_driver stencil -n 8000
