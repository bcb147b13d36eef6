#!/usr/bin/env bash
# mpi.sh: mpi_driver as users start it, from the build folder.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
mpi_setup
file=$scratch/rows.csv
echo "$mpiexec: $mpi_kind"

# One of them speaks.
mpi 4
exits 0
says "333333283333335000000 (exact)"
says "processes: 4 processes"
same "results printed" 1 "$(grep -c '^  result ' "$scratch/out")"
for n in 1 2 3 7; do
  mpi_csv "$file" $n -r 2
  exits 0
  consistent "$file" 1 2
  all "$file" ranks $n
  all "$file" value 333333283333335000000
  # shellcheck disable=SC2046
  all "$file" oversubscribed "$(($(own_cores $(own_cpus)) < n))"
done
for action in --list --version --help "--describe stencil"; do
  # shellcheck disable=SC2086
  mpi 3 $action
  exits 0
  cp "$scratch/out" "$scratch/three"
  # shellcheck disable=SC2086
  run ./mpi_driver $action
  exits 0
  check "three say what one says" cmp -s "$scratch/out" "$scratch/three"
done
# Information needs no MPI, which cannot start everywhere without its launcher.
run env -u OMPI_COMM_WORLD_SIZE -u PMI_SIZE OMPI_MCA_pml=unknown ./mpi_driver --print-options
exits 0
silent

# Hybrid, jobs, schedules that reach over all processes.
if ./mpi_driver -t 2 -n 10 -r 1 >"$scratch/out" 2>&1; then
  mpi_csv "$file" 2 -t 2 -r 2
  exits 0
  consistent "$file" 1 2
  all "$file" model hybrid
  all "$file" cores 4
  all "$file" value 333333283333335000000
  mpi 2 -t 2 -r 1
  says "hybrid: 2 processes of 2 threads"
  mpi_csv "$file" 2 stencil -n 100 -t 3 -r 1 -w 0
  consistent "$file" 0 1
  mpi_csv "$file" 2 -t 2 -n 1e6 -r 2 -w 0 -g 1000 --schedule dynamic,4
  consistent "$file" 0 2
  all "$file" value 333332833333500000
fi
mpi_csv "$file" 2 --jobs 3 -n 1e5 -r 2
exits 0
consistent "$file" 1 2
all "$file" jobs 3
all "$file" value 333328333350000
mpi_csv "$file" 4 --jobs 3 stencil -n 20 -r 1 # one has nothing to do
exits 0
consistent "$file" 1 1
for schedule in dynamic guided dynamic,7 guided,2; do
  mpi_csv "$file" 3 -n 1e6 -g 1000 --schedule $schedule -r 3
  exits 0
  consistent "$file" 1 3
  all "$file" schedule $schedule
  all "$file" value 333332833333500000
done
mpi_csv "$file" 3 -n 1000 --schedule dynamic -r 2 # cut by the engine
consistent "$file" 1 2
mpi_csv "$file" 3 -n 1000 --schedule guided -g 2^60 -r 2 # one range for all
consistent "$file" 1 2

# Fewer units than processes; parts smaller than the halo; grains that divide nothing.
for n in 0 1 2 3; do
  mpi_csv "$file" 3 -n $n -r 1 -w 0
  exits 0
  consistent "$file" 0 1
done
for n in 5 6 7 8 11 12 13 20; do
  mpi_csv "$file" 3 stencil -n $n -s iterations=3 -r 2
  exits 0
  consistent "$file" 1 2
done
mpi_csv "$file" 7 stencil -n 6 -r 1 --overlap off
exits 0
consistent "$file" 1 1
for grain in 1 3 5 100; do
  mpi_csv "$file" 3 stencil -n 20 -g $grain -r 1
  exits 0
  consistent "$file" 1 1
done
mpi_csv "$file" 2 wait -n 5 -s delay=2ms -r 2 -w 0
exits 0
consistent "$file" 0 2
at_least "$file" wall_s 0.006 # one of them has three
all "$file" value 5
mpi_csv "$file" 3 wait -n 1 -s delay=2ms -r 1 -w 0
consistent "$file" 0 1
at_least "$file" wall_s 0.002

# The rows of several launches in one file.
rm -f "$file"
mpi 2 -n 10 -r 1 -w 0 --csv="$file"
mpi 2 -n 10 -r 1 -w 0 --csv="$file"
exits 0
same "standard output" "" "$out"
same "lines" 3 "$(wc -l <"$file" | tr -d ' ')"

# Ranks that bind themselves: each to its own part of the mask that they were started with.
unbound=("${mpi_flags[@]}")
[ "$mpi_kind" != openmpi ] || unbound+=(--bind-to none)
mapfile -t cpus < <(own_cpus)
if ((${#cpus[@]} >= 2)) && taskset -c "${cpus[0]}" true 2>"$scratch/err"; then
  bound() { # bound BINDING BOUND_TO COMMAND...: these columns of the rows that it prints
    local binding=$1 bound_to=$2
    shift 2
    run "$@" -n 100 -r 1 -w 0 --csv
    exits 0
    cp "$scratch/out" "$file"
    all "$file" binding "$binding"
    all "$file" bound_to "$bound_to"
  }
  ranks() { # ranks N ARGUMENTS...: mpi_driver, not bound by the launcher
    launched=("$mpiexec" "${unbound[@]}" -np "$1" ./mpi_driver "${@:2}")
  }
  both="${cpus[0]}|${cpus[1]}" unit=core
  [ "$(own_cores "${cpus[@]:0:2}")" = 2 ] || unit=hwthread # two of one core
  ranks 2 --bind hwthread
  bound "$both" $unit "${launched[@]}"
  if [[ -x omp_driver ]]; then # libgomp binds the initial thread as it is loaded, before main
    OMP_PLACES=threads OMP_PROC_BIND=close bound "$both" $unit "${launched[@]}"
    ranks 1 -t 2 --bind hwthread
    OMP_PLACES=threads OMP_PROC_BIND=close bound "${cpus[0]}/${cpus[1]}" $unit "${launched[@]}"
  fi
  if [ $unit = core ]; then
    ranks 2
    bound "$both" core taskset -c "${cpus[0]},${cpus[1]}" "${launched[@]}"
    all "$file" oversubscribed 0
    ranks 2 --bind none
    bound "$(own_list)|$(own_list)" none "${launched[@]}"
  fi
  # A job of one core keeps to it, with more ranks than one, too.
  ranks 1
  bound "${cpus[1]}" core taskset -c "${cpus[1]}" "${launched[@]}"
  ranks 2
  bound "${cpus[1]}|${cpus[1]}" shared taskset -c "${cpus[1]}" "${launched[@]}"
  all "$file" oversubscribed 1
  # Open MPI's mpirun binds to any core of the machine by default: the ranks go back to the job's.
  if [ "$mpi_kind" = openmpi ]; then
    bind=(taskset -c "${cpus[1]}" "$mpiexec" --bind-to core -np 1 ./mpi_driver)
    bound "${cpus[1]}" core "${bind[@]}"
    silent
    bound "${cpus[0]}" core "${bind[@]}" --bind none
    complains "mpi_driver: warning: the launcher has bound ranks outside"
    bound "${cpus[1]}|${cpus[1]}" shared taskset -c "${cpus[1]}" "$mpiexec" --oversubscribe \
      --bind-to core:overload-allowed -np 2 ./mpi_driver
    all "$file" oversubscribed 1
  fi
fi

# Errors: reported once, the exit status reaches the caller, no process is left waiting.
refuses() { # refuses CODE MESSAGE ARGUMENTS...
  local code_wanted=$1 message=$2
  shift 2
  mpi 3 "$@"
  exits "$code_wanted"
  # With --csv=FILE the error is also on standard output, as CSV, even if mpirun connects that to a
  # terminal.
  local expected=''
  case " $* " in *" --csv="*) expected="exit_code,about,message,hosts $code_wanted,,$message,$(hostname -s) " ;; esac
  same "standard output" "$expected" "$(tr -d '\r' <"$scratch/out" | grep -v '^$' |
    grep -vE '^[=-]|BAD TERMINATION|^ |normally|non-zero' | tr '\n' ' ' || true)"
  same "standard error" "mpi_driver: $message" "$(grep '^mpi_driver' "$scratch/err")"
}
forms=$(sed -n 's/^#define NUMBER_FORMS "\(.*\)"$/\1/p' "$QUARTET_SOURCE/common/number.h")
refuses 2 "--size: '1e7x': unexpected 'x'; accepted: $forms" -n 1e7x
refuses 2 "unknown kernel 'stensil'; did you mean 'stencil'?" stensil
refuses 2 "unknown option '--lock'; omp_driver has it" --lock global
launcher="the launcher sets the number of processes: mpirun -np N ./mpi_driver"
refuses 2 "--size: 'p': $launcher" -np 4
refuses 2 "unknown option '--np'; $launcher" --np 4
refuses 2 "unknown option '--cores'; $launcher" --cores=4
refuses 2 "--overlap: 'maybe' must be one of: off, on" --overlap maybe
refuses 3 "--csv: no/such/folder.csv: No such file or directory" --csv=no/such/folder.csv
refuses 3 "--csv: cannot write: No space left on device" --csv=/dev/full
mpi 2 stencil -n 1000000 --csv="$scratch/none.csv"
exits 3
same "messages" 1 "$(grep -c '^mpi_driver: stencil: this problem needs 14.6 TiB' "$scratch/err")"
check "no file" test ! -e "$scratch/none.csv"

# A disk that fills while all are at work: none of them waits for ever.
mkfifo "$scratch/pipe"
(head -3 <"$scratch/pipe" >"$scratch/rows" &)
limit=20 run "$mpiexec" "${mpi_flags[@]}" -np 2 bash -c "trap '' PIPE; exec ./mpi_driver -n 1000 -r 100000 --csv='$scratch/pipe'"
exits 3
complains "--csv: cannot write: Broken pipe"

# Without a launcher: one process, which says how to start more; in a batch job that has cores for
# more, a warning is printed beside rows as well.
alone() { # alone VARIABLE=VALUE... -- ARGUMENTS...
  local variables=()
  while [ "$1" != -- ]; do
    variables+=("$1")
    shift
  done
  shift
  run env -u OMPI_COMM_WORLD_SIZE -u PMI_SIZE -u SLURM_NTASKS "${variables[@]}" ./mpi_driver "$@"
}
note="started without a launcher; mpirun -np 2 ./mpi_driver starts two"
alone -- -n 1000 -r 1
exits 0
says "$note"
alone -- -n 1000 -r 1 --csv
exits 0
silent
alone SLURM_NTASKS=4 -- -n 1000 -r 1 --csv
exits 0
complains "mpi_driver: warning: started without a launcher: 1 process of the 4 that the job has"
mpi 1 -n 1000 -r 1
exits 0
same "notes under a launcher" 0 "$(grep -c 'without a launcher' "$scratch/out")"
# The launcher of another MPI starts processes each of which sees itself alone.
alone SLURM_STEP_NUM_TASKS=4 -- -n 1000 -r 1
exits 2
complains "mpi_driver: a launcher has started 4 processes, but MPI sees 1"
same "standard output" "" "$out"
