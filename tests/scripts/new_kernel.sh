#!/usr/bin/env bash
# new_kernel.sh SOURCE CC: scripts/new_kernel.sh, in a copy of what it reads, makes a kernel that
# compiles; so the example in docs/adding-a-kernel.md does. It changes nothing for a bad name.
set -euo pipefail
source=$1
cc=$2
copy=$(mktemp -d)
trap 'rm -rf -- "$copy"' EXIT
mkdir -p -- "$copy"/{scripts,docs,kernels,tests/cases}
cp -- "$source/scripts/new_kernel.sh" "$copy/scripts"
cp -- "$source/docs/adding-a-kernel.md" "$copy/docs"
cp -- "$source/kernels/CMakeLists.txt" "$source/kernels/dot.c" "$copy/kernels"
cp -r -- "$source/kernels/transpose" "$copy/kernels"
command=$copy/scripts/new_kernel.sh

refused() { # refused ARGUMENT...: usage error, nothing changed
  local status=0
  "$command" "$@" >"$copy/out" 2>&1 || status=$?
  cmp -s -- "$source/kernels/CMakeLists.txt" "$copy/kernels/CMakeLists.txt" || status=changed
  if [[ $status != 2 ]]; then
    echo "new_kernel.sh $*: not refused with exit status 2, or the list of kernels has changed:"
    cat -- "$copy/out"
    exit 1
  fi
}

refused
refused Norm
refused '../norm'
refused dot       # a file
refused transpose # a folder
refused one two

"$command" sample_kernel >"$copy/out"
grep -qx '  wait readfile fetch.* sample_kernel)' "$copy/kernels/CMakeLists.txt" ||
  { echo "the list of kernels lacks the new one" && exit 1; }
grep -q 'kernel_sample_kernel' "$copy/kernels/sample_kernel.c"
grep -q 'case_sample_kernel' "$copy/tests/cases/sample_kernel.c"
for file in kernels/sample_kernel.c tests/cases/sample_kernel.c; do
  "$cc" -std=c17 -Wall -Wextra -Werror -Wno-unknown-pragmas -fsyntax-only -I "$source" "$copy/$file"
done
