#!/bin/sh
# Kernels know no execution model: symbols.sh NM FILE... fails when an object refers to a symbol of
# OpenMP's runtime, MPI or libuv, and names it. symbols.sh --planted SYMBOL NM FILE turns it around:
# the file has that symbol planted, and must be reported.
set -u

forbidden='(GOMP_|GOACC_|omp_|ompc_|__kmpc_|MPI_|PMPI_|MPIX_|ompi_|uv_)'

planted=
if [ "$1" = --planted ]; then
  planted=$2
  shift 2
fi
nm=$1
shift

symbols=$("$nm" "$@") || exit 2
# Without this a file that nm cannot read into would pass.
case $symbols in
  *kernel_*) ;;
  *) echo "symbols.sh: no kernel in: $*" >&2; exit 2 ;;
esac
found=$(printf '%s\n' "$symbols" | grep -oE "(^| )[Uw] _?$forbidden.*" | sort -u)

if [ -n "$planted" ]; then
  printf '%s\n' "$found" | grep -qw "$planted" && exit 0
  echo "symbols.sh: the planted $planted was not found" >&2
  exit 1
fi
[ -z "$found" ] && exit 0
echo "symbols.sh: a kernel refers to: $found" >&2
exit 1
