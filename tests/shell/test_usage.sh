#!/usr/bin/env bash
# test_usage.sh SOURCE BUILD: the command line of every program follows the same rules: --help, -h,
# --version, -V, usage errors of one line with exit status 2, and options after operands, the same
# with POSIXLY_CORRECT set.
set -u
source=$1 build=$2 failed=0 checks=0
export LC_ALL=C OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT

wrong() {
  echo "FAIL: ${posix:+POSIXLY_CORRECT=1 }$*"
  failed=1
}

# ends STATUS COMMAND...: its standard output is in $out, its standard error in $err.
ends() {
  local expected=$1 status=0
  shift
  checks=$((checks + 1))
  timeout 50 "$@" >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
  out=$(<"$scratch/out") err=$(sed '/: warning: not a release build: /d' "$scratch/err")
  ((status == expected)) || wrong "$*: status $status, not $expected: $err"
}

# prints COMMAND...: something, and no error.
prints() {
  ends 0 "$@"
  [[ -n $out && -z $err ]] || wrong "$*: '$out', '$err'"
}

# refuses MESSAGE COMMAND...: that one line, from the program of this name.
refuses() {
  local message=$1
  shift
  ends 2 "$@"
  [[ -z $out && $err == "$name: $message" ]] || wrong "$*: '$err', not '$name: $message'"
}

# rules COMMAND...: those that every command line follows. $name is the program's in messages.
rules() {
  local help option letter argument valued=0
  prints "$@" --help
  help=$out
  [[ $help == "Usage: $name "* && $help == *$'\n\nOptions:\n'* ]] || wrong "$*: --help: $help"
  [[ $(awk 'length > 80' <<<"$help") == "" ]] || wrong "$*: --help: more than 80 columns"
  prints "$@" -h
  [[ $out == "$help" ]] || wrong "$*: -h is not --help"
  prints "$@" --vers
  [[ $out =~ ^"$name"' (Quartet) '[0-9.]+$ ]] || wrong "$*: --version: $out"
  prints "$@" -V
  refuses "unknown option '--no-such'; see '$name --help'" "$@" --no-such
  refuses "unknown option '--hlep'; did you mean '--help'?" "$@" --hlep=1
  refuses "unknown option '-?'; see '$name --help'" "$@" -?
  refuses "unknown option '-\\x01'; see '$name --help'" "$@" -$'\1'
  refuses "unknown option '--a\\x0ab'; see '$name --help'" "$@" --$'a\nb'
  refuses "--version: takes no value; see '$name --help'" "$@" --version=1
  # What --print-options lists is what --help explains.
  prints "$@" --print-options
  # A tab is white space to `read`, which would skip empty fields.
  while IFS='|' read -r option letter argument _; do
    [[ $option == --* ]] || continue
    [[ -n $letter ]] && letter="$letter," || letter='   '
    grep -qE -- "^  $letter $option\b" <<<"$help" || wrong "$*: --help has no $option"
    [[ -n $argument && $argument != '['* ]] || continue
    ((valued++)) || refuses "$option: needs a value; see '$name --help'" "$@" "$option"
  done < <(tr '\t' '|' <<<"$out")
}

programs() {
  local program
  for program in serial_driver omp_driver mpi_driver async_driver sweep report delay_server quartet; do
    [[ ! -x $build/$program ]] || echo "$program"
  done
  # Those in bench/ that have options.
  for program in "$build"/bench_*; do
    [[ -x $program ]] && grep -qE "sample_begin|cli_read" "$source/bench/${program##*/bench_}.c" && echo "${program##*/}"
  done
}

for posix in '' 1; do
  [[ -z $posix ]] || export POSIXLY_CORRECT=1
  while read -r name; do
    rules "$build/$name"
  done < <(programs)
  # Options behind operands.
  for name in serial_driver omp_driver mpi_driver async_driver; do
    [[ -x $build/$name ]] || continue
    prints "$build/$name" sumsq --size 10 -r 2 --csv
    refuses "unknown option '--sise'; did you mean '--size'?" "$build/$name" sumsq --sise 10
    refuses "unknown kernel '--size'; --list lists them" "$build/$name" -- --size
  done
  if [[ -x $build/sweep ]]; then
    name=sweep
    for command in run plan resume status reference pack; do
      rules "$build/sweep" "$command" x
    done
    refuses "unknown command 'rum'; did you mean 'run'?" "$build/sweep" rum x
    refuses "status: --probe is an option of plan" "$build/sweep" status x --probe
    refuses "plan: unexpected argument 'y'; see 'sweep --help'" "$build/sweep" plan x -- y
  fi
  if [[ -x $build/report ]]; then
    name=report
    refuses "ambiguous option '--h'; must be one of: --html, --help" "$build/report" x --h
    rules "$build/report" x
    name="report compare"
    rules "$build/report" compare
    rules "$build/report" compare x y
  fi
  # Started by `quartet`, each names itself as the user does.
  name="quartet serial_driver"
  rules "$build/quartet" serial_driver
  name=quartet
  refuses "unknown command 'omp_drive'; did you mean 'omp_driver'?" "$build/quartet" omp_drive
  refuses "no command; see 'quartet --help'" "$build/quartet"
  if [[ -x $build/sweep ]]; then
    rules "$build/quartet" run x
    refuses "status: --probe is an option of plan" "$build/quartet" status x --probe
    ends 2 "$build/quartet" status /nonexistent
    [[ $err == "quartet: /nonexistent: "* ]] || wrong "quartet status: $err"
    ! grep -w sweep <<<"$("$build/quartet" run --help)" || wrong "quartet run --help names sweep"
  fi
  if [[ -x $build/report ]]; then
    name="quartet compare"
    rules "$build/quartet" compare
  fi
  if [[ -x $build/delay_server ]]; then
    name=delay_server
    refuses "unexpected argument '8080'; see 'delay_server --help'" "$build/delay_server" 8080
  fi
  name=bench_ratio
  refuses "unexpected argument 'x'; see 'bench_ratio --help'" "$build/bench_ratio" -m a x
  refuses "--kind: 'rato' must be one of: ratio, difference, alone; did you mean 'ratio'?" \
    "$build/bench_ratio" -krato
done
echo "$checks checks"
# `rules` alone makes 12 for each program, twice.
[[ $checks -ge $((24 * $(programs | wc -l))) && $failed -eq 0 ]]
