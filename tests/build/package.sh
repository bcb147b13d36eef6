#!/usr/bin/env bash
# package.sh BUILD: this build as Debian packages: quartet runs the config quick, quartet-dev builds
# a kernel of another project, and nothing is left of both after they were removed.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
can_install || skip "$lacking"
pack "$1"

files_of() { # files_of PACKAGE: the paths of its files and links
  run dpkg-deb --contents "$scratch/trial/$1.deb"
  awk '!/^d/ { print $6 }' "$scratch/out"
}
programs=$(files_of quartet)
development=$(files_of quartet-dev)
same "commands" ./usr/bin/quartet "$(grep '^./usr/bin/' <<<"$programs")"
for_developers='/(include|cmake|pkgconfig|examples)/|\.a$'
same "what quartet has for developers" "" "$(grep -E "$for_developers" <<<"$programs")"
same "what quartet-dev has for others" "" \
  "$(grep -vE "$for_developers|/doc/quartet-dev$" <<<"$development")"
check "libraries" grep -q 'libquartet_engine.a$' <<<"$development"
run dpkg-deb --field "$scratch/trial/quartet.deb" Depends
says "libc6"
run dpkg-deb --field "$scratch/trial/quartet-dev.deb" Depends
says "quartet (= $("$QUARTET_BUILD/quartet" --version | awk '{ print $NF }'))"
# What only debuggers need.
for package in quartet quartet-dev; do
  dpkg-deb --extract "$scratch/trial/$package.deb" "$scratch/extracted"
done
find "$scratch/extracted/usr/libexec" "$scratch/extracted/usr/lib" -type f -name '*_driver*' >"$scratch/binaries"
check "drivers and their libraries" test "$(wc -l <"$scratch/binaries")" -ge 2
same "debugging sections" "" "$(xargs readelf --section-headers --wide <"$scratch/binaries" | grep -F .debug_)"

# All points of the config quick, once and short.
cat >"$scratch/trial/inside.sh" <<'END'
dpkg --force-unsafe-io --install quartet.deb
quartet serial_driver -n 1000 -r 1
programs=/usr/libexec/quartet
if [ -x $programs/sweep ]; then
  sed 's/launches: 10 /launches: 1 /; s/reps: 20 /reps: 1 /; s/n: 1e7/n: 1e4/; s/delay: 10ms/delay: 1ms/' \
    /usr/share/quartet/configs/quick.yaml >short.yaml
  for driver in omp_driver async_driver mpi_driver; do
    [ -x $programs/$driver ] || sed -i "/^    - $driver/d" short.yaml
  done
  quartet run short.yaml --out results
fi
dpkg --force-unsafe-io --install quartet-dev.deb
! command -v pkg-config >/dev/null || pkg-config --exists quartet-serial_driver
cmake -S /usr/share/doc/quartet/examples/kernel -B example -DCMAKE_C_COMPILER="${QUARTET_COMPILER:-cc}"
cmake --build example --target my_serial_driver
example/my/serial_driver pi -r 1
dpkg --force-unsafe-io --purge quartet-dev quartet
END
in_copy_of_system
says "332833500 (exact)"
says "3.141592653589"
