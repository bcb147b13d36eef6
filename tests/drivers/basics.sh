#!/usr/bin/env bash
# basics.sh DRIVER: what every driver does, as a user calls it from the build folder.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
driver=$1
has "$driver"
if [ "$driver" = mpi_driver ]; then mpi_setup; fi # run without mpirun: one process
me=./$driver

# No argument at all.
run "$me"
exits 0
silent
says 333333283333335000000
says exact
says "10 repetitions"

# Sizes, as people write them; the values are those of another program: python3 -c
# "print(sum(i * i for i in range(n)))".
while read -r size n value; do
  # A start of MPI takes long: fewer sizes there.
  case $driver-$size in mpi_driver-0 | mpi_driver-1 | mpi_driver-2 | mpi_driver-1e7 | mpi_driver-1.5e3) continue ;; esac
  run "$me" -r 1 --size "$size"
  exits 0
  silent
  says "n = $n ("
  says " $value (exact)"
done <<'END'
0 0 0
1 1 0
2 2 1
1e3 1000 332833500
1e7 10000000 333333283333335000000
10_000_000 10000000 333333283333335000000
2^20 1048576 384306618446643200
64Ki 65536 93822844764160
1.5e3 1500 1123875250
3810778 3810778 18446735571075162805
END

run "$me" sumsq --jobs 4 -n 1e5 --reps 1 --warmup 0
exits 0
says "4 jobs"
says " 333328333350000 (exact)"
run "$me" -r1 -w0 -n5 -g2
exits 0
says " 30 (exact)"

run "$me" stencil -n 100 -s iterations=3 -r 2 -w 1
exits 0
says "(exact)"
run "$me" wait -n 3 -s delay=1ms -r 1
exits 0
says "delay = 1ms"
says " 3 (exact)"

# Options may follow the kernel or stand before it, be cut short, and hold on to their value.
run "$me" -n 1000 sumsq -r 1
exits 0
says 332833500
run "$me" --size=1000 --rep=1 -- sumsq
exits 0
says 332833500
run env POSIXLY_CORRECT=1 "$me" sumsq -n 1000
exits 0
says 332833500
run "$me" -n 3 -n 1000 -r 1 # the last one counts
exits 0
says 332833500
run "$me" wait -n 1 -r 1 -s delay=1h -s delay=2ms
exits 0
says "delay = 2ms"

# Each kernel of the sources is listed and described.
run "$me" --list
exits 0
silent
check "lines of at most 80 columns" test "$(awk 'length > 80' "$scratch/out" | wc -l)" -eq 0
# Continuation lines are indented far to the right.
unfold() { sed -E ':a; N; $!ba; s/\n {15,}/ /g'; }
unfold <"$scratch/out" | sed 's/^  *\([a-z0-9_]*\)  */\1: /' >"$scratch/summaries"
kernels=$(awk '/^  [a-z]/ { print $1 }' "$scratch/out")
same "kernels" "$(sed -n '/^set(QUARTET_KERNELS/,/)/p' "$QUARTET_SOURCE/kernels/CMakeLists.txt" |
  sed 's/set(QUARTET_KERNELS//; s/)//' | tr -s ' ' '\n' | sed '/^$/d' | sort | paste -sd ' ' -)" "$(echo "$kernels" | sort | paste -sd ' ' -)"
for kernel in $kernels; do
  run "$me" --describe "$kernel"
  exits 0
  silent
  says "$kernel: "
  says "--size N"
  says "phases:"
  says "Verification: "
  summary=${out%%$'\n\n'*}
  check "one summary, in --list and in --describe" grep -qxF "${summary//$'\n  '/ }" "$scratch/summaries"
  check "lines of at most 80 columns" test "$(awk 'length > 80' "$scratch/out" | wc -l)" -eq 0
done

run "$me" --version
exits 0
silent
same "version" "$driver (Quartet) $(sed -n 's/^project(quartet VERSION \([0-9.]*\).*/\1/p' "$QUARTET_SOURCE/CMakeLists.txt")" "$out"

run "$me" --build
exits 0
silent
for fact in version git_revision git_dirty compiler compiler_path build_type kernel_flags sanitizers mpi; do
  check "--build prints $fact" grep -q "^$fact: " <<<"$out"
done

# Every option that --help lists is one that the driver takes, by its long and its short name.
run "$me" --help
exits 0
silent
help=$out
says "Usage: $driver [OPTION]... [KERNEL]"
check "lines of at most 80 columns" test "$(awk 'length > 80' <<<"$help" | wc -l)" -eq 0
options=$(sed -n 's/^  \(-.,\|   \) --\([a-z-]*\)\(\[=[A-Z]*\]\| [^ ]*\|\).*/\1 \2 \3/p' <<<"$help" | tr -d ',')
check "more options than that" test "$(wc -l <<<"$options")" -ge 11
for option in size jobs set reps warmup grain csv list describe version help; do
  check "--help lists --$option" grep -q -- " $option" <<<"$options"
done
while read -r first second third; do
  short='' name=$first argument=$second
  case $first in -*) short=$first name=$second argument=$third ;; esac
  case $name in
  set) value=delay=1us ;;
  describe) value='wait' ;;
  schedule) value=static ;;
  bind) value=none ;;
  time-limit) value=1m ;;
  lock) value=none ;;
  switch-interval) value=5ms ;;
  overlap) value=on ;;
  work-by) value=bytes ;;
  *) value=1 ;;
  esac
  case $argument in
  "") words=("--$name") ;;
  "[=FILE]") words=("--$name=$scratch/$name.out") ;;
  "["*) words=("--$name=1") ;;
  *) words=("--$name" "$value") ;;
  esac
  [ "$name" = describe ] || words+=(wait -n 2 -s delay=0s -r 1)
  run "$me" "${words[@]}"
  exits 0
  silent
  if [ -n "$short" ] && [ "$driver" != mpi_driver ]; then
    words[0]=$short
    run "$me" "${words[@]}"
    exits 0
    silent
  fi
done <<<"$options"

# From another folder, by another name, and with next to no environment.
here=$PWD
run env -i HOME="$scratch" PATH=/usr/bin:/bin OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 \
  TSAN_OPTIONS="$TSAN_OPTIONS" ASAN_OPTIONS="$ASAN_OPTIONS" \
  sh -c "cd '$scratch' && '$here/$driver' -n 1000 -r 1"
exits 0
says 332833500
