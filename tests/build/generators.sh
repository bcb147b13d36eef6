#!/usr/bin/env bash
# generators.sh: several configurations in one build folder (Ninja Multi-Config), or one (Makefiles,
# Ninja): each can be configured, built and installed, and reports how it was built.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# whole FOLDER CONFIGURATION FLAGS WARNING: builds, runs and installs that configuration of
# $scratch/FOLDER, which has FLAGS and reports WARNING.
whole() {
  local folder=$scratch/$1 type=$2 where program
  run cmake --build "$folder" --config "$type" -j 2 --target serial_driver "${others[@]}"
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
  rm -rf "$scratch/installed"
  run cmake --install "$folder" --config "$type" --prefix "$scratch/installed"
  exits 0
  for program in serial_driver "${others[@]}"; do
    run "$scratch/installed/bin/$program" -n 1000 -r 1
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
generator=(-G "Unix Makefiles")
expected="unoptimized; assertions; sanitized"
configure made -DQUARTET_NATIVE=OFF -DCMAKE_BUILD_TYPE=Debug -DQUARTET_SANITIZE=undefined
exits 0
whole made Debug '-g' "$expected"
