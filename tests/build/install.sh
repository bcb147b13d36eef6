#!/usr/bin/env bash
# install.sh BUILD CONFIGURATION: this build works by its one command after it was installed and
# moved: programs and configs are found, even if PATH has other programs of the same names; and
# another project makes drivers with a kernel of its own from it.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
run cmake --install "$1" --config "$2" --prefix "$scratch/installed"
exits 0
mv "$scratch/installed" "$scratch/moved"
same "commands" quartet "$(ls "$scratch/moved/bin")"
same "completions" quartet "$(ls "$scratch/moved/share/bash-completion/completions")"
pages=$(ls "$scratch/moved/share/man/man1")
same "man pages of other names" "" "$(grep -vE '^quartet(-[a-z_]+)?\.1$' <<<"$pages")"

# The example, by find_package and by pkg-config.
kernel_runs() { # kernel_runs PROGRAM: both kernels, Quartet's and the other project's
  run "$1" pi -r 1
  exits 0
  says "3.141592653589"
  run "$1" -n 1000 -r 1
  exits 0
  says "332833500 (exact)"
  run env QUARTET_CPU_WITHOUT=avx2 "$1" pi -r 1
  exits "$without_avx2"
}
QUARTET_CPU_WITHOUT=avx2 "$scratch/moved/bin/quartet" serial_driver -n 0 -r 1 >"$scratch/out" 2>&1
without_avx2=$? # 3, but in a build for any processor
example=$scratch/moved/share/doc/quartet/examples/kernel
run cmake -S "$example" -B "$scratch/example" -DCMAKE_PREFIX_PATH="$scratch/moved" \
  -DCMAKE_C_COMPILER="${QUARTET_COMPILER:-cc}" -DCMAKE_C_FLAGS="-Wall -Wextra -Werror"
exits 0
run cmake --build "$scratch/example" -j 2
exits 0
drivers=$(cd "$scratch/moved/libexec/quartet" && ls -- *_driver)
same "drivers" "$drivers" "$(cd "$scratch/example/my" && ls -- *_driver)"
for driver in $drivers; do
  kernel_runs "$scratch/example/my/$driver"
done
if command -v pkg-config >/dev/null; then
  PKG_CONFIG_PATH=$(dirname "$(find "$scratch/moved" -name quartet.pc)"):${PKG_CONFIG_PATH-}
  export PKG_CONFIG_PATH
  read -ra flags < <(pkg-config --cflags --libs quartet-serial_driver)
  run "${QUARTET_COMPILER:-cc}" "$example/pi.c" "$scratch/example/my_kernel_list.c" "${flags[@]}" \
    -o "$scratch/serial_driver"
  exits 0
  kernel_runs "$scratch/serial_driver"
else
  echo "not tried: quartet-serial_driver.pc (no pkg-config)"
fi

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
sed 's/: trial/: other/; s/: sumsq/: pi/' trial.yaml >other.yaml
run quartet run other.yaml --drivers example/my
exits 0
all results/other/samples.csv kernel pi
if [ -x "$QUARTET_BUILD/report" ]; then
  run quartet report results/trial
  exits 0
fi
