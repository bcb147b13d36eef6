#!/bin/sh
# Replaces mpirun: identifies itself as FAKE_MPI, writes its command line and environment to
# FAKE_LOG, and runs one copy of the program, with the requested number of ranks in FAKE_RANKS.
if [ "$1" = --version ]; then
  echo "${FAKE_MPI:-mpirun (Open MPI) 4.1.4}"
  exit 0
fi
if [ -n "$FAKE_LOG" ]; then
  printf '%s\n' "$*" "root=$OMPI_ALLOW_RUN_AS_ROOT$OMPI_ALLOW_RUN_AS_ROOT_CONFIRM" \
    "bind=$OMP_PROC_BIND places=$OMP_PLACES threads=$OMP_NUM_THREADS" >>"$FAKE_LOG"
fi
if [ -n "$FAKE_MPI_FAILS" ]; then
  printf '%s\n' ------ "  There are not enough slots available" ------ "  Exit code: 1" >&2
  exit "$FAKE_MPI_FAILS"
fi
# With FAKE_ALONE it belongs to another MPI library than the program.
[ "$1" = -np ] && [ -z "$FAKE_ALONE" ] && export FAKE_RANKS="$2"
while [ "${1%mpi_driver}" = "$1" ]; do
  shift
done
exec "$@"
