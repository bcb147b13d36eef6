#!/usr/bin/env bash
# package.sh BUILD: this build as a Debian package, installed, run and removed in a copy of this
# system that exists in memory alone (an overlay, in a mount name space of its own). Nothing of it
# may be left. /tmp is another one, since MPI removes files there that seem to be abandoned.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
for program in cpack dpkg-deb dpkg-shlibdeps unshare; do
  command -v "$program" >/dev/null || skip "no $program"
done
[ "$(id -u)" -eq 0 ] || skip "an overlay of the system needs root"
# shellcheck disable=SC2016 # expanded by the inner shell
overlay='mount -t tmpfs none "$1" && mkdir "$1/upper" "$1/work" "$1/root" &&
  mount -t overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" none "$1/root"'
mkdir "$scratch/system"
unshare --mount sh -c "$overlay" sh "$scratch/system" 2>/dev/null ||
  skip "no overlay can be mounted here"

# The build is complete: nothing is built for it.
run cpack --config "$1/CPackConfig.cmake" -G DEB -B "$scratch/packed" -D CPACK_CMAKE_GENERATOR=Ninja
exits 0
package=$(echo "$scratch"/packed/quartet_*.deb)
run dpkg-deb --field "$package" Depends
exits 0
says "libc6"
run dpkg-deb --contents "$package"
exits 0
same "commands" ./usr/bin/quartet "$(awk '$6 ~ /^\.\/usr\/bin\/./ { print $6 }' "$scratch/out")"

cp "$package" "$scratch/quartet.deb"
cat >"$scratch/trial.yaml" <<'END'
schema: 1
name: trial
kernel: sumsq
axes: {driver: serial_driver, n: 1000}
measure: {launches: 2, reps: 1, warmup: 0}
END
cat >"$scratch/inside.sh" <<'END'
set -eu
cd /tmp/trial
dpkg --force-unsafe-io --install quartet.deb
find / -xdev -newer trial.yaml ! -type d -path '*quartet*' | grep -c . >installed
quartet serial_driver -n 1000 -r 1
if [ -x /usr/libexec/quartet/sweep ]; then
  quartet plan quick >plan
  quartet run trial.yaml --out results
fi
dpkg --force-unsafe-io --purge quartet
END
# shellcheck disable=SC2016
run unshare --mount sh -c "$overlay"' &&
  mount -t tmpfs none "$1/root/tmp" && mkdir -p "$1/root/tmp/trial" "$1/root/$3" && cp "$2/quartet.deb" "$2/trial.yaml" "$2/inside.sh" "$1/root/tmp/trial" &&
  mount --bind /dev "$1/root/dev" && mount --bind /proc "$1/root/proc" &&
  mount -t tmpfs none "$1/root/$3" && chroot "$1/root" sh /tmp/trial/inside.sh &&
  find "$1/upper" ! -type d ! -path "$1/upper/var/lib/dpkg/*" \
    ! -path "$1/upper/var/log/*" ! -path "$1/upper/var/cache/*" >"$2/left"' \
  sh "$scratch/system" "$scratch" "$QUARTET_SOURCE"
exits 0
says "332833500 (exact)"
same "what is left" "" "$(cat "$scratch/left")"
