#!/usr/bin/env bash
# METG: the smallest task at which each model still spends half of its time on the task.
set -euo pipefail
# shellcheck source=bench/lib.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

usage() {
  cat <<'END'
Usage: bench/metg.sh [OPTION]... [MODEL]...
Runs the kernel spin, each task a range of its own (--grain 1), with shorter and
shorter tasks, in each model that the build has (serial, threads, threads+lock,
async, processes) or in those named. Prints

  the efficiency: steps a second, over the maximum that a model on as many cores
  reached in the same round with long tasks (1024 steps or more); the median
  over the rounds;

  METG(50 %), the minimum effective task granularity: wall time times cores over
  the number of tasks, for the shortest tasks that are still 50 % efficient,
  interpolated between lengths, with its interval over the rounds
  (E. Slaughter et al., "Task Bench", SC 2020).

  --cores C        of threads and processes (those of this machine); serial and async have one
  --longest S      steps of the longest task, at least 1024 (2^18, some 350 us); they are halved
                   until a model is 25 % efficient or less twice, or down to 1
  --schedule KIND  of threads and processes: static, dynamic or guided (static)
  --build DIR      Quartet's build folder (build)
  --rounds R       launches of each (7)

Examples:
  bench/metg.sh
  bench/metg.sh --rounds 15 threads processes
  bench/metg.sh --schedule dynamic --longest 65536 --rounds 1 threads

It takes some minutes; the machine should have no other load. Threads that hold
a lock while they compute reach the rate of one core: on two cores or more they
are at most 50 % efficient.

Exit status: 0 measured, whatever came out; 2 usage error; 3 system error.
END
}

known=(serial threads threads+lock async processes)
cores=''
longest=262144
schedule=static
chosen=()
while (($#)); do
  take_option "$@"
  if ((taken == 0)); then
    case $1 in
    --cores | --longest | --schedule)
      (($# > 1)) || fail 2 "$1: needs a value; see --help"
      [[ $1 != --cores || $2 =~ ^[1-9][0-9]{0,3}$ ]] || fail 2 "$1: '$2': expected 1 to 9999"
      [[ $1 != --longest || ($2 =~ ^[1-9][0-9]{3,8}$ && $2 -ge 1024) ]] ||
        fail 2 "$1: '$2': expected 1024 to 999999999"
      [[ $1 != --schedule || $2 =~ ^(static|dynamic|guided)$ ]] ||
        fail 2 "$1: '$2': expected static, dynamic or guided"
      printf -v "${1#--}" %s "$2"
      taken=2
      ;;
    *)
      [[ " ${known[*]} " == *" $1 "* ]] || fail 2 "$1: unknown argument; see --help"
      chosen+=("$1")
      taken=1
      ;;
    esac
  fi
  shift "$taken"
done
open_build
cores=${cores:-$(usable_cores)}
((${#chosen[@]})) || chosen=("${known[@]}")

driver_of() {
  case $1 in
  serial) echo serial_driver ;;
  threads | threads+lock) echo omp_driver ;;
  async) echo async_driver ;;
  processes) echo mpi_driver ;;
  esac
}

cores_of() {
  case $1 in
  serial | async) echo 1 ;;
  *) echo "$cores" ;;
  esac
}

launch() { # launch MODEL ARGUMENT...
  local model=$1
  shift
  case $model in
  serial) "$build/serial_driver" "$@" ;;
  threads) "$build/omp_driver" -t "$cores" --schedule "$schedule" "$@" ;;
  threads+lock) "$build/omp_driver" -t "$cores" --schedule "$schedule" --lock global "$@" ;;
  async) "$build/async_driver" "$@" ;;
  processes)
    ranks "$cores" "$build/mpi_driver" --schedule "$schedule" "$@"
    ;;
  esac
}

# Some 50 ms of steps for each core, but not more tasks than are useful: for short
# tasks the cost of a range dominates.
tasks_of() { # tasks_of STEPS CORES
  local tasks=$((1 << 25))
  tasks=$((tasks / $1))
  ((tasks >= 8)) || tasks=8
  ((tasks <= 100000)) || tasks=100000
  echo $((tasks * $2))
}

# One launch: "model cores steps granularity rate", the latter two in seconds and steps a second.
measure() { # measure MODEL STEPS
  local used tasks seconds
  used=$(cores_of "$1")
  tasks=$(tasks_of "$2" "$used")
  seconds=$(launch "$1" spin -n "$tasks" -s steps="$2" -g 1 -r 5 -w 1 --csv | column wall_s) || return
  awk -v model="$1" -v cores="$used" -v steps="$2" -v tasks="$tasks" -v s="$seconds" 'BEGIN {
    if (!(s > 0)) exit 1
    printf "%s %d %d %.9g %.9g\n", model, cores, steps, s * cores / tasks, steps * tasks / s
  }'
}

models=()
for model in "${chosen[@]}"; do
  has "$(driver_of "$model")" && models+=("$model")
done
((${#models[@]})) || fail 3 "none of these models was built"

# Lengths outside, models inside: what is compared follows each other. A model whose rate has twice
# been below a quarter of its best is not run with shorter tasks.
rows=$(mktemp)
trap 'rm -f -- "$rows"' EXIT
for ((round = 0; round < rounds; round++)); do
  declare -A best=() low=()
  for ((steps = longest; steps >= 1; steps /= 2)); do
    for model in "${models[@]}"; do
      ((${low[$model]:-0} < 2)) || continue
      if ! row=$(measure "$model" "$steps"); then
        printf '%s: could not run: %s with %d steps\n' "$program" "$model" "$steps" >&2
        failed=3
        low[$model]=2
        continue
      fi
      printf '%d %s\n' "$round" "$row" >>"$rows"
      read -r rate_best times_low < <(
        awk -v rate="${row##* }" -v best="${best[$model]:-0}" -v low="${low[$model]:-0}" 'BEGIN {
          if (rate + 0 > best + 0) best = rate
          print best, rate + 0 < best / 4 ? low + 1 : 0
        }'
      )
      best[$model]=$rate_best
      low[$model]=$times_low
    done
  done
done

# "round model steps granularity efficiency" for each row.
efficiencies() {
  awk '
    { line[NR] = $0 }
    $4 >= 1024 && $6 > most[$1, $3] { most[$1, $3] = $6 }
    END {
      for (i = 1; i <= NR; i++) {
        split(line[i], c)
        if (most[c[1], c[3]] > 0)
          printf "%s %s %s %s %.6g\n", c[1], c[2], c[4], c[5], c[6] / most[c[1], c[3]]
      }
    }' "$rows"
}

# Median efficiencies: a line for each length, a column for each model.
table() {
  efficiencies | sort -k2,2 -k3,3nr -k5,5n | awk -v models="${models[*]}" '
    function close_group() {
      if (count == 0) return
      middle = int((count + 1) / 2)
      median[key] = count % 2 ? value[middle] : (value[middle] + value[middle + 1]) / 2
      count = 0
    }
    { if ($2 " " $3 != key) { close_group(); key = $2 " " $3 } value[++count] = $5; steps[$3] = 1 }
    END {
      close_group()
      columns = split(models, model, " ")
      printf "%-12s", "steps"
      for (m = 1; m <= columns; m++) printf "  %12s", model[m]
      printf "\n"
      for (s = '"$longest"'; s >= 1; s = int(s / 2)) {
        if (!(s in steps)) continue
        printf "%-12d", s
        for (m = 1; m <= columns; m++) {
          k = model[m] " " s
          printf "  %12s", k in median ? sprintf("%.1f %%", 100 * median[k]) : "-"
        }
        printf "\n"
      }
    }'
}

# The METG of each round of a model: a number for each; "none" where no task is 50 % efficient,
# "less" where even the shortest is.
metgs() { # metgs MODEL
  efficiencies | awk -v model="$1" '
    function close_round() {
      if (points == 0) return
      for (p = points; p >= 1 && e[p] < 0.5; p--) {}
      if (p == 0) print "none"
      else if (p == points) print "less"
      else print exp(log(g[p]) + (0.5 - e[p]) / (e[p + 1] - e[p]) * log(g[p + 1] / g[p]))
      points = 0
    }
    $2 == model {
      if ($1 != round) { close_round(); round = $1 }
      g[++points] = $4; e[points] = $5
    }
    END { close_round() }'
}

table
echo
header
for model in "${models[@]}"; do
  found=$(metgs "$model")
  used=$(cores_of "$model")
  plural=s
  ((used > 1)) || plural=''
  if unmeasured=$(grep -xE 'none|less' <<<"$found"); then
    printf 'METG(50 %%) %s, %d core%s: not among these lengths in %d of %d rounds (%s)\n' "$model" \
      "$used" "$plural" "$(wc -l <<<"$unmeasured")" "$rounds" "$(sort -u <<<"$unmeasured" | paste -sd ' ')"
  else
    "$build/bench_ratio" -m "METG(50 %) $model, $used core$plural" -u s -k alone <<<"$found"
  fi
done
finish
