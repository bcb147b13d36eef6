# Sourced by the tests of the build. What tests/drivers/lib.sh has, and builds in $scratch.
# shellcheck shell=bash source-path=SCRIPTDIR source=../drivers/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../drivers/lib.sh"
command -v cmake >/dev/null || skip "no cmake"
generator=()
command -v ninja >/dev/null && generator=(-G Ninja)
limit=250
unset CFLAGS LDFLAGS CC

# Without optional libraries a build has the serial driver, and omp_driver where there is OpenMP.
mkdir "$scratch/no_packages"

configure() { # configure FOLDER ARGUMENTS...: a small build in $scratch/FOLDER
  local folder=$1
  shift
  run env PKG_CONFIG_PATH="$scratch/no_packages" PKG_CONFIG_LIBDIR="$scratch/no_packages" cmake -S "$QUARTET_SOURCE" -B "$scratch/$folder" "${generator[@]}" \
    -DCMAKE_C_COMPILER="${QUARTET_COMPILER:-cc}" -DCMAKE_DISABLE_FIND_PACKAGE_MPI=ON "$@"
}

# --- packages ---

# shellcheck disable=SC2016 # expanded by the inner shell
overlay='mount -t tmpfs none "$1" && mkdir "$1/upper" "$1/work" "$1/root" &&
  mount -t overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" none "$1/root"'

# can_install: whether packages of Debian can be made here, and installed as below; $lacking if not.
# shellcheck disable=SC2034 # for who asks
can_install() {
  local program
  for program in cpack dpkg-deb dpkg-shlibdeps file readelf unshare; do
    lacking="no $program"
    command -v "$program" >/dev/null || return
  done
  lacking="an overlay of the system needs root"
  [ "$(id -u)" -eq 0 ] || return
  lacking="no overlay can be mounted here"
  mkdir "$scratch/system" "$scratch/trial"
  unshare --mount sh -c "$overlay" sh "$scratch/system" 2>/dev/null
}

# pack BUILD [ARGUMENT...]: quartet.deb and quartet-dev.deb of a complete build, in $scratch/trial.
# With this generator CPack builds nothing.
pack() {
  local build=$1
  shift
  run cpack --config "$build/CPackConfig.cmake" -G DEB -B "$scratch/packed" -D CPACK_CMAKE_GENERATOR=Ninja "$@"
  exits 0
  mv "$scratch"/packed/quartet_*.deb "$scratch/trial/quartet.deb"
  mv "$scratch"/packed/quartet-dev_*.deb "$scratch/trial/quartet-dev.deb"
}

# in_copy_of_system: runs $scratch/trial/inside.sh in a copy of this system that exists in memory
# alone (an overlay, in a mount name space of its own), without the sources and the build. Nothing
# of what inside.sh installs may be left; its folder is a /tmp of its own, since MPI removes files
# in /tmp that seem to be abandoned.
in_copy_of_system() {
  # shellcheck disable=SC2016
  run env CCACHE_DISABLE=1 HOME=/tmp/trial unshare --mount sh -c "$overlay"' &&
    mount -t tmpfs none "$1/root/tmp" && cp -r "$2/trial" "$1/root/tmp" && mkdir -p "$1/root/$3" &&
    mount --bind /dev "$1/root/dev" && mount --bind /proc "$1/root/proc" &&
    mount --rbind /sys "$1/root/sys" &&
    mount -t tmpfs none "$1/root/$3" && chroot "$1/root" sh -euc "cd /tmp/trial; . ./inside.sh" &&
    find "$1/upper" ! -type d ! -path "$1/upper/var/lib/dpkg/*" \
      ! -path "$1/upper/var/log/*" ! -path "$1/upper/var/cache/*" >"$2/left"' \
    sh "$scratch/system" "$scratch" "$QUARTET_SOURCE"
  exits 0
  same "what is left" "" "$(cat "$scratch/left")"
}
