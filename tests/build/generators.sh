#!/usr/bin/env bash
# generators.sh: several configurations in one build folder (Ninja Multi-Config), or one (Makefiles,
# Ninja): each can be configured, built and installed, and reports how it was built.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# whole FOLDER CONFIGURATION FLAGS WARNING: builds, runs and installs that configuration of
# $scratch/FOLDER, which has FLAGS and reports WARNING.
whole() {
  local folder=$scratch/$1 type=$2 where program
  run cmake --build "$folder" --config "$type" -j 2 --target serial_driver quartet "${others[@]}"
  exits 0
  where=$folder
  [ -d "$folder/$type" ] && where=$folder/$type
  run "$where/serial_driver" -n 1000 -r 1
  exits 0
  says "332833500 (exact)"
  complains "serial_driver: warning: not a release build: $4"
  "$where/serial_driver" -n 1000 -r 1 --csv >"$scratch/rows.csv" 2>"$scratch/err"
  all "$scratch/rows.csv" build_warning "$4"
  run "$where/serial_driver" --build
  says "build_warning: $4"
  says "build_type: $type"
  says "kernel_flags: "
  check "flags of this configuration: $out" grep -qE -- "$3" "$scratch/out"
  rm -rf "$scratch/installed" "$scratch/moved"
  run cmake --install "$folder" --config "$type" --prefix "$scratch/installed"
  exits 0
  # One command, which finds the others, wherever the whole is moved to.
  same "commands" quartet "$(ls "$scratch/installed/bin")"
  mv "$scratch/installed" "$scratch/moved"
  for program in serial_driver "${others[@]}"; do
    run "$scratch/moved/bin/quartet" "$program" -n 1000 -r 1
    exits 0
    says "332833500 (exact)"
  done
}

keep_build_warning=1
others=()
[ -x "$QUARTET_BUILD/omp_driver" ] && others=(omp_driver)
if command -v ninja >/dev/null; then
  generator=(-G "Ninja Multi-Config")
  configure multi -DQUARTET_NATIVE=OFF -DCMAKE_CONFIGURATION_TYPES="Debug;Release;RelWithDebInfo;MinSizeRel"
  exits 0
  whole multi Debug '-g' 'unoptimized; assertions'
  whole multi MinSizeRel '-Os' 'optimized for size'
  run cmake -LA -N "$scratch/multi"
  says "CMAKE_DEFAULT_BUILD_TYPE:STRING=RelWithDebInfo"
else
  echo "not tried: Ninja Multi-Config (no ninja)"
fi
command -v make >/dev/null || skip "no make"

# mpi_elsewhere: a compiler wrapper for an MPI whose library is not in a system folder, but in
# $scratch/mpi.
mpi_elsewhere() {
  local folder
  folder=$(mpicc -show 2>/dev/null | grep -oE -- '-L[^ ]+' | head -n 1) || return
  mkdir "$scratch/mpi" && ln -s "${folder#-L}"/libmpi*.so* "$scratch/mpi" || return
  printf '#!/bin/sh\nmpicc "$@" | sed "s,-L[^ ]*,-L%s,"\n' "$scratch/mpi" >"$scratch/mpi/mpicc"
  chmod +x "$scratch/mpi/mpicc"
}
mpi=()
if mpi_elsewhere; then
  others+=(mpi_driver)
  mpi=(-DCMAKE_DISABLE_FIND_PACKAGE_MPI=OFF "-DMPI_C_COMPILER=$scratch/mpi/mpicc")
else
  echo "not tried: the run path of an MPI outside the system's folders (no mpicc)"
fi
generator=(-G "Unix Makefiles")
expected="unoptimized; assertions; sanitized"
configure made -DQUARTET_NATIVE=OFF -DCMAKE_BUILD_TYPE=Debug -DQUARTET_SANITIZE=undefined "${mpi[@]}"
exits 0
whole made Debug '-g' "$expected"
if ((${#mpi[@]})); then
  run readelf -d "$scratch/moved/libexec/quartet/mpi_driver"
  check "the run path has the MPI's folder" grep -q "R.*PATH.*\[$scratch/mpi\]" "$scratch/out"
fi
