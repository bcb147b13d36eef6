#!/usr/bin/env bash
# processor.sh: on a processor that lacks an instruction set for which it was compiled, a program
# ends with a message before main() and not with SIGILL.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
case $(uname -m) in x86_64) ;; *) skip "not x86-64" ;; esac
compiler=${QUARTET_COMPILER:-cc}
lacks="which this one lacks; build on this machine, or with cmake -DQUARTET_NATIVE=OFF"

# The check with a main() that would end otherwise. No processor since Xeon Phi has avx512er.
cat >"$scratch/main.c" <<'END'
int main(void) { return 42; }
END
sources=("$scratch/main.c" "$QUARTET_SOURCE/common/cpu_start.c")
build() { # build FLAGS...: $scratch/program, whose code is compiled with these flags
  "$compiler" -std=c17 -D_GNU_SOURCE -I"$QUARTET_SOURCE" "$@" -c "$QUARTET_SOURCE/common/cpu_compiled.c" \
    -o "$scratch/compiled.o" &&
    "$compiler" -std=c17 -D_GNU_SOURCE -I"$QUARTET_SOURCE" "${sources[@]}" "$scratch/compiled.o" \
      -o "$scratch/program"
}
check "it compiles" build
run "$scratch/program"
exits 42
check "it compiles" build -march=native
run "$scratch/program"
exits 42
silent
if build -mavx512er 2>"$scratch/refused" && ! grep -qw avx512er /proc/cpuinfo; then
  run "$scratch/program"
  exits 3
  same "standard output" "" "$out"
  complains "program: compiled for a processor with "
  complains "avx512er, $lacks"
fi

# Each feature alone, reported as missing.
macros=$("$compiler" -march=native -dM -E -x c /dev/null)
build -march=native
sed -n 's/^  X(\([a-z0-9_]*\), \([A-Za-z0-9_]*\),.*/\1 \2/p' "$QUARTET_SOURCE/common/cpu.h" >"$scratch/features"
check "features are listed" test "$(wc -l <"$scratch/features")" -gt 30
compiled=()
while read -r name macro; do
  run env QUARTET_CPU_WITHOUT="other,$name" "$scratch/program"
  if grep -q "^#define $macro 1$" <<<"$macros"; then
    compiled+=("$name")
    exits 3
    complains "compiled for a processor with $name, $lacks"
  else
    exits 42
  fi
done <"$scratch/features"

# The programs of this build: drivers require the instruction sets of their kernels, others do not.
for driver in serial_driver omp_driver mpi_driver async_driver; do
  [ -x "$QUARTET_BUILD/$driver" ] || continue
  "$QUARTET_BUILD/$driver" --build >"$scratch/build"
  case $(cat "$scratch/build") in *-march=native*) ;; *) continue ;; esac
  for name in "${compiled[@]}"; do
    run env QUARTET_CPU_WITHOUT="$name" "$QUARTET_BUILD/$driver" -n 1000 -r 1
    exits 3
    complains "$driver: compiled for a processor with $name, $lacks"
    same "standard output" "" "$out"
  done
done
for program in sweep report delay_server; do
  [ -x "$QUARTET_BUILD/$program" ] || continue
  run env QUARTET_CPU_WITHOUT="$(IFS=,; echo "${compiled[*]}")" "$QUARTET_BUILD/$program" --version
  case $(cat "$scratch/build") in *-march*native*-march*native*) exits 3 ;; *) exits 0 ;; esac
done
