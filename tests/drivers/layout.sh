#!/usr/bin/env bash
# layout.sh: where the executables lie, and which libraries each of them needs.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
command -v readelf >/dev/null || skip "no readelf"

# needs DRIVER: the shared libraries that it names itself, without version numbers.
needs() {
  readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\.so.*\]/\1/p' | sort
}

# within DRIVER LIBRARY...: the driver needs only these libraries, those of C, and those of the
# kernels and of their default sizes.
within() {
  local driver=$1
  shift
  [ -e "$driver" ] || return 0
  what="$driver needs"
  check "an executable in the build folder's root" test -x "$driver"
  check "of ours, not a link" test ! -L "$driver"
  out=$(needs "$driver") err=''
  says libc
  same "other libraries" "" \
    "$(grep -vxE "libc|libm|ld-linux.*|libpthread|libdl|librt|libgcc_s|lib[alt]san|libubsan|libhwloc|libopenblas|libquartet_kernels|libfftw3|libcurl|${*:-none}" <<<"$out")"
}

within serial_driver
within omp_driver 'libgomp|libomp|libomp5|libiomp5'
within async_driver libuv
within mpi_driver 'libmpi|libmpich|libmpi_.*|libgomp|libomp|libomp5|libiomp5|libopen-.*'
for driver in 'omp_driver:lib[gi]*omp' async_driver:libuv mpi_driver:libmpi; do
  [ -e "${driver%:*}" ] || continue
  what=$driver
  check "it uses what it is named after" grep -q "^${driver#*:}" <<<"$(needs "${driver%:*}")"
done

what="the build folder"
check "serial_driver is there in any build" test -x serial_driver
