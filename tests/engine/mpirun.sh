#!/bin/sh
# mpirun.sh MPIEXEC RANKS PROGRAM [ARG...]: runs a test on more ranks than there may be cores, with
# Open MPI or MPICH. Ranks yield while they wait; otherwise seven ranks on two cores would take
# minutes.
set -eu
mpiexec=$1 ranks=$2
shift 2
case $("$mpiexec" --version 2>&1) in
*"Open MPI"* | *OpenRTE*)
  if [ "$(id -u)" = 0 ]; then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  fi
  exec "$mpiexec" --oversubscribe --bind-to none --mca mpi_yield_when_idle 1 -n "$ranks" "$@"
  ;;
*) # MPICH
  export MPIR_CVAR_POLLS_BEFORE_YIELD=1
  exec "$mpiexec" -n "$ranks" "$@"
  ;;
esac
