# shellcheck shell=bash
# Functions that the scripts of this folder share. To be sourced by a script that has set -euo
# pipefail.

# awk, sort and other programs read and print numbers with a decimal point, whatever the user's
# locale is. All scripts that source this file inherit this.
export LC_ALL=C

bench_folder=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
program=${0##*/}
build=$bench_folder/../build
rounds=7
failed=0

# Open MPI refuses to run as root, as in a container, unless two variables allow it.
if ((EUID == 0)); then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
# Quartet and the peers have the same binding.
export OMP_PROC_BIND=close OMP_PLACES=cores

fail() { # fail CODE MESSAGE...
  local code=$1
  shift
  printf '%s: %s\n' "$program" "$*" >&2
  exit "$code"
}

# Reports what is skipped, and why; not an error.
skipped() {
  printf '%s: skipped: %s\n' "$program" "$*" >&2
}

# take_option ARGUMENT...: handles the options that all scripts have; sets `taken` to the number of
# arguments used, 0 for any other option.
take_option() {
  taken=2
  case $1 in
  -h | --help)
    usage
    exit 0
    ;;
  --build | --rounds)
    (($# > 1)) || fail 2 "$1: needs a value; see --help"
    [[ $1 == --build ]] && build=$2
    [[ $1 == --rounds ]] && rounds=$2
    [[ $rounds =~ ^[1-9][0-9]{0,3}$ ]] || fail 2 "--rounds: '$rounds': expected 1 to 9999"
    ;;
  *) taken=0 ;;
  esac
}

# For a script that has no options of its own.
take_options() {
  while (($#)); do
    take_option "$@"
    ((taken)) || fail 2 "$1: unknown argument; see --help"
    shift "$taken"
  done
  open_build
}

open_build() {
  [[ -x $build/serial_driver && -x $build/bench_ratio ]] ||
    fail 3 "$build: no build of Quartet (cmake --preset release && cmake --build build)"
  build=$(readlink -f -- "$build")
}

# has NAME...: whether the build has these programs; reports the missing ones.
has() {
  local name
  for name in "$@"; do
    [[ -x $build/$name ]] && continue
    skipped "$name was not built (CMake says why)"
    return 1
  done
}

# own_cpus: the hardware threads in this shell's affinity mask, one in each line.
own_cpus() {
  awk '/^Cpus_allowed_list:/ { print $2 }' /proc/self/status | tr , '\n' |
    while IFS=- read -r first last; do seq "$first" "${last:-$first}"; done
}

# usable_cores: the number of cores that the affinity mask and the CPU quota allow. omp_driver
# counts them, so open_build must have been called.
usable_cores() {
  if [[ -x $build/omp_driver ]]; then
    env -u OMP_NUM_THREADS "$build/omp_driver" -n 1 -r 1 -w 0 --csv | column threads
  else
    nproc
  fi
}

# rank_binding: prints the argument of mpirun --bind-to. mpirun binds to cores of the whole machine,
# so in an affinity mask that taskset, for example, has restricted, ranks stay unbound, inside it.
rank_binding() {
  if (($(own_cpus | wc -l) < $(nproc --all))); then
    echo none
  else
    echo core
  fi
}

ranks() { # ranks COUNT COMMAND...: on as many processes, each bound to a core
  mpirun -np "$1" --bind-to "$(rank_binding)" "${@:2}"
}

mpi() { # mpi COMMAND...: on two of them
  ranks 2 "$@"
}

column() { # column NAME: the median over the repetitions of the rows on standard input
  "$build/bench_column" "$1"
}

# Prints the seconds that a command takes from start to end; discards its output.
launch_seconds() {
  local start=$EPOCHREALTIME
  "$@" >/dev/null || return
  awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.6f\n", b - a }'
}

# interleave OURS PEER: calls these two functions alternately, `rounds` times, and prints their
# results in pairs. The order alternates from round to round, so that neither always runs on a warm
# machine.
interleave() {
  local round ours peer
  for ((round = 0; round < rounds; round++)); do
    if ((round % 2)); then
      peer=$("$2") && ours=$("$1") || return
    else
      ours=$("$1") && peer=$("$2") || return
    fi
    printf '%s %s\n' "$ours" "$peer"
  done
}

header() {
  [[ -n ${BENCH_NO_HEADER-} ]] || "$build/bench_ratio" --header
}

# row OURS PEER OPTION...: measures the two alternately and prints one row of the table; the options
# are bench_ratio's. A failed launch is reported, and the script continues.
row() {
  local ours=$1 peer=$2 pairs
  shift 2
  if pairs=$(interleave "$ours" "$peer"); then
    "$build/bench_ratio" "$@" <<<"$pairs"
  else
    printf '%s: could not run: %s against %s (%s)\n' "$program" "$ours" "$peer" "$*" >&2
    failed=3
  fi
}

# The end of every script.
finish() {
  exit "$failed"
}
