#!/usr/bin/env bash
# Sets the machine up, builds Quartet, runs configs/quick.yaml and prints the verdict.
set -euo pipefail

usage() {
  cat <<'END'
Usage: ./quickstart.sh [--peers] [CONFIG]

Installs packages, builds Quartet, runs CONFIG (configs/quick.yaml) and reports
which execution model is the fastest for which kind of work.

1. On Debian and Ubuntu, installs missing packages with apt-get (through sudo if
   you are not root); elsewhere lists the packages and continues without them.
2. Configures and builds in build/, for this machine's processor, unless
   the build is up to date.
3. Runs the sweep, prints the report, writes a page with figures, and suggests
   further commands. The samples are in results/NAME/samples.csv.

  --peers  also installs the programs with which bench/ compares Quartet: HPCC,
           Python, curl, wrk and JUBE. OpenBLAS for threads, if it is not
           installed, is unpacked below build/peers, where only bench/peers.sh
           uses it.

It can be interrupted at any time and run again. Logs: build/logs/.
Exit status: 0 done; 1 a result was wrong or a point failed; 2 usage error;
3 system error.
END
}

peers=false
config=''
for argument in "$@"; do
  case $argument in
  -h | --help)
    usage
    exit 0
    ;;
  --peers) peers=true ;;
  -*)
    echo "quickstart.sh: $argument: unknown option; see --help" >&2
    exit 2
    ;;
  *)
    [[ -z $config ]] || {
      echo "quickstart.sh: one config at most; see --help" >&2
      exit 2
    }
    config=$argument
    ;;
  esac
done

root=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
config=${config:-$root/configs/quick.yaml}
[[ -r $config ]] || {
  echo "quickstart.sh: $config: cannot be read" >&2
  exit 2
}
config=$(readlink -f -- "$config")
# shellcheck source=scripts/setup.sh
source "$root/scripts/setup.sh"
trap 'echo; echo "Interrupted. Run it again to continue." >&2; exit 130' INT

prepare_folders
need_packages "${packages[@]}" || echo "Continuing with the packages that are installed."
[[ $peers == false ]] || need_peers
require_tools
# Warnings of a compiler that Quartet is not tested with must not stop the build.
build release build --preset release -DCMAKE_COMPILE_WARNING_AS_ERROR=OFF || exit 3
[[ -x $root/build/sweep ]] ||
  fail 3 "build/sweep was not built: install the packages listed above and run this script again"

# Paths in the output and in run.json are relative to the checkout, from any working directory.
[[ $PWD == "$root" ]] || echo "Results are written below $root"
cd -- "$root"
status=0
build/sweep run "${config#"$root"/}" </dev/null || status=$?
((status <= 1)) || exit "$status"
cat <<'END'

Next, each a few minutes (head configs/*.yaml describes all configs):
  build/sweep run configs/models.yaml          # more kinds of work and sizes
  build/sweep run configs/strong_scaling.yaml  # how far more cores help
  build/sweep run configs/roofline.yaml        # how far from the limits
END
exit "$status"
