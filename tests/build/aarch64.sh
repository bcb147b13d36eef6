#!/usr/bin/env bash
# aarch64.sh: all kernels compile without a warning for a processor that is not x86-64, AArch64.
# Debian's package libc6-dev-arm64-cross has the headers of the C library for it.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
headers=/usr/aarch64-linux-gnu/include
command -v clang >/dev/null || skip "no clang"
[ -d "$headers" ] || skip "no headers in $headers (Debian's package libc6-dev-arm64-cross)"

for source in "$QUARTET_SOURCE"/kernels/*.c "$QUARTET_SOURCE"/kernels/*/*.c; do
  run clang --target=aarch64-linux-gnu -std=c17 -D_GNU_SOURCE -I"$QUARTET_SOURCE" -isystem "$headers" \
    -fopenmp-simd -Wall -Wextra -Wno-missing-field-initializers -Werror -fsyntax-only "$source"
  exits 0
done
