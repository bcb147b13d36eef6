#!/usr/bin/env bash
# bitwise.sh: with a fixed grain every model prints the same value, whatever the threads, processes,
# tasks and schedules. (tests/engine compares the bytes.)
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
file=$scratch/rows.csv
if [ -x mpi_driver ]; then mpi_setup; fi

# like_serial COMMAND...: value and error of every repetition are those of the serial driver.
like_serial() {
  run "$@" --csv
  cp "$scratch/out" "$file"
  exits 0
  same "values" "$values" "$(column "$file" value | paste -sd ' ' -)"
  same "errors" "$errors" "$(column "$file" error | paste -sd ' ' -)"
}

while read -r -a problem; do
  what=${problem[*]}
  run ./serial_driver "${problem[@]}" --csv
  exits 0
  cp "$scratch/out" "$file"
  consistent "$file" 1 2
  values=$(column "$file" value | paste -sd ' ' -) errors=$(column "$file" error | paste -sd ' ' -)
  if [ -x omp_driver ]; then
    for threads in 1 2 3; do
      like_serial ./omp_driver "${problem[@]}" -t $threads
    done
    for schedule in static,1 static,5 dynamic dynamic,3 guided; do
      like_serial ./omp_driver "${problem[@]}" -t 3 --schedule $schedule
    done
    like_serial ./omp_driver "${problem[@]}" -t 3 --lock global --lock-fraction 0.5
  fi
  if [ -x async_driver ]; then
    like_serial ./async_driver "${problem[@]}"
    like_serial ./async_driver "${problem[@]}" --tasks 3
  fi
  if [ -x mpi_driver ]; then
    like_serial ./mpi_driver "${problem[@]}"
    for processes in 2 3; do
      like_serial "$mpiexec" "${mpi_flags[@]}" -np $processes ./mpi_driver "${problem[@]}"
    done
    like_serial "$mpiexec" "${mpi_flags[@]}" -np 2 ./mpi_driver "${problem[@]}" --overlap off
    like_serial "$mpiexec" "${mpi_flags[@]}" -np 3 ./mpi_driver "${problem[@]}" --schedule dynamic,2
    like_serial "$mpiexec" "${mpi_flags[@]}" -np 2 ./mpi_driver "${problem[@]}" --schedule guided
    if ./mpi_driver -t 2 -n 10 -r 1 >"$scratch/out" 2>&1; then
      like_serial "$mpiexec" "${mpi_flags[@]}" -np 2 ./mpi_driver "${problem[@]}" -t 2
    fi
  fi
done <<'END'
sumsq -n 1234567 -g 1000 -r 2
stencil -n 77 -g 1 -r 2
stencil -n 120 -s iterations=2 -g 13 -r 2
END
