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
# The tasks are those of the job; srun takes the CPUs of a task from its own command line only.
srun --mpi=pmix --cpus-per-task="$SLURM_CPUS_PER_TASK" --cpu-bind=cores \
  build/mpi_driver stencil -n "${N:-8000}"
