#!/usr/bin/env bash
# install.sh BUILD CONFIGURATION: this build works by its one command after it was installed and
# moved: programs and configs are found, even if PATH has other programs of the same names.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
run cmake --install "$1" --config "$2" --prefix "$scratch/installed"
exits 0
mv "$scratch/installed" "$scratch/moved"
same "commands" quartet "$(ls "$scratch/moved/bin")"
same "completions" quartet "$(ls "$scratch/moved/share/bash-completion/completions")"
pages=$(ls "$scratch/moved/share/man/man1")
same "man pages of other names" "" "$(grep -vE '^quartet(-[a-z_]+)?\.1$' <<<"$pages")"
mkdir "$scratch/foreign"
for program in sweep report serial_driver; do
  printf '#!/bin/sh\necho another program >&2; exit 9\n' >"$scratch/foreign/$program"
  chmod +x "$scratch/foreign/$program"
done
export PATH=$scratch/foreign:$scratch/moved/bin:$PATH
cd "$scratch" || exit 1
run quartet serial_driver -n 1000 -r 1
exits 0
says "332833500 (exact)"
if [ ! -x "$QUARTET_BUILD/sweep" ]; then
  run quartet plan quick
  exits 2
  complains "quartet: plan: this build has no sweep"
  exit
fi
run quartet plan quick
exits 0
says "sumsq"
run quartet plan nothing_of_this_name
exits 2
complains "nothing_of_this_name: cannot be opened"
cat >trial.yaml <<'END'
schema: 1
name: trial
kernel: sumsq
axes: {driver: [serial_driver, omp_driver], n: 1000}
measure: {launches: 2, reps: 1, warmup: 0}
END
[ -x "$QUARTET_BUILD/omp_driver" ] || sed -i 's/, omp_driver//' trial.yaml
run quartet run trial.yaml
exits 0
check "samples" test -s results/trial/samples.csv
run quartet status results/trial
says "done"
if [ -x "$QUARTET_BUILD/report" ]; then
  run quartet report results/trial
  exits 0
fi
