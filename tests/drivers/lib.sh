# Sourced by the tests of the drivers. Runs commands as a user does and compares what they say.
# The build folder is in QUARTET_BUILD, the sources in QUARTET_SOURCE; CTest sets both.
# shellcheck shell=bash
set -u
export LC_ALL=C
unset OMP_NUM_THREADS OMP_THREAD_LIMIT OMP_PROC_BIND OMP_PLACES POSIXLY_CORRECT
: "${QUARTET_SOURCE:=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}"
: "${QUARTET_BUILD:=$QUARTET_SOURCE/build}"
: "${QUARTET_SANITIZE:=}"

scratch=$(mktemp -d)
checks=0 failures=0 what='' out='' err='' code=0

# No check done is a failure too.
finish() {
  local given=$?
  rm -rf "$scratch"
  [ "$given" -ne 0 ] && exit "$given"
  echo "$checks checks, $failures failed"
  [ "$checks" -gt 0 ] && [ "$failures" -eq 0 ] || exit 1
}
trap finish EXIT
trap 'exit 143' TERM

skip() {
  echo "skipped: $*"
  exit 77
}

fail() {
  failures=$((failures + 1))
  printf '%s\n' "FAILED: $what" "  $1" >&2
  printf '%s\n' "$code" "${out:0:1500}" "${err:0:1500}" | sed 's/^/  | /' >&2
}

# Whether this build has libcurl, without which the kernel fetch only says so.
can_fetch() {
  ! "$QUARTET_BUILD/serial_driver" fetch -n 0 -r 1 -w 0 -s url=http://127.0.0.1:1/ 2>&1 |
    grep -q "made without libcurl"
}

# check WORDS COMMAND...: COMMAND must succeed.
check() {
  local words=$1
  shift
  checks=$((checks + 1))
  "$@" || fail "$words"
}

same() { # same WORDS EXPECTED FOUND
  checks=$((checks + 1))
  [ "$2" = "$3" ] || fail "$1: expected '$2', found '$3'"
}

# take_errors: standard error in $err, without what a build for debugging prints about itself:
# tests/build/generators.sh looks at that.
take_errors() {
  [ -n "${keep_build_warning:-}" ] || sed -i '/: warning: not a release build: /d' "$scratch/err"
  err=$(cat "$scratch/err")
}

# run COMMAND...: output in $out and $err (less the newlines at the end), exit status in $code: 124
# when it has not ended after a minute.
run() {
  what=$*
  timeout -k 5 "${limit:-60}" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
  code=$?
  out=$(cat "$scratch/out")
  take_errors
}

# What run found: the exit status; whether a text is in a place.
exits() { same "exit status" "$1" "$code"; }
says() { # says TEXT: in the output
  checks=$((checks + 1))
  case $out in *"$1"*) ;; *) fail "output lacks '$1'" ;; esac
}
complains() { # complains TEXT: in the errors
  checks=$((checks + 1))
  case $err in *"$1"*) ;; *) fail "errors lack '$1'" ;; esac
}
silent() { # silent: no word on standard error
  same "standard error" "" "$err"
}

# has DRIVER: skips the test if this build lacks it.
has() {
  [ -x "$QUARTET_BUILD/$1" ] || skip "this build has no $1"
}

# --- rows ---

# rows FILE: prints each record on one line, its cells separated by tabs and without quotes. It is
# an awk program, so that the rows are not checked by the code that wrote them.
rows() {
  awk '{
    line = $0; cells = ""
    while (1) {
      if (substr(line, 1, 1) == "\"") {
        if (!match(line, /^"([^"]|"")*"/)) { print "BAD QUOTES"; exit 1 }
        cell = substr(line, 2, RLENGTH - 2); line = substr(line, RLENGTH + 1)
        gsub(/""/, "\"", cell)
      } else {
        match(line, /^[^,]*/); cell = substr(line, 1, RLENGTH); line = substr(line, RLENGTH + 1)
        if (cell ~ /"/) { print "BAD QUOTES"; exit 1 }
      }
      cells = cells cell
      if (line == "") break
      if (substr(line, 1, 1) != ",") { print "BAD QUOTES"; exit 1 }
      line = substr(line, 2); cells = cells "\t"
    }
    print cells
  }' "$1"
}

# column FILE NAME: the cells of that column, without the header; warm-ups included.
column() {
  rows "$1" | awk -F '\t' -v name="$2" '
    NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i; if (!at) { print "NO COLUMN"; exit } next }
    { print $at }'
}

# consistent FILE WARMUPS REPS: the rows of one launch agree with themselves.
consistent() {
  local found
  same "header" "$(schema)" "$(head -1 "$1")"
  found=$(rows "$1" | awk -v expected=$(($2 + $3)) -v reps="$3" \
    -f "$QUARTET_SOURCE/tests/drivers/consistent.awk" 2>&1)
  same "rows" "" "$found"
}

# at_least FILE COLUMN FLOOR: every cell of the column is FLOOR or more. There is no at_most: an
# upper bound of a time depends on the machine.
at_least() {
  same "$2 below $3" "" "$(column "$1" "$2" | awk -v floor="$3" '$1 + 0 < floor + 0')"
  check "there are rows" test "$(column "$1" "$2" | wc -l)" -gt 0
}

# all FILE COLUMN VALUE: every cell of the column is VALUE.
all() {
  same "$2" "$3" "$(column "$1" "$2" | sort -u)"
}

# The columns' names as the sources have them, divided by commas.
schema() {
  "$QUARTET_COLUMNS" --names
}

# --- MPI ---

# mpi_setup: determines how mpi_driver is started; skips the test without mpi_driver or mpirun.
# Afterwards mpi N ARGUMENTS... runs it on N processes.
mpi_setup() {
  has mpi_driver
  # MPI's libraries keep memory until the process ends and are unloaded before. These leaks are not
  # ours, and the reports have no name by which to suppress them.
  export ASAN_OPTIONS="detect_leaks=0:$ASAN_OPTIONS"
  # Nor does the thread sanitizer see how MPI's own threads agree: it would report what is no race.
  export TSAN_OPTIONS="report_bugs=0:$TSAN_OPTIONS"
  mpiexec=${QUARTET_MPIEXEC:-}
  command -v "${mpiexec:-none}" >/dev/null || mpiexec=$(command -v mpirun) || skip "no mpirun"
  mpi_flags=()
  mpi_kind=$("$mpiexec" --version 2>&1 | head -1)
  case $mpi_kind in
  *"Open MPI"* | *OpenRTE*)
    mpi_kind=openmpi
    mpi_flags=(--oversubscribe --mca mpi_yield_when_idle 1)
    if [ "$(id -u)" = 0 ]; then
      export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
    fi
    ;;
  *) mpi_kind=other ;;
  esac
}
mpi() { # mpi N ARGUMENTS...
  local processes=$1
  shift
  run "$mpiexec" "${mpi_flags[@]}" -np "$processes" ./mpi_driver "$@"
}
mpi_csv() { # mpi_csv FILE N ARGUMENTS...: the rows in FILE
  local file=$1
  shift
  mpi "$@" --csv
  cp "$scratch/out" "$file"
}

# The hardware threads in this shell's affinity mask, one in each line.
own_cpus() {
  own_list | tr , '\n' |
    while IFS=- read -r first last; do seq "$first" "${last:-$first}"; done
}

# The same as Linux writes it: "0-1,4".
own_list() {
  awk '/^Cpus_allowed_list:/ { print $2 }' /proc/self/status
}

# own_cores CPU...: how many cores these hardware threads are of.
own_cores() {
  local cpu
  for cpu in "$@"; do
    cat "/sys/devices/system/cpu/cpu$cpu/topology/thread_siblings_list" 2>/dev/null || echo "$cpu"
  done | sort -u | wc -l
}

# --- sanitizers ---

# The driver itself must report a failed allocation.
export ASAN_OPTIONS="allocator_may_return_null=1:${ASAN_OPTIONS:-}"
export TSAN_OPTIONS="allocator_may_return_null=1:${TSAN_OPTIONS:-}"

cd "$QUARTET_BUILD" || exit 1
