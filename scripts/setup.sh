# shellcheck shell=bash
# What quickstart.sh and check.sh share: packages, configuring, building, and how progress is shown.
# To be sourced; the caller has set `root`, the absolute path of the checkout.

# Scripts read the output of programs, which must not depend on the user's locale: numbers have a
# decimal point, messages are not translated. All scripts that source this file inherit this.
export LC_ALL=C

# The project's dependencies, by the names of Debian's packages.
packages=(
  gcc libc6-dev cmake pkg-config   # the compiler (gcc only recommends libc6-dev), the build
  libopenmpi-dev openmpi-bin       # mpi_driver
  libuv1-dev                       # async_driver
  libyaml-dev libjansson-dev       # sweep: its config, its run.json
  libgsl-dev                       # report: distributions, fits
  gnuplot-nox                      # report: figures
  libzip-dev                       # sweep pack
  libhwloc-dev                     # the topology in run.json, the caches' sizes
  libcurl4-openssl-dev             # fetch: documents over HTTP
  libopenblas-pthread-dev          # blas=openblas in dgemm; the one that threads can call
  libfftw3-dev                     # fft
  help2man                         # man pages
)
# The peers of the scripts of bench/, beside those above; no part of Quartet is built with them.
peer_packages=(
  hpcc    # STREAM, RandomAccess, FFT, DGEMM, HPL
  python3 # a sum in an interpreter, asyncio
  curl    # many documents in flight
  wrk     # the same, as many as one core can request
  jube    # sweeps
)
# The inputs of a build: see fingerprint.
built_with=("${packages[@]}")
# Either Make or Ninja is needed; Ninja is faster when everything is up to date.
command -v ninja >/dev/null || command -v make >/dev/null || packages+=(ninja-build)

: "${root:?the caller sets it}"
cores=$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN)
logs=$root/build/logs

# Open MPI refuses to run as root unless both variables are set; in a container root is the user.
if ((EUID == 0)); then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi

fail() { # fail CODE MESSAGE...
  local code=$1
  shift
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit "$code"
}

milliseconds() {
  echo $(($(date +%s%N) / 1000000))
}

# show_progress NAME LOG: on a terminal, shows each second how long the step has taken and the last
# line of its log, in the place of the line before, until it is killed or this script has ended.
show_progress() {
  local name=$1 log=$2 start=$SECONDS columns last text
  trap 'exit 0' INT
  while sleep 1 && kill -0 "$$" 2>/dev/null; do
    columns=$(stty size <&1 2>/dev/null | cut -d ' ' -f 2 || true)
    ((${columns:-0} >= 20)) || columns=80
    # Programs draw bars with carriage returns; nothing of the log may move the cursor.
    last=$(tail -c 2000 -- "$log" 2>/dev/null | tr '\r' '\n' | tr -d '\000-\011\013-\037\177' |
      grep -v '^[[:space:]]*$' | tail -n 1 || true)
    text=$(printf '%-44s%4d s  %s' "$name ..." $((SECONDS - start)) "$last")
    printf '\r\033[K%s' "${text:0:columns-1}"
  done
}

# step NAME LOG COMMAND...: one line with the seconds taken; the command's output goes to the log,
# whose end is shown if the command fails. Returns its status.
step() {
  local name=$1 log=$logs/$2.log start taken status=0 progress=''
  shift 2
  start=$(milliseconds)
  : >"$log"
  printf '%-44s' "$name ..."
  if [[ -t 1 && ${TERM:-dumb} != dumb ]]; then
    show_progress "$name" "$log" &
    progress=$!
  fi
  "$@" >"$log" 2>&1 </dev/null || status=$?
  if [[ -n $progress ]]; then
    kill "$progress" 2>/dev/null || true
    wait "$progress" 2>/dev/null || true
    printf '\r\033[K%-44s' "$name ..."
  fi
  taken=$(($(milliseconds) - start))
  if ((status == 0)); then
    printf '%4d.%d s\n' $((taken / 1000)) $((taken % 1000 / 100))
  else
    printf 'failed after %d.%d s; the end of %s:\n' \
      $((taken / 1000)) $((taken % 1000 / 100)) "$log"
    tail -n 60 -- "$log"
  fi
  return "$status"
}

# Creates the folders of the output; fails if they cannot be written, as after a run as root. What a
# link leads to may be there in an installation only.
prepare_folders() {
  local folder locked
  mkdir -p -- "$logs" "$root/results" || fail 3 "$root cannot be written by $(id -un)"
  for folder in "$root"/build* "$root/results"; do
    locked=$(find "$folder" ! -type l ! -writable -print -quit)
    [[ -z $locked ]] || fail 3 "$locked cannot be written by $(id -un); make $folder yours" \
      "(sudo chown -R $(id -un) '$folder') or remove it"
  done
}

# ---- packages ----

# Those of the arguments that dpkg does not list as installed.
missing_packages() {
  local installed name
  # dpkg-query fails when it does not know a name; what it does know is printed all the same.
  installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true)
  for name in "$@"; do
    [[ $'\n'$installed$'\n' == *$'\n'"$name installed"$'\n'* ]] || echo "$name"
  done
}

as_root() {
  if ((EUID == 0)); then
    "$@"
  else
    sudo -- "$@"
  fi
}

apt_install() {
  # An interrupted run may have left packages unpacked; without any this does nothing.
  as_root env DEBIAN_FRONTEND=noninteractive dpkg --configure -a
  # This fails if one source is unreachable; the installation fails if that source was needed.
  as_root apt-get -q -o DPkg::Lock::Timeout=300 update
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 \
    --no-install-recommends install "$@"
}

# need_packages PACKAGE...: installs missing packages if possible, or else lists them.
# Returns 1 if something is still missing.
need_packages() {
  local missing=()
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    echo "apt-get not found; install these packages (Debian's names): $*"
    return 1
  fi
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0
  echo "To be installed by apt-get: ${missing[*]}"
  if ((EUID != 0)); then
    # Requests the password here, on the terminal, before the output is redirected to a log.
    if ! { command -v sudo >/dev/null && { sudo -n true 2>/dev/null || sudo -v; }; }; then
      echo "$(id -un) cannot install packages; as root, run: apt-get install ${missing[*]}"
      return 1
    fi
  fi
  step "packages" packages apt_install "${missing[@]}"
}

# OpenBLAS for threads is one of `packages`. If they could not be installed (that takes root's
# rights), it is unpacked below build/peers, which takes none; only bench/peers.sh looks there.
unpack_openblas() (
  local new=$root/build/peers/new
  rm -rf -- "$new" && mkdir -p -- "$new" && cd -- "$new" || exit
  apt-get -q download libopenblas0-pthread && dpkg-deb -x ./*.deb . || exit
  rm -rf -- ../usr && mv -- usr .. && rm -rf -- "$new"
)

have_threaded_openblas() {
  compgen -G "$root/build/peers/usr/lib/*/openblas-pthread/libopenblas.so.0" >/dev/null ||
    compgen -G "/usr/lib/*/openblas-pthread/libopenblas.so.0" >/dev/null
}

# Installs the peers. A missing one is not an error.
need_peers() {
  need_packages "${peer_packages[@]}" || echo "Continuing with the peers that are installed."
  have_threaded_openblas || ! command -v apt-get >/dev/null ||
    step "threaded OpenBLAS, unpacked" peers-openblas unpack_openblas ||
    echo "Continuing without it."
}

# Fails if a tool is missing without which nothing can be built. CMake checks for libraries.
require_tools() {
  local missing=() version oldest=3.25
  command -v cmake >/dev/null || missing+=(cmake)
  command -v "${CC:-cc}" >/dev/null || missing+=("a C compiler")
  command -v ninja >/dev/null || command -v make >/dev/null || missing+=("ninja or make")
  ((${#missing[@]} == 0)) || fail 3 "cannot build without $(join_words "${missing[@]}")"
  version=$(cmake --version | sed -n '1s/^cmake version //p')
  [[ $(printf '%s\n' "$oldest" "$version" | sort -V | head -n 1) == "$oldest" ]] ||
    fail 3 "CMake $oldest or newer is required, found $version; 'pip install cmake' installs it"
}

join_words() {
  local joined=$1 word
  shift
  for word in "$@"; do
    joined+=", $word"
  done
  echo "$joined"
}

# ---- building ----

# The inputs of a build folder beside the sources: this path, this processor (the kernels are
# compiled for it), the compiler, the packages' versions, how it was configured. Ninja and make
# check none of them.
fingerprint() {
  {
    printf '%s\n' "$root" "$@"
    uname -sm
    grep -m 2 -E '^(model name|flags|Features)' /proc/cpuinfo 2>/dev/null
    "${CC:-cc}" --version | head -n 1
    # Fails when it does not know a name; what it does know is printed all the same.
    dpkg-query -W -f='${Package} ${Version} ${db:Status-Status}\n' "${built_with[@]}" 2>/dev/null ||
      true
  } | cksum
}

# configure FOLDER ARGUMENT...: configures unless the configuration is up to date. A folder that was
# configured at another path or on another machine (a copied checkout) is rebuilt, objects included.
configure() {
  local folder=$root/$1 cache=$root/$1/CMakeCache.txt stamp=$root/$1/.fingerprint
  local now before='' home arguments=() fresh=false
  shift
  mkdir -p -- "$folder" || return
  now=$(fingerprint "$@")
  [[ -r $stamp ]] && before=$(<"$stamp")
  if [[ -r $cache ]]; then
    # Without dpkg new libraries are not detected here, so CMake runs again, which is fast.
    [[ $before == "$now" ]] && command -v dpkg-query >/dev/null && return 0
    home=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$cache")
    if [[ (-n $before && $before != "$now") || ! $home -ef $root ]]; then
      echo "${folder#"$root"/} was configured for another path, machine or set of packages: it is rebuilt"
      # If this run is interrupted, the next one finds a fingerprint that differs.
      echo stale >"$stamp"
      fresh=true
      arguments+=(--fresh)
    fi
  fi
  if [[ ! -r $cache || $fresh == true ]] && command -v ninja >/dev/null; then
    arguments+=(-G Ninja)
  fi
  (cd -- "$root" && cmake "${arguments[@]}" "$@") |& tee "$folder/configure.log" || return
  if [[ $fresh == true ]]; then
    cmake --build "$folder" --target clean || return
  fi
  echo "$now" >"$stamp"
}

# build NAME FOLDER [--only TARGET,...]... ARGUMENT...: configures and builds in one step of that
# name, all or only these targets, and lists the features that are disabled because a library is
# missing.
build() {
  local name=$1 folder=$2 targets=() more
  shift 2
  while [[ ${1-} == --only ]]; do
    IFS=, read -ra more <<<"$2"
    targets+=("${more[@]}")
    shift 2
  done
  step "$name: build" "$name-build" build_quietly "$folder" "$@" || return
  sed -n 's/^-- Disabled:/  disabled:/p' "$root/$folder/configure.log" 2>/dev/null || true
}

build_quietly() {
  configure "$@" && cmake --build "$root/$1" -j "$cores" ${targets:+--target "${targets[@]}"}
}
