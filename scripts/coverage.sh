#!/usr/bin/env bash
# Which share of the lines the tests execute: builds with --coverage, runs the tests, prints gcovr's
# table. Takes about as long as `./check.sh --quick`.
set -euo pipefail
# Numbers have a decimal point, whatever the user's locale is.
export LC_ALL=C

case ${1-} in
'') ;;
-h | --help)
  cat <<'END'
Usage: scripts/coverage.sh

Builds the preset "coverage" in build-coverage/, runs its tests but build.*, and
prints the share of executed lines by file. Pages: build-coverage/coverage/index.html.
Requires gcovr (Debian: gcovr). Exit status: 0 done; 1 a build or test failed;
2 usage error; 3 gcovr is not installed.
END
  exit 0
  ;;
*)
  echo "coverage.sh: $1: unknown argument; see --help" >&2
  exit 2
  ;;
esac
command -v gcovr >/dev/null || {
  echo "coverage.sh: gcovr is not installed (apt-get install gcovr)" >&2
  exit 3
}
root=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
cd -- "$root"
if ((EUID == 0)); then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
export CCACHE_DISABLE=1 # its objects may name the folders of another checkout
cmake --preset coverage >/dev/null
cmake --build --preset coverage -j "$(nproc)"
find build-coverage -name '*.gcda' -delete
status=0
# build.* make builds of their own, or take this one for what is installed.
ctest --test-dir build-coverage -E '^build\.' --output-on-failure -j "$(nproc)" || status=1
mkdir -p build-coverage/coverage
# Not the sources that tests compile once more with other definitions.
gcovr --root . --exclude 'tests/' --html-details build-coverage/coverage/index.html \
  --print-summary --fail-under-line 1 \
  build-coverage/{analysis,common,docs,drivers,engine,kernels,runner,server} || status=1
exit "$status"
