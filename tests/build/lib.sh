# Sourced by the tests of the build. What tests/drivers/lib.sh has, and builds in $scratch.
# shellcheck shell=bash source-path=SCRIPTDIR source=../drivers/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../drivers/lib.sh"
command -v cmake >/dev/null || skip "no cmake"
generator=()
command -v ninja >/dev/null && generator=(-G Ninja)
limit=250
unset CFLAGS LDFLAGS CC

# Without optional libraries a build has the serial driver, and omp_driver where there is OpenMP.
mkdir "$scratch/no_packages"

configure() { # configure FOLDER ARGUMENTS...: a small build in $scratch/FOLDER
  local folder=$1
  shift
  run env PKG_CONFIG_PATH="$scratch/no_packages" PKG_CONFIG_LIBDIR="$scratch/no_packages" cmake -S "$QUARTET_SOURCE" -B "$scratch/$folder" "${generator[@]}" \
    -DCMAKE_C_COMPILER="${QUARTET_COMPILER:-cc}" -DCMAKE_DISABLE_FIND_PACKAGE_MPI=ON "$@"
}
