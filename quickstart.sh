#!/usr/bin/env bash
# Sets the machine up, builds Quartet, runs configs/quick.yaml and prints the verdict.
set -euo pipefail

usage() {
  cat <<'END'
Usage: ./quickstart.sh [--peers] [CONFIG]

Sets up, builds and runs CONFIG (configs/quick.yaml), then prints the verdict:
which execution model is fastest for which kind of work.

1. On Debian and Ubuntu, installs what is missing with apt-get (through sudo
   when not root); elsewhere names what is needed, and goes on without it.
2. Configures and builds in build/, for this machine's processor, unless
   the build is up to date.
3. Runs the sweep, reports, writes a page with figures, and names the commands
   to try next. The rows are in results/<name>/samples.csv.

  --peers  also installs what bench/ compares Quartet with: HPCC, Python, curl,
           wrk and JUBE. OpenBLAS for threads, if it is not installed, is
           unpacked below build/peers, where only bench/peers.sh uses it.

It can be interrupted and run again at any time. Logs: build/logs/.
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
trap 'echo; echo "Interrupted. Run it again to go on from here." >&2; exit 130' INT

prepare_folders
need_packages "${packages[@]}" || echo "Going on with what is there."
[[ $peers == false ]] || need_peers
require_tools
# A compiler that we do not know yet may warn of what ours do not: no reason to stop here.
build release build --preset release -DCMAKE_COMPILE_WARNING_AS_ERROR=OFF || exit 3
[[ -x $root/build/sweep ]] ||
  fail 3 "build/sweep was not built: install the packages named above, and run this again"

# Paths in the output and in run.json are relative to the checkout, wherever we were called from.
[[ $PWD == "$root" ]] || echo "Results go below $root"
cd -- "$root"
status=0
build/sweep run "${config#"$root"/}" </dev/null || status=$?
((status <= 1)) || exit "$status"
cat <<'END'

Next, each a few minutes (head configs/*.yaml shows what else there is):
  build/sweep run configs/models.yaml          # more kinds of work and sizes
  build/sweep run configs/strong_scaling.yaml  # how far more cores help
  build/sweep run configs/roofline.yaml        # how far from the limits
END
exit "$status"
