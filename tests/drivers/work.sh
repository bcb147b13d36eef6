#!/usr/bin/env bash
# work.sh: --work prints the same figures as the rows of a run, and finds the nearest sizes.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
has serial_driver
ran_work_op=''
columns=work_op,work_byte,work_traffic_byte,work_message

# value COLUMN LINE: a cell of a line of --work's answer (1: the first problem).
value() {
  column "$scratch/out" "$1" | sed -n "${2}p"
}

# A run's rows say the same of the same problem.
run ./serial_driver dgemm -n 100 --jobs 3 -r 1 -w 0 --csv
exits 0
for name in ${columns//,/ }; do
  declare "ran_$name=$(value "$name" 1)"
done
run ./serial_driver dgemm --work=50,100:3
exits 0
silent
for name in ${columns//,/ }; do
  ran=ran_$name
  same "$name" "$(printf '%.6g' "${!ran}")" "$(printf '%.6g' "$(value "$name" 2)")"
done
check "it is some work" test "$(value work_op 2)" != 0
run ./serial_driver dgemm --size 100 --jobs 3 --work
same "of --size and --jobs" "$ran_work_op" "$(value work_op 1)"
run ./serial_driver stencil --work=1000,1000:1:4,1000:8:4
same "messages of 1 part, 4 parts, and of jobs" "0 6 0" \
  "$(column "$scratch/out" work_message | paste -sd " ")"

# nearest MULTIPLE KERNEL N FACTOR COLUMN [OPTION...]: no neighbour of the size that was found is
# nearer to the requested work.
nearest() {
  local step=$1 kernel=$2 n=$3 factor=$4 name=$5 found low high
  shift 5
  run ./serial_driver "$kernel" "$@" "--work=$n*$factor" --work-multiple "$step"
  exits 0
  found=$(value size 1)
  case $kernel in
  fft | gups | sparse) low=$((found / 2)) high=$((found * 2)) ;;
  *) low=$((found - step)) high=$((found + step)) ;;
  esac
  same "a multiple of $step" 0 "$((found % step))"
  run ./serial_driver "$kernel" "$@" "--work=$n,$low,$found,$high"
  exits 0
  # shellcheck disable=SC2016
  check "size $found is the nearest" awk -v factor="$factor" '
    function far(x) { return x > wanted ? x - wanted : wanted - x }
    NR == 1 { wanted = $1 * factor } NR == 2 { low = $1 } NR == 3 { at = $1 } NR == 4 { high = $1 }
    END { exit !(NR == 4 && low < at && at < high && far(at) <= far(low) && far(at) <= far(high)) }
  ' <(column "$scratch/out" "$name")
}
nearest 1 sumsq 1000 8 work_op
nearest 1 dgemm 1000 2 work_op
nearest 1 dgemm 1000 2 memory_byte --work-by memory
nearest 16 dgemm 1000 3 work_byte --work-by bytes
nearest 1 cg 300 5 work_op -s dimensions=3
nearest 8 nbody 1000 64 work_op
nearest 1 fft 2^20 4 work_op
nearest 1 gups 2^20 3 work_op
nearest 1 sparse 256 4 work_op
nearest 1 stencil 1000 0.25 work_op

# How well it is met.
run ./serial_driver dgemm "--work=1000*8,1000"
same "exactly 8 times" "2000 1.000000" "$(value size 1) $(value met 1)"
same "the size itself" "1000 1.000000" "$(value size 2) $(value met 2)"
run ./serial_driver fft "--work=2^20*3"
same "powers of two" "2097152 0.700000" "$(value size 1) $(value met 1)"

# What cannot be.
while IFS='|' read -r words message; do
  read -ra words <<<"$words"
  run ./serial_driver "${words[@]}"
  exits 2
  complains "$message"
done <<'END'
sumsq --work=5x|--work: '5x': unexpected 'x'
sumsq --work=5;6|unexpected ';'
sumsq --work=5:0|--work: '0'
sumsq --work=5:1:2:3|unexpected ':'
sumsq --work=5*0|--work: '0'
sumsq --work=5*nan|--work: 'nan'
sumsq --work=,|--work: ''
sumsq --work=0*2|does not grow with n
sumsq --work=1e12*2|no size has 2 times the work
allreduce --work=1*2|does not grow with n; see --work-by
sumsq --work=10*2 --work-by memory|does not grow with n; see --work-by
sumsq --work --work-by time|--work-by: 'time' must be one of: operations, bytes, memory
gups -n 1000 --work|--size: '1000': must be a power of two, as are 512 and 1024
END
