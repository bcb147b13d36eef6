#!/bin/sh
# check_pages.sh PROGRAM FOLDER: the pages in FOLDER are those that the program writes. A build that
# leaves a kernel out (no FFTW) has no word on that kernel's page, nor on the index.
set -u
export LC_ALL=C # the order of files
fresh=$(mktemp -d) || exit 2
trap 'rm -rf "$fresh"' EXIT
"$1" "$fresh" || exit 2
failed=0
set -- "$2" "$2"/*.md
folder=$1 written=$(($# - 1))
set -- "$fresh"/*.md
for page in "$@"; do
  name=${page##*/}
  [ "$name" = README.md ] && [ $# -lt "$written" ] && continue
  diff -u "$folder/$name" "$page" || failed=1
done
[ "$failed" = 0 ] || echo "docs/kernels is out of date: cmake --build build --target pages" >&2
exit "$failed"
