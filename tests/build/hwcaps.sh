#!/usr/bin/env bash
# hwcaps.sh: one build for unlike processors: the loader takes the kernels of the best level that
# the processor can execute, also after the installation is moved or as a Debian package, and the
# programs themselves run on any x86-64.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
[ "$(uname -m)" = x86_64 ] || skip "not x86-64"
[ -z "$QUARTET_SANITIZE" ] || skip "sanitizers check their own libraries"
loader=$(ldconfig -p 2>/dev/null | sed -n 's/.*ld-linux-x86-64.so.2.* => //p' | head -n 1)
"${loader:-/lib64/ld-linux-x86-64.so.2}" --help 2>/dev/null | grep -q 'x86-64-v3 (supported, searched)' ||
  skip "a loader without glibc-hwcaps (glibc 2.33), or a processor without AVX2"
configure level -DQUARTET_HWCAPS=v5
check "v5 is refused" test "$code" -ne 0
# Without -O and -g, and without the drivers that are not looked at: the quickest to compile.
configure hwcaps -DQUARTET_HWCAPS=v3 -DCMAKE_BUILD_TYPE=None -DCMAKE_DISABLE_FIND_PACKAGE_OpenMP=ON \
  -DCMAKE_INSTALL_PREFIX=/usr
[ "$code" -eq 0 ] || skip "the compiler has no -march=x86-64-v3: $err"
run cmake --build "$scratch/hwcaps" -j 2 --target serial_driver quartet
exits 0
run cmake --install "$scratch/hwcaps" --prefix "$scratch/installed"
exits 0
mv "$scratch/installed" "$scratch/moved"
v3='kernel_flags: .* -march=x86-64-v3 '
for program in "$scratch/hwcaps/serial_driver" "$scratch/moved/libexec/quartet/serial_driver"; do
  run "$program" --build
  check "the kernels of level v3" grep -q -- "$v3" "$scratch/out"
  run "$program" stencil -n 100 -r 1
  exits 0
  run env GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2 "$program" --build
  exits 0
  same "without AVX2, the level" "" "$(grep -o -- "-march=.*" "$scratch/out")"
  run env QUARTET_CPU_WITHOUT=avx2,fma,bmi1,bmi2,sse4_2 "$program" stencil -n 100 -r 1
  exits 0
done
can_install || {
  echo "not tried: a package ($lacking)"
  exit
}
pack "$scratch/hwcaps"
cat >"$scratch/trial/inside.sh" <<'END'
dpkg --force-unsafe-io --install quartet.deb
export LD_DEBUG=libs LD_DEBUG_OUTPUT=loader
quartet serial_driver -n 1000 -r 1
grep 'calling init: .*/quartet/glibc-hwcaps/x86-64-v3/libquartet_kernels.so' loader.*
rm loader.*
GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2 quartet serial_driver -n 1000 -r 1
grep 'calling init: .*/quartet/libquartet_kernels.so' loader.*
unset LD_DEBUG
dpkg --force-unsafe-io --purge quartet
END
in_copy_of_system
