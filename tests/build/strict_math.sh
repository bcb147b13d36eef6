#!/usr/bin/env bash
# strict_math.sh: a compiler mode that may change the results of floating-point code (-ffast-math)
# is refused by CMake and by the sources.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
compiler=${QUARTET_COMPILER:-cc}

refused() { # refused WORDS ARGUMENTS...: configuring fails, and the message has WORDS
  local words=$1
  shift
  rm -rf "$scratch/build"
  configure build "$@"
  check "configuring fails" test "$code" -ne 0
  err=$(tr -s ' \n' ' ' <"$scratch/err") # CMake folds lines
  complains "$words"
  complains "is refused"
}

for flag in -ffast-math -Ofast -funsafe-math-optimizations -ffinite-math-only -fassociative-math \
  -freciprocal-math; do
  refused "CMAKE_C_FLAGS has $flag" -DCMAKE_C_FLAGS="-g $flag -Wall"
done
refused "CMAKE_C_FLAGS_RELEASE has -Ofast" -DCMAKE_BUILD_TYPE=Release \
  -DCMAKE_C_FLAGS_RELEASE="-Ofast -DNDEBUG"
refused "CMAKE_C_FLAGS_MINE has -Ofast" -DCMAKE_BUILD_TYPE=Mine -DCMAKE_C_FLAGS_MINE=-Ofast
refused "CMAKE_EXE_LINKER_FLAGS has -ffast-math" -DCMAKE_EXE_LINKER_FLAGS=-ffast-math
export CFLAGS=-Ofast
refused "CMAKE_C_FLAGS has -Ofast"
unset CFLAGS
if command -v ninja >/dev/null; then
  generator=(-G "Ninja Multi-Config")
  refused "CMAKE_C_FLAGS_RELEASE has -Ofast" -DCMAKE_C_FLAGS_RELEASE=-Ofast
  generator=(-G Ninja)
fi
# A compiler that does it by itself, as some do: seen by its macros.
cat >"$scratch/fast_cc" <<END
#!/bin/sh
exec $compiler -ffast-math "\$@"
END
# One that does it only when it compiles, which configuring cannot see.
cat >"$scratch/late_cc" <<END
#!/bin/sh
case " \$* " in *" -E "*) ;; *kernels/sumsq/sumsq.c*) set -- "\$@" -ffast-math ;; esac
exec $compiler "\$@"
END
chmod +x "$scratch/fast_cc" "$scratch/late_cc"
QUARTET_COMPILER=$scratch/fast_cc
refused "sets -f"
QUARTET_COMPILER=$scratch/late_cc
rm -rf "$scratch/build"
configure build
exits 0
run cmake --build "$scratch/build" --target quartet_kernels
check "compiling fails" test "$code" -ne 0
says "is refused: see common/strict_math.h"

# A kernel that is compiled by hand; and every source of the project, as the build compiles it.
shopt -s nullglob
refused_by_hand() { # refused_by_hand SOURCE FLAGS...
  local source=$1
  shift
  run "$compiler" -std=c17 -D_GNU_SOURCE -I"$QUARTET_SOURCE" "$@" -ffast-math -fsyntax-only "$source"
  [ "$code" -ne 0 ] && grep -q 'is refused' "$scratch/err"
}
avx=()
[ "$(uname -m)" = x86_64 ] && avx=(-mavx2 -mfma -mavx512f)
for source in "$QUARTET_SOURCE"/kernels/*.c "$QUARTET_SOURCE"/kernels/*/*.c; do
  checks=$((checks + 1)) # some are empty with AVX, some without
  refused_by_hand "$source" || refused_by_hand "$source" "${avx[@]}" || fail "compiles with -ffast-math"
done
same "sources that are compiled without it" "" \
  "$(grep '"command"' "$scratch/build/compile_commands.json" | grep -v 'include [^ ]*strict_math.h')"

# What is harmless is accepted.
QUARTET_COMPILER=$compiler
rm -rf "$scratch/build"
configure build -DCMAKE_C_FLAGS="-O3 -ffp-contract=fast -fno-math-errno -fno-trapping-math"
exits 0
