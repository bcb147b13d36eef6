#!/usr/bin/env bash
# test_completion.sh FILE BUILD PROGRAM...: sources the completion and asks it, as bash would.
set -u
# shellcheck source=completion/quartet.bash
source "$1" || exit 1
build=$2 failed=0
scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT
cd -- "$scratch" || exit 1
# It asks mpi_driver, too.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1

# ask WORD...: completes the last word; "=" is a word of its own, as in COMP_WORDBREAKS. The answer
# is in `reply`, one line for each.
ask() {
  COMP_WORDS=()
  local word
  for word; do
    while [[ $word == ?*=* ]]; do
      COMP_WORDS+=("${word%%=*}" "=")
      word=${word#*=}
    done
    # What stands behind a "=" is a word only if there is something.
    [[ -z $word && ${COMP_WORDS[*]: -1} == = ]] || COMP_WORDS+=("$word")
  done
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  COMPREPLY=()
  _quartet
  reply=$(printf '%s\n' ${COMPREPLY[@]+"${COMPREPLY[@]}"} | sort)
}

# expect ANSWER WORD...: all of the answer, lines as words, sorted.
expect() {
  local answer=$1
  shift
  ask "$@"
  [[ ${reply//$'\n'/ } == "$answer" ]] && return
  printf 'FAIL: %s\n  expected: %s\n  got:      %s\n' "$*" "$answer" "${reply//$'\n'/ }"
  failed=1
}

# options PROGRAM: each long option of --help is completed.
options() {
  local option listed
  listed=$("$build/$1" --help | grep -oE '^ +(-., )?--[a-z-]+' | grep -oE -- '--[a-z-]+' | sort)
  [[ $(wc -l <<<"$listed") -ge 2 ]] || { echo "FAIL: $1 --help"; failed=1; }
  expect "${listed//$'\n'/ }" "$build/$1" --
}

has() {
  [[ -x $build/$1 ]]
}

mkdir -p configs results/done results/other
touch configs/a.yaml configs/b.yml configs/c.txt results/done/{run.json,samples.csv} 'own.csv'

for program in "${@:3}"; do
  [[ $(complete -p "$program") == *"-F _quartet $program" ]] || { echo "FAIL: $program"; failed=1; }
  options "$program"
done

driver=$build/serial_driver
expect "sparse spin stencil stream sumsq" "$driver" s
expect "sumsq" "$driver" -n 100 -r 2 su
expect "" "$driver" stencil s # one kernel only
ask "$driver" ""
[[ $reply == "$("$driver" --list | sed -n 's/^  \([a-z][a-z]*\) .*/\1/p' | sort)" ]] || {
  echo "FAIL: kernels: $reply"
  failed=1
}
expect "--describe" "$driver" --d
expect "wait wavefront" "$driver" --describe wa
expect "wavefront" "$driver" --describe=wav
expect "delay= distribution= seed= work=" "$driver" wait -s ""
expect "delay= distribution=" "$driver" wait --set d
expect "distribution=" "$driver" wait --set=di
expect "exponential fixed uniform" "$driver" wait -s distribution=
expect "uniform" "$driver" wait -s distribution=u
expect "uniform" "$driver" wait --set=distribution=u
expect "" "$driver" wait -s delay=
expect "bytes" "$driver" fft --work-by b
expect "" "$driver" fft --work=1
expect "" "$driver" -n ""
expect "own.csv" "$driver" --csv=ow
expect "" "$build/nonexistent_driver" s
if has omp_driver; then
  driver=$build/omp_driver
  expect "dynamic" "$driver" --schedule d
  # What is offered is what the driver takes.
  for option in schedule lock; do
    ask "$driver" --$option ""
    [[ -n $reply ]] || { echo "FAIL: --$option"; failed=1; }
    for word in $reply; do
      "$driver" -n 10 -r 1 -t 1 --$option "$word" >/dev/null || { echo "FAIL: --$option $word"; failed=1; }
    done
  done
fi
if has mpi_driver; then
  expect "off on" "$build/mpi_driver" --overlap ""
fi

if has sweep; then
  expect "merge pack plan reference resume run status submit" "$build/sweep" ""
  expect "reference resume run" "$build/sweep" -q r
  expect "configs/a.yaml configs/b.yml" "$build/sweep" run configs/
  expect "configs/a.yaml" "$build/sweep" plan configs/a
  expect "configs results" "$build/sweep" run ""
  expect "results/done results/other" "$build/sweep" resume results/
  expect "results/done" "$build/sweep" status results/d
  expect "results/done" "$build/sweep" merge results/other results/d
  expect "results" "$build/sweep" run configs/a.yaml --out r
  expect "results" "$build/sweep" run configs/a.yaml --out=r
  expect "results/done" "$build/sweep" pack results/d
  expect "bandwidth rate time" "$build/sweep" reference results/done --metric ""
  expect "csv flux json lsf pbs slurm text" "$build/sweep" plan configs/a.yaml --format ""
  expect "slurm" "$build/sweep" plan configs/a.yaml -F s
  # The same behind `quartet`, and the other programs as its commands.
  expect "reference report resume run" "$build/quartet" r
  expect "configs/a.yaml configs/b.yml" "$build/quartet" run configs/
  expect "results/done" "$build/quartet" status results/d
  expect "--retry-failed" "$build/quartet" resume results/done --ret
fi
expect "--help --version" "$build/quartet" --
expect "sparse spin stencil stream sumsq" "$build/quartet" serial_driver s
expect "delay= distribution=" "$build/quartet" serial_driver wait --set d
expect "--describe" "$build/quartet" serial_driver --d
if has report; then
  expect "configs own.csv results" "$build/report" ""
  mkdir 'my runs' && touch 'my runs/samples.csv'
  expect "my runs" "$build/report" 'my\ r'
  expect "my runs/samples.csv" "$build/report" 'my\ runs/'
  # shellcheck disable=SC2088 # as readline hands it over
  HOME=$scratch expect '~/my runs' "$build/report" '~/my'
  rm -r 'my runs'
  expect "results/done" "$build/report" results/d
  expect "results/done" "$build/quartet" report results/d
  expect "configs own.csv results" "$build/quartet" compare ""
  expect "slower" "$build/quartet" compare --fail-on s
  expect "--format" "$build/quartet" report --fo
  expect "extra-p google-benchmark" "$build/report" --export ""
  expect "extra-p" "$build/report" -e e
  expect "extra-p" "$build/report" --export=e
  expect "omp_driver" "$build/report" --baseline o
  expect "json junit" "$build/report" --format j
  expect "compare" "$build/report" com
  expect "configs own.csv results" "$build/report" compare ""
  expect "slower" "$build/report" compare --fail-on s
  expect "pdf png" "$build/report" --pictures p
  expect "--fail-on --format" "$build/report" compare --f
  # What is offered is what the report takes.
  for option in export format; do
    ask "$build/report" --$option ""
    [[ -n $reply ]] || { echo "FAIL: --$option"; failed=1; }
    for word in $reply; do
      "$build/report" --$option "$word" /nonexistent 2>&1 | grep -q "/nonexistent" ||
        { echo "FAIL: --$option $word"; failed=1; }
    done
  done
fi

# From the PATH; another program of the same name completes its own options.
mkdir other
printf '#!/bin/sh\nprintf "%%s\\t\\t\\t\\n" --other\necho >>%q\n' "$scratch/asked" >other/sweep
chmod +x other/sweep
PATH=$scratch/other:$PATH
expect "--other" sweep --
expect "--other" other/sweep --
expect "--other" other/sweep --o
[[ $(wc -l <asked) == 2 ]] || { echo "FAIL: asked more often than by each of its names"; failed=1; }
exit "$failed"
