#!/usr/bin/env bash
# musl.sh: with the C library musl (Alpine Linux), the sources that need only a C library are built
# and run, and all others compile. Debian's package musl-tools has the compiler.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
command -v musl-gcc >/dev/null || skip "no musl-gcc (Debian's package musl-tools)"
[ -z "$QUARTET_SANITIZE" ] || skip "no sanitizers with musl"
QUARTET_COMPILER=$(command -v musl-gcc)

# OpenMP's run time system here belongs to the other C library.
configure musl -DCMAKE_DISABLE_FIND_PACKAGE_OpenMP=ON -DCMAKE_BUILD_TYPE=Debug \
  -DCMAKE_EXE_LINKER_FLAGS=-static
exits 0
run cmake --build "$scratch/musl" -j 2 --target serial_driver quartet_common quartet_engine quartet_kernels \
  test_common_cache_size test_common_numbers
exits 0
cd "$scratch/musl" || exit 1
for words in "-n 1000" "stencil -n 100" "dgemm -n 64" "wait -n 2 -s delay=1ms" "readfile"; do
  # shellcheck disable=SC2086
  run ./serial_driver $words -r 1
  exits 0
done
run ./serial_driver --work stream # its default size follows from the caches
exits 0
for test in cache_size numbers; do
  run "$scratch/musl/tests/common/test_common_$test"
  exits 0
done

# The other sources include headers of libraries and of Linux that Debian has for glibc only, but
# that work with any C library.
mkdir "$scratch/headers"
for folder in /usr/include "/usr/include/$(${CC:-cc} -print-multiarch)"; do
  for name in yaml.h jansson.h jansson_config.h zip.h zipconf.h uv.h uv gsl hwloc.h hwloc curl linux asm asm-generic; do
    [ -e "$folder/$name" ] && ln -sfn "$folder/$name" "$scratch/headers/$name"
  done
done
have() { # have HEADER...: whether all are there
  local header
  for header in "$@"; do
    [ -e "$scratch/headers/$header" ] || return 1
  done
}
cd "$QUARTET_SOURCE" || exit 1
sources=()
have yaml.h jansson.h zip.h hwloc.h && sources+=(runner/*.c runner/*/*.c)
have jansson.h gsl && sources+=(analysis/*.c analysis/*/*.c)
have uv.h && sources+=(server/*.c common/alarm.c engine/{async_operations,loop}.c drivers/async_driver.c)
have uv.h curl && sources+=(engine/{curl,fetch,fetching}.c)
have hwloc.h && sources+=(drivers/machine.c)
for source in "${sources[@]}"; do
  run "$QUARTET_COMPILER" -std=c17 -fsyntax-only -Wall -Wextra -Werror -Wno-missing-field-initializers \
    -D_GNU_SOURCE -DQUARTET_VERSION='""' -DQUARTET_HAVE_HWLOC -DQUARTET_HAVE_CURL -DQUARTET_CURL='""' -DQUARTET_CONFIGS='""' -I. \
    -I"$scratch/musl/common" -I"$scratch/musl/common/facts/Debug" -isystem "$scratch/headers" "$source"
  exits 0
done
