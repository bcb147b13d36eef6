#!/usr/bin/env bash
# pinned.sh SOURCE: every script sets its locale, itself or by the file that it sources, and no C
# program takes one over: numbers have a decimal point whatever the user's locale is. What CTest
# runs gets its locale from quartet_test.cmake.
set -euo pipefail
export LC_ALL=C
cd -- "$1"
failed=0

for file in *.sh bench/*.sh scripts/*.sh docs/*.sh docs/*/*.sh tests/drivers/lib.sh; do
  grep -qE '^export LC_ALL=C\b|^source .*/(lib|setup)\.sh"$' "$file" && continue
  echo "$file: neither has 'export LC_ALL=C' nor sources a file that has it" >&2
  failed=1
done
# Of the functions that take over the environment's locale, none.
if grep -nE '\b(setlocale|newlocale|uselocale) *\(' -r --include='*.c' --include='*.h' \
  common kernels drivers runner analysis server bench; then
  echo "a program depends on the locale" >&2
  failed=1
fi
exit "$failed"
