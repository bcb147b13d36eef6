#!/usr/bin/env bash
# Installs the packages, builds Quartet in all its configurations, and runs the tests.
set -euo pipefail

usage() {
  cat <<'END'
Usage: ./check.sh [--quick]

Installs packages as quickstart.sh does, builds Quartet and runs its tests:

  release   all tests, in build/
  asan      address and undefined-behaviour sanitizers: all tests that run C code
  tsan      thread sanitizer: the tests of threads
  clang     built by clang: kernels, engine, drivers without MPI, fuzzing of configs
  mpich     built with MPICH: the tests that use MPI
  style     formatting and common faults (scripts/style.sh --help)

  --quick   only the build "release", with only the packages that it needs

It can be interrupted at any time and run again. Logs: build/logs/.
Exit status: 0 all passed; 1 a build or a test failed; 2 usage error; 3 system error.
END
}

quick=false
case ${1-} in
'') ;;
--quick) quick=true ;;
-h | --help)
  usage
  exit 0
  ;;
*)
  echo "check.sh: $1: unknown argument; see --help" >&2
  exit 2
  ;;
esac

root=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
# shellcheck source=scripts/setup.sh
source "$root/scripts/setup.sh"
trap 'echo; echo "Interrupted. Run it again to continue." >&2; exit 130' INT

# Packages that the tests need beside those of the build.
check_packages=(
  python3 bc # independent reference values; other parsers of the CSV
  locales    # a locale with a decimal comma
  git        # run.json's revision
  python3-yaml python3-jsonschema # configs/schema.json against the sweep
  chromium # tests of the report's page
  musl-tools # another C library
)
# Two hosts and a Slurm cluster in namespaces of their own, which takes root's rights; for others
# these tests are skipped, and no daemons are installed.
((EUID != 0)) || check_packages+=(iproute2 openssh-server munge slurmctld slurmd slurm-client)
# As root, packages are made, and installed in a copy of the system.
((EUID != 0)) || check_packages+=(dpkg-dev file)
# Tests of the report's page drive the browser from node; another one than Debian's will do.
command -v npm >/dev/null || check_packages+=(nodejs npm)
extra_packages=(
  clang libomp-dev # the second compiler, and its OpenMP
  libc6-dev-arm64-cross # headers for another processor
  libclang-rt-dev  # its fuzzer
  mpich libmpich-dev # the second MPI
  clang-format-14 clang-tidy shellcheck # other versions of clang-format format differently
)
failed=()
# Many tests wait, for MPI to start or for a server: twice as many as cores keep the cores busy.
jobs=$((2 * cores))
strict=-DCMAKE_COMPILE_WARNING_AS_ERROR=ON # as the presets have it

# The other builds select an MPI by name, since Debian's alternatives determine what `mpicc` is.
mpi() { # mpi FLAVOUR: CMake's arguments for it
  printf '%s\n' "-DMPI_C_COMPILER=$(command -v "mpicc.$1" || command -v mpicc)" \
    "-DMPIEXEC_EXECUTABLE=$(command -v "mpiexec.$1" || command -v mpiexec)"
}

# run_tests NAME FOLDER ARGUMENT...: ctest in one step, with its count on a line of its own.
run_tests() {
  local name=$1 folder=$2
  shift 2
  step "$name: tests" "$name-tests" ctest --test-dir "$root/$folder" --output-on-failure \
    --no-tests=error -j "$jobs" "$@" || return
  sed -nE "s/^100% tests passed, 0 tests failed out of ([0-9]+)$/  \1 passed/p" \
    "$logs/$name-tests.log"
}

# The npm packages for the tests of the report's page, below build/; without them they are skipped.
install_modules() {
  local folder=$root/build/npm
  mkdir -p -- "$folder" && cp -- "$root/tests/analysis/page/"package*.json "$folder" &&
    npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund &&
    cp -- "$folder/package-lock.json" "$folder/installed.json"
}

need_modules() {
  local lock=package-lock.json
  command -v npm >/dev/null || return
  cmp -s -- "$root/tests/analysis/page/$lock" "$root/build/npm/installed.json" ||
    step "packages from npm" npm install_modules
}

check_release() {
  build release build --preset release || return
  cd -- "$root" && ctest --preset release --no-tests=error -j "$jobs" </dev/null |&
    tee "$logs/release-tests.log"
}

# Simulations take minutes: the release build alone runs them.
simulations='promises|coverage|statistics\.verdicts'

check_asan() {
  build asan build-asan --preset asan "${openmpi[@]}" &&
    # Starting MPI takes longest; drivers.mpi and the engine's own tests of it are enough here.
    run_tests asan build-asan -E "missing_libraries|^build\.|(basics|csv)\.mpi|page\.browser|models_mpi_[13]|$simulations"
}

check_tsan() {
  build tsan build-tsan --only test_models,test_team,test_race,delay_server --preset tsan \
    "${openmpi[@]}" || return
  run_tests tsan build-tsan -L threads
}

check_clang() {
  build clang build-clang -S "$root" -B "$root/build-clang" -DCMAKE_BUILD_TYPE=Release "$strict" \
    -DCMAKE_C_COMPILER=clang "${openmpi[@]}" &&
    run_tests clang build-clang -LE 'runner|scripts|cluster' \
      -E "mpi|missing_libraries|^build\.|io_errors|page\.browser|hostile|$simulations"
}

check_mpich() {
  local mpich
  mapfile -t mpich < <(mpi mpich)
  build mpich build-mpich \
    --only serial_driver,omp_driver,async_driver,mpi_driver,delay_server \
    --only test_models_mpi,test_rounds_mpi,test_common_samples \
    -S "$root" -B "$root/build-mpich" -DCMAKE_BUILD_TYPE=Release "$strict" "${mpich[@]}" || return
  # Debian's alternatives make it easy to get the other one without noticing.
  if [[ $(ldd "$root/build-mpich/mpi_driver") != *libmpich* ]]; then
    echo "mpich: build-mpich/mpi_driver is not linked with MPICH"
    return 1
  fi
  # MPICH's ranks spin while they wait: more of them than cores would take minutes.
  run_tests mpich build-mpich -R 'mpi|bitwise' -E 'models_mpi_[37]|mpi_faults|cluster' || return
  # The sweep of the release build starts these drivers on two nodes, by srun and by mpiexec.
  [[ ! -x $root/build/sweep ]] ||
    QUARTET_MPICH=$root/build-mpich run_tests mpich-cluster build -R cluster.slurm_mpich
}

check_style() {
  step "style: layout, scripts, faults" style "$root/scripts/style.sh" "$root/build"
}

check() { # check NAME: the function check_NAME; a failure is recorded, and the other builds continue
  "check_$1" || failed+=("$1")
}

needed=("${packages[@]}" "${check_packages[@]}")
[[ $quick == true ]] || needed+=("${extra_packages[@]}")
prepare_folders
need_packages "${needed[@]}" || echo "Continuing with the packages that are installed."
require_tools
need_modules || echo "Continuing without npm packages: tests of the page in a browser are skipped."
mapfile -t openmpi < <(mpi openmpi)

check release
if [[ $quick == false ]]; then
  built_with+=("${extra_packages[@]}")
  for name in style asan tsan clang mpich; do
    check "$name"
  done
fi

echo "Logs: $logs and $root/build/Testing/Temporary/LastTest.log"
if ((${#failed[@]})); then
  fail 1 "failed: $(join_words "${failed[@]}")"
fi
echo "All passed."
