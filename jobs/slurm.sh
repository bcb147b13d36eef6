#!/bin/bash
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=4
#SBATCH --cpus-per-task=1
#SBATCH --time=10
#SBATCH --exclusive
#SBATCH --hint=nomultithread

# One measurement on two nodes, with four ranks on each. From the project's folder:
#   sbatch jobs/slurm.sh
# module load gcc openmpi
srun --mpi=pmix --nodes=2 --ntasks=8 --cpus-per-task=1 --cpu-bind=cores \
  build/mpi_driver stencil -n 8000
