#!/usr/bin/env bash
# Builds those of the Parallel Research Kernels (PRK) that bench/peers.sh compares with.
set -euo pipefail

usage() {
  cat <<'END'
Usage: scripts/build_prk.sh DIR

Builds, in DIR, a checkout of github.com/ParRes/Kernels, those kernels that bench/peers.sh compares
with: their versions for OpenMP and for MPI, by gcc -O3 -march=native as Quartet's own kernels are,
and with those of PRK's own options that make them faster: "restrict", and a stencil's points
written out instead of loops over them. Nothing is changed in DIR but what PRK's own Makefiles
write, and common/make.defs, which is created if it is missing.

Example:
  git clone --depth 1 https://github.com/ParRes/Kernels ~/Kernels
  scripts/build_prk.sh ~/Kernels
  bench/peers.sh --prk ~/Kernels

CC and MPICC name other compilers. Logs: build/logs/.
Exit status: 0 built; 2 usage error; 3 system error.
END
}

case ${1-} in
-h | --help)
  usage
  exit 0
  ;;
-*)
  echo "build_prk.sh: $1: unknown option; see --help" >&2
  exit 2
  ;;
esac
(($# == 1)) || {
  echo "build_prk.sh: expected the folder of one checkout; see --help" >&2
  exit 2
}

root=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
# shellcheck source=scripts/setup.sh
source "$root/scripts/setup.sh"
[[ -r $1/common/make.common ]] || fail 2 "$1: not a checkout of github.com/ParRes/Kernels"
prk=$(readlink -f -- "$1")

# The programs by their folders, which are called alike below OPENMP and MPI1.
programs=(
  Stencil/stencil Nstream/nstream Transpose/transpose DGEMM/dgemm Sparse/sparse Synch_p2p/p2p
  Reduce/reduce Synch_global/global
)
# On make's command line these win over whatever common/make.defs says; the file must be there all
# the same. The MPI versions find their compiler as MPICC.
settings=(
  "CC=${CC:-gcc}" "MPICC=${MPICC:-mpicc}" OPENMPFLAG=-fopenmp
  'DEFAULT_OPT_FLAGS=-O3 -march=native' RESTRICT_KEYWORD=1 LOOPGEN=1
)

# Objects of an earlier build may have been made with other flags.
build_program() { # build_program MODEL FOLDER PROGRAM
  make -C "$prk/$1/$2" "${settings[@]}" clean && make -C "$prk/$1/$2" "${settings[@]}" "$3"
}

mkdir -p -- "$logs" || fail 3 "$root cannot be written by $(id -un)"
[[ -e $prk/common/make.defs ]] || printf '%s\n' "${settings[@]}" >"$prk/common/make.defs"
failed=()
for model in OPENMP MPI1; do
  for program in "${programs[@]}"; do
    name=$model/${program%/*}
    step "PRK: $name" "prk-${name/\//-}" build_program "$model" "${program%/*}" "${program#*/}" ||
      failed+=("$name")
  done
done
((${#failed[@]} == 0)) || fail 3 "could not build $(join_words "${failed[@]}")"
echo "Built. Now: bench/peers.sh --prk $1"
