#!/usr/bin/env bash
# Adds a kernel that builds and passes its tests, as a starting point.
set -euo pipefail
export LC_ALL=C

usage() {
  cat <<'END'
Usage: scripts/new_kernel.sh NAME

Adds the kernel NAME to this checkout: a copy of the example in
docs/adding-a-kernel.md, the 2-norm of a vector.

  kernels/NAME.c           the kernel
  tests/cases/NAME.c       the sizes and faults of its tests
  kernels/CMakeLists.txt   NAME, at the end of QUARTET_KERNELS

Exit status: 0 done; 2 usage error, or the kernel exists; 3 system error.
END
}

fail() { # fail STATUS MESSAGE...
  local status=$1
  shift
  printf 'new_kernel.sh: %s\n' "$*" >&2
  exit "$status"
}

case ${1-} in
-h | --help)
  usage
  exit 0
  ;;
esac
(($# == 1)) || fail 2 "expected one NAME; see --help"
name=$1
[[ $name =~ ^[a-z][a-z0-9_]{0,30}$ ]] ||
  fail 2 "'$name': a name consists of at most 31 characters a-z, 0-9, _ and begins with a letter"

root=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
cd -- "$root" || exit 3
list=kernels/CMakeLists.txt
for path in "kernels/$name" "kernels/$name.c" "tests/cases/$name.c"; do
  [[ ! -e $path ]] || fail 2 "$path exists"
done

# example NUMBER: the NUMBER-th block of C in the document, with the new name.
example() {
  awk -v number="$1" '
    /^```$/ { inside = 0 }
    inside && block == number { print }
    /^```c$/ { inside = 1; block++ }' docs/adding-a-kernel.md |
    sed -E -e "s/\\b(kernel|case)_norm\\b/\\1_$name/" -e "s/\"norm\"/\"$name\"/" \
      -e "s|^/\\* norm:|/* $name:|"
}

example 1 >"kernels/$name.c" || fail 3 "kernels/$name.c cannot be written"
example 2 >"tests/cases/$name.c" || fail 3 "tests/cases/$name.c cannot be written"
sed -i "/^set(QUARTET_KERNELS/,/)\$/ s/)\$/ $name)/" "$list" || fail 3 "$list cannot be changed"
cat <<END
Added kernels/$name.c, tests/cases/$name.c and '$name' in $list. Next:
  cmake --preset release && cmake --build --preset release
  build/serial_driver $name
END
