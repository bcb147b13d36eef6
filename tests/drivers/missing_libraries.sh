#!/usr/bin/env bash
# missing_libraries.sh: on a machine with only a compiler, CMake and libgomp, the build prints a
# line for each disabled feature, and the rest builds and works.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
command -v cmake >/dev/null || skip "no cmake"
mkdir "$scratch/no_packages"
export PKG_CONFIG_PATH=$scratch/no_packages PKG_CONFIG_LIBDIR=$scratch/no_packages
generator=()
command -v ninja >/dev/null && generator=(-G Ninja)
limit=100

configure() { # configure FOLDER ARGUMENTS...
  local folder=$1
  shift
  run cmake -S "$QUARTET_SOURCE" -B "$scratch/$folder" "${generator[@]}" -DCMAKE_BUILD_TYPE=Debug \
    -DCMAKE_C_COMPILER="${QUARTET_COMPILER:-cc}" -DCMAKE_DISABLE_FIND_PACKAGE_MPI=ON "$@"
  exits 0
  reported=$(grep 'Disabled:' "$scratch/out" | sed 's/^-- //')
}

configure small
same "warnings" "" "$(grep -i 'warning' "$scratch/err" "$scratch/out")"
for words in "mpi_driver (no MPI" "async_driver, delay_server (no libuv" "sweep (no yaml-0.1" "sweep, report --export (no jansson"; do
  same "lines about $words" 1 "$(grep -cF "Disabled: $words" <<<"$reported")"
done
check "a line says which package to install" grep -q 'libuv1-dev' <<<"$reported"
if [ -x omp_driver ]; then
  drivers="serial_driver omp_driver"
  same "no line about OpenMP" "" "$(grep OpenMP <<<"$reported")"
else
  drivers=serial_driver
fi
# shellcheck disable=SC2086
run cmake --build "$scratch/small" -j 2 --target $drivers
exits 0
for driver in $drivers; do
  run "$scratch/small/$driver" -n 1000 -r 1
  exits 0
  says "332833500 (exact)"
done
# fft in the algorithm's own short transforms, where FFTW is missing.
for path in tuned reference; do
  run "$scratch/small/serial_driver" fft -n 4096 -r 1 -s path=$path
  exits 0
done
for driver in async_driver mpi_driver; do
  run cmake --build "$scratch/small" --target $driver
  check "no such target" test "$code" -ne 0
done

# A misspelt name of a library to do without is an error.
run cmake -S "$QUARTET_SOURCE" -B "$scratch/small" -DQUARTET_WITHOUT="CURL;UB"
check "a name that no library has" grep -q "'UB' must be one of: UV, " "$scratch/err"
check "configuring fails" test "$code" -ne 0

# Without OpenMP as well.
configure smaller -DCMAKE_DISABLE_FIND_PACKAGE_OpenMP=ON
same "lines about OpenMP" 1 "$(grep -c 'Disabled: omp_driver' <<<"$reported")"
run cmake --build "$scratch/smaller" --target omp_driver
check "no such target" test "$code" -ne 0
