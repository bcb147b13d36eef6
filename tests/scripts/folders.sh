#!/usr/bin/env bash
# folders.sh SOURCE COMPILER: a driver can be built and run in a checkout whose path has blanks and
# characters that are special to shells; a path that CMake cannot handle is refused with a message.
set -uo pipefail
source=$1 compiler=$2
scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT
failed=0
cd -- "$scratch" || exit 1

fail() {
  echo "FAIL: $*"
  failed=1
}

# checkout FOLDER: a copy of what a build without tests reads.
checkout() {
  mkdir -p -- "$1"
  cp -r -- "$source"/{CMakeLists.txt,cmake,command,common,engine,kernels,drivers,runner,analysis,server,bench,tests,docs,completion,configs,results,README.md,LICENSE} "$1"
}

# shellcheck disable=SC2016 # a name with a dollar sign is meant
odd="$scratch/it's a "'$HOME & (ö) (1%)'
checkout "$odd"
if cmake -S "$odd" -B "$odd/build" -DCMAKE_C_COMPILER="$compiler" >log 2>&1 &&
  cmake --build "$odd/build" --target serial_driver sweep >>log 2>&1; then
  printf '%s\n' 'schema: 1' 'name: odd' 'kernel: {sumsq: {n: 1000}}' 'axes: {driver: serial_driver}' \
    'measure: {launches: 1, reps: 1, warmup: 0}' >"$odd/odd.yaml"
  (cd -- "$odd" && build/sweep run odd.yaml -q && build/sweep plan odd.yaml --format slurm >job.sh &&
    bash job.sh) >log 2>&1 || { fail "sweep in '$odd'"; cat log; }
  grep -q ',ok,' "$odd/results/odd/samples.csv" || fail "no row"
else
  fail "no build in '$odd'"
  tail -n 20 log
fi

for name in 'a;b' 'a"b' 'a|b' 'a#b'; do
  mkdir -p -- "$scratch/$name"
  cp -r -- "$source/CMakeLists.txt" "$source/cmake" "$scratch/$name"
  cmake -S "$scratch/$name" -B "$scratch/$name/build" >log 2>&1 && fail "'$name' was not refused"
  tr -s '\n ' ' ' <log | grep -q 'cannot handle in the path of a source or build folder' || {
    fail "'$name'"
    cat log
  }
done
exit "$failed"
