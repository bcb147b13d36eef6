#!/bin/bash
#flux: --nodes=2
#flux: --nslots=8
#flux: --cores-per-slot=1
#flux: --time-limit=10m
#flux: --exclusive

# One measurement on two nodes, with four ranks on each. From the project's folder:
#   flux batch jobs/flux.sh
# module load gcc openmpi
flux run --nodes=2 --ntasks=8 --cores-per-task=1 -o cpu-affinity=per-task \
  build/mpi_driver stencil -n 8000
