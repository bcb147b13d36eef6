#!/usr/bin/env bash
# Each kernel and its peer, launch by launch in turn. docs/benchmarks.md says why what is compared
# is the same work, counted and timed alike.
# shellcheck disable=SC2317  # what is compared are functions that row() calls by name
set -euo pipefail
# shellcheck source=bench/lib.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib.sh"

usage() {
  cat <<'END'
Usage: bench/peers.sh [OPTION]...
Compares each kernel with its peer, on one core, on two threads and on two
processes. Prints their rates, the ratio with its interval over rounds of
interleaved launches, the target, and our fraction of a limit of the machine,
measured on the same cores just before the row: the bandwidth of a copy, the
rate of a matrix product, or a bare loop (of flags, of MPI's calls).

  --only KERNEL,...  these kernels (all)
  --list             list the comparisons, and do nothing else
  --prk DIR          a checkout of the Parallel Research Kernels (see below)
  --hpcc PROGRAM     HPCC's program; "auto": hpcc if installed; "none": without
                     (auto)
  --huge-pages       request huge pages for PRK, HPCC and Python too, as Quartet
                     does for itself (glibc.malloc.hugetlb=1; from glibc 2.35)
  --quick            small sizes: only checks that everything runs
  --build DIR        Quartet's build folder (build)
  --isa v2|v3|v4     Quartet for processors of that level of x86-64 (v3: AVX2, no
                     AVX-512), built in build-isa-LEVEL; the peers as they are
  --rounds R         launches of each (7)

A missing peer is reported and skipped. To have all of them:
  ./quickstart.sh --peers           HPCC, Python, OpenBLAS: Debian's packages
  git clone --depth 1 https://github.com/ParRes/Kernels ~/Kernels
  scripts/build_prk.sh ~/Kernels    the Parallel Research Kernels
HPCC's launches take the longest by far: --hpcc none omits them.

Examples:
  bench/peers.sh --prk ~/Kernels
  bench/peers.sh --only stream,fft --rounds 20
  bench/peers.sh --isa v3 --only wavefront,transpose --prk ~/Kernels
  bench/peers.sh --quick --rounds 1 --hpcc none

Exit status: 0 measured, whatever the ratios; 2 usage error; 3 system error.
END
}

# In the order of the table. Each has a function rows_KERNEL below.
all_kernels=(sumsq stream stencil transpose dgemm sparse wavefront reduce barrier allreduce
  pingpong gups fft)
kernels=("${all_kernels[@]}")
action=list # the action of compare for a row; see walk
prk=''
hpcc=auto
isa=''
quick=false
list=false
huge_pages=false
scratch=/nonexistent # a temporary folder, once something is to be measured
hpcc_wanted=false    # whether a row needs HPCC's run

choose_kernels() { # choose_kernels LIST
  local kernel
  IFS=, read -ra kernels <<<"$1"
  for kernel in "${kernels[@]}"; do
    [[ " ${all_kernels[*]} " == *" $kernel "* ]] ||
      fail 2 "--only: '$kernel': must be one of: ${all_kernels[*]}"
  done
}

while (($#)); do
  take_option "$@"
  if ((taken == 0)); then
    taken=2
    case $1 in
    --list | --quick | --huge-pages) taken=1 ;;
    --only | --prk | --hpcc | --isa) (($# > 1)) || fail 2 "$1: needs a value; see --help" ;;
    *) fail 2 "$1: unknown argument; see --help" ;;
    esac
    case $1 in
    --list) list=true ;;
    --quick) quick=true ;;
    --huge-pages) huge_pages=true ;;
    --only) choose_kernels "$2" ;;
    --prk) prk=$2 ;;
    --hpcc) hpcc=$2 ;;
    --isa) isa=$2 ;;
    esac
  fi
  shift "$taken"
done

case $isa in
'') ;;
v2 | v3 | v4)
  root=$(readlink -f -- "$bench_folder/..")
  build=$root/build-isa-$isa
  {
    cmake -S "$root" -B "$build" -DCMAKE_BUILD_TYPE=Release -DQUARTET_NATIVE=OFF \
      -DCMAKE_C_FLAGS="-march=x86-64-$isa" >/dev/null
    cmake --build "$build" -j "$(nproc)" >/dev/null
  } || fail 3 "--isa $isa: cannot build $build"
  ;;
*) fail 2 "--isa: '$isa': must be one of: v2 v3 v4" ;;
esac

# ---- where a command runs ----

# Both sides on the same core: OpenMP would bind its one thread to it, and nothing binds the others.
one_core() {
  if [[ -n $first_core ]]; then
    taskset -c "$first_core" "$@"
  else
    "$@"
  fi
}
first_core=$(taskset -cp $$ 2>/dev/null | sed -E 's/.*: ([0-9]+).*/\1/') || first_core=''

declare -A place_words=([core]='1 core' [threads]='2 threads' [ranks]='2 ranks')
declare -A workers=([core]=1 [threads]=2 [ranks]=2)

# ---- what is missing ----

declare -A reported=()
missing() { # missing WORDS...: reports it once; fails
  [[ -n ${reported[$*]-} ]] || skipped "$@"
  reported[$*]=yes
  return 1
}

have_kernel() {
  [[ -n ${known_kernels-} ]] ||
    known_kernels=" $("$build/serial_driver" --list | awk '/^  / { print $1 }' | tr '\n' ' ')"
  [[ $known_kernels == *" $1 "* ]] || missing "$1: not a kernel of this build"
}

have_ours() { # have_ours PLACE
  local -A drivers=([core]=serial_driver [threads]=omp_driver [ranks]=mpi_driver)
  [[ -x $build/${drivers[$1]} ]] || missing "${drivers[$1]}: was not built (CMake says why)"
}

have_bench() { # have_bench PLACE PROGRAM
  [[ -x $build/bench_$2 ]] || missing "bench_$2: was not built (CMake says why)"
}

have_openblas() { # have_openblas PLACE
  have_bench "$1" openblas || return
  [[ $1 == core || -n $(threaded_openblas) ]] ||
    missing "OpenBLAS with threads (./quickstart.sh --peers)"
}

have_python() {
  command -v python3 >/dev/null || missing "Python (./quickstart.sh --peers)"
}

have_prk() { # have_prk PLACE FOLDER/PROGRAM
  local path=$prk/OPENMP/$2
  [[ $1 == ranks ]] && path=$prk/MPI1/$2
  [[ -n $prk ]] || missing "PRK (--prk DIR)" || return
  [[ -x $path ]] || missing "$path is not there (scripts/build_prk.sh)"
}
have_prk_twice() { have_prk "$@"; }

have_hpcc() {
  [[ $hpcc != none ]] || return
  [[ -n $hpcc ]] || missing "HPCC (--hpcc PROGRAM, or ./quickstart.sh --peers)"
}

# ---- ours, and the peers: functions that print the rate of one launch ----

per_second() { # per_second COUNT SECONDS
  awk -v c="$1" -v s="$2" 'BEGIN { if (!(s > 0)) exit 1; printf "%.6g\n", c / s }'
}

# ours PLACE SUMMARY COUNT ARGUMENT...: COUNT is what a repetition is worth, as the peer counts it;
# SUMMARY (mean, median, least) what the peer makes of its own repetitions.
ours() {
  local place=$1 summary=$2 count=$3 seconds command=()
  shift 3
  case $place in
  core) command=(one_core "$build/serial_driver") ;;
  threads) command=("$build/omp_driver" -t 2) ;;
  ranks) command=(mpi "$build/mpi_driver") ;;
  esac
  seconds=$("${command[@]}" "$@" --csv | "$build/bench_column" "--$summary" wall_s) || return
  per_second "$count" "$seconds"
}

# prk PLACE FOLDER/PROGRAM ARGUMENT...: the rate that it prints, if its own check holds. It prints a
# negative one with grouping of messages.
prk() {
  local place=$1 path=$2 command=()
  shift 2
  case $place in
  core) command=(one_core "$prk/OPENMP/$path" 1) ;;
  threads) command=("$prk/OPENMP/$path" 2) ;;
  ranks) command=(mpi "$prk/MPI1/$path") ;;
  esac
  "${command[@]}" "$@" | awk '/^Solution validates/ { right = 1 }
    /^Rate \((MB|MFlops)\/s\):/ { rate = 1e6 * $3 }
    /^Rate \(synch\/s\):/ { rate = $3 + 0 }
    END { if (!right || rate == 0) exit 1; printf "%.6g\n", rate < 0 ? -rate : rate }'
}

# The same, where an iteration of PRK's does what we count twice.
prk_twice() {
  local rate
  rate=$(prk "$@") && awk -v r="$rate" 'BEGIN { printf "%.6g\n", 2 * r }'
}

# bench PLACE PROGRAM COUNT ARGUMENT...: a program of this folder, which prints seconds.
bench() {
  local place=$1 path=$build/bench_$2 count=$3 seconds command=()
  shift 3
  [[ $place == core ]] && command=(one_core)
  [[ $place == ranks ]] && command=(mpi)
  seconds=$("${command[@]}" "$path" "$@" --median) || return
  per_second "$count" "$seconds"
}

# The build has the serial OpenBLAS, whose interface is the same.
openblas() { # openblas PLACE COUNT ARGUMENT...
  local libraries=''
  [[ $1 == core ]] || libraries=$(threaded_openblas)
  LD_LIBRARY_PATH=$libraries bench "$1" openblas "${@:2}" -t "${workers[$1]}"
}

threaded_openblas() {
  { compgen -G "$bench_folder/../build/peers/usr/lib/*/openblas-pthread" ||
    compgen -G "/usr/lib/*/openblas-pthread"; } | head -n 1
}

python() { # python PLACE N
  one_core python3 -c '
import statistics, sys, time
n, times = int(sys.argv[1]), []
for _ in range(3):
    start = time.perf_counter()
    total = sum(i * i for i in range(n))
    times.append(time.perf_counter() - start)
if total != n * (n - 1) * (2 * n - 1) // 6:
    sys.exit("Python: the sum is wrong")
print("%.6g" % (n / statistics.median(times)))' "$2"
}

hpcc() { # hpcc PLACE FIGURE FACTOR: of the run before
  awk -F= -v key="$2" -v factor="$3" '$1 == key && $2 > 0 { rate = factor * $2 }
    END { if (!rate) exit 1; printf "%.6g\n", rate }' "$scratch/hpccoutf.txt"
}

# A size that HPCC has chosen; 0 before its first run.
hpcc_size() {
  awk -F= -v key="$1" '$1 == key { size = $2 } END { print size + 0 }' \
    "$scratch/hpccoutf.txt" 2>/dev/null || echo 0
}

# ---- the table's engine ----

# compare PLACE WHAT PEER_NAME ASKED UNIT: one row, or what else `action` says. ASKED is "-" where
# nothing is. Beforehand: our=(SUMMARY COUNT KERNEL OPTION...) and their=(FUNCTION ARGUMENT...),
# which are given the place as well.
compare() {
  local place=$1 target=$4 name="$2, ${place_words[$1]} vs $3" kind=direct row_options
  row_options=(-m "$name" -u "$5")
  [[ $target == - ]] || row_options+=(--at-least "$target")
  [[ ${their[0]} == hpcc ]] && kind=hpcc
  if [[ $action == list ]]; then
    [[ $target == - ]] || target=">= $target"
    printf '%-10s %-40s %s\n' "${our[2]}" "$name" "$target"
  elif have_ours "$place" && "have_${their[0]}" "$place" "${their[@]:1}"; then
    [[ $kind == direct ]] || hpcc_wanted=true
    [[ $action != "$kind"* ]] || "compare_$action"
  fi
}

our_rate() { ours "$place" "${our[@]}"; }
# Called as $(peer_rate): what is exported here stays there.
peer_rate() {
  ask_for_pages
  "${their[0]}" "$place" "${their[@]:1}"
}

ask_for_pages() {
  [[ $huge_pages == false ]] || export GLIBC_TUNABLES=glibc.malloc.hugetlb=1
}

compare_direct() {
  if tune && limit_options; then
    row our_rate peer_rate "${row_options[@]}" "${limit[@]}"
  else
    printf '%s: could not run: %s\n' "$program" "${their[*]}" >&2
    failed=3
  fi
}

# limit_options: sets `limit` to bench_ratio's options for this row: the maximum rate, counted as
# ours is, that the machine has in this place just now. For rows that set bound=(WORD FUNCTION
# ARGUMENT...), it is the rate of that function. For the others it is the rate at which the work of
# a repetition would take no longer than its bytes between memory and core at the bandwidth of a
# copy, or its flops at the rate of a matrix product. Data that stay in the caches can exceed the
# first.
limit_options() {
  local rate
  limit=()
  [[ $quick == false ]] || return 0
  if ((${#bound[@]})); then
    rate=$("${bound[1]}" "$place" "${bound[@]:2}") || return
    limit=(--limit "$rate" --limited-by "${bound[0]}")
  else
    roofline
  fi
}

roofline() {
  local bandwidth peak n
  n=$(default_stream_size) &&
    bandwidth=$(ours "$place" least $((16 * n)) stream -s op=copy -n "$n" -r 3 -w 1) &&
    peak=$(ours "$place" least 2000000000 dgemm -n 1000 -r 3 -w 1) || return
  mapfile -t limit < <("$build/serial_driver" "${our[@]:2}" --work |
    awk -F, -v count="${our[1]}" -v bandwidth="$bandwidth" -v peak="$peak" '
      NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i }
      NR == 2 {
        memory = $column["work_traffic_byte"] / bandwidth; compute = $column["work_op"] / peak
        printf "--limit\n%.6g\n", (count / (memory > compute ? memory : compute))
        printf "--limited-by\n%s\n", (memory > compute ? "copy" : "dgemm")
      }')
}

# A peer's argument best:A:B:C is replaced by the one of them with which it is fastest here, the
# better of two launches each: a peer is compared with at its best.
tune() {
  local i value values best best_rate rate
  for i in "${!their[@]}"; do
    [[ ${their[i]} == best:* ]] || continue
    IFS=: read -ra values <<<"${their[i]#best:}"
    best_rate=0
    for value in "${values[@]}" "${values[@]}"; do
      their[i]=$value
      rate=$(peer_rate) || return
      if awk -v a="$rate" -v b="$best_rate" 'BEGIN { exit !(a > b) }'; then
        best=$value best_rate=$rate
      fi
    done
    their[i]=$best
  done
}

# HPCC prints all its figures in one run, which takes long. So its rows are measured together: in
# each round its run is followed, or preceded, by a launch of ours for each row.
hpcc_rounds() {
  local round
  declare -gA ours_now=() pairs=()
  for ((round = 0; round < rounds; round++)); do
    ((round % 2 == 0)) && { run_hpcc || return; }
    walk hpcc_ours
    ((round % 2 == 1)) && { run_hpcc || return; }
    walk hpcc_pair
  done
  walk hpcc_report
}

compare_hpcc_ours() {
  ours_now[$name]=$(our_rate) || {
    printf '%s: could not run: %s\n' "$program" "$name" >&2
    failed=3
  }
}

compare_hpcc_pair() {
  local rate
  if [[ -n ${ours_now[$name]} ]] && rate=$(peer_rate); then
    pairs[$name]+="${ours_now[$name]} $rate"$'\n'
  fi
}

compare_hpcc_report() {
  [[ -n ${pairs[$name]-} ]] || return 0
  limit_options || failed=3
  "$build/bench_ratio" "${row_options[@]}" "${limit[@]}" <<<"${pairs[$name]%$'\n'}"
}

# HPCC makes its sizes from HPL's: with 5000, vectors of 33 MB for STREAM, FFTs of 2^21 numbers, a
# table of 64 MiB for RandomAccess, or of 128 MiB on both processes.
run_hpcc() {
  local n
  n=$(size 5000 800)
  rm -f -- "$scratch/hpccoutf.txt"
  hpcc_input "$n" >"$scratch/hpccinf.txt"
  # One thread of the BLAS for each process, whichever BLAS is installed.
  if ! (
    ask_for_pages
    cd -- "$scratch" && OPENBLAS_NUM_THREADS=1 mpi "$hpcc"
  ) >"$scratch/hpcc.log" 2>&1 ||
    ! grep -q '^Success=1$' "$scratch/hpccoutf.txt"; then
    printf '%s: HPCC failed; the end of what it says:\n' "$program" >&2
    tail -n 5 -- "$scratch/hpcc.log" "$scratch/hpccoutf.txt" >&2
    failed=3
    return 1
  fi
}

hpcc_input() { # hpcc_input N: its file of settings, HPL's with four lines more
  cat <<END
HPLinpack benchmark input file
https://icl.utk.edu/hpcc
HPL.out      output file name
8            device out
1            # of problems sizes (N)
$1           Ns
1            # of NBs
128          NBs
0            PMAP process mapping
1            # of process grids (P x Q)
1            Ps
2            Qs
16.0         threshold
1            # of panel fact
2            PFACTs
1            # of recursive stopping criterium
4            NBMINs
1            # of panels in recursion
2            NDIVs
1            # of recursive panel fact.
1            RFACTs
1            # of broadcast
1            BCASTs
1            # of lookahead depth
1            DEPTHs
2            SWAP
64           swapping threshold
0            L1 in transposed form
0            U  in transposed form
1            Equilibration
8            memory alignment in double
##### what follows is PTRANS's, beside the above #####
0            Number of additional problem sizes for PTRANS
1200         values of N
0            number of additional blocking sizes for PTRANS
40           values of NB
END
}

# ---- the table: a function for each kernel ----

size() { # size FULL QUICK
  [[ $quick == true ]] && echo "$2" || echo "$1"
}

rows_sumsq() {
  local n
  n=$(size 10000000 100000)
  our=(median "$n" sumsq -n "$n" -r 10 -w 1)
  their=(python "$n")
  bound=("bare loop" bench bare "$n" -n "$n" -r 10)
  compare core "sumsq $n" CPython - /s
}

# The arrays of the kernel's default, which depends on this machine's caches.
stream_size() {
  [[ $action == direct ]] || { echo 0 && return; }
  [[ $quick == true ]] && echo 100000 && return
  default_stream_size
}
default_stream_size() {
  "$build/serial_driver" stream -r 1 -w 0 --csv | column n
}

rows_stream() {
  local n place op i=20
  local -A bytes=([triad]=24 [copy]=16)
  n=$(stream_size)
  for op in triad copy; do
    for place in core threads; do
      our=(median $((bytes[$op] * n)) stream -s "op=$op" -n "$n" -r "$i" -w 1)
      their=(bench stream_loop $((bytes[$op] * n)) -o "$op" -n "$n" -r "$i" -t "${workers[$place]}")
      # The compiler turns a copy into memcpy, which uses non-temporal stores as our kernel does.
      compare "$place" "stream $op" "plain loop" "$([[ $op == triad ]] && echo 1.25 || echo -)" B/s
    done
  done
  for place in core threads ranks; do
    our=(mean $((32 * n)) stream -s op=nstream -n "$n" -r "$i" -w 1)
    their=(prk Nstream/nstream "$i" "$n" 0)
    compare "$place" nstream PRK 1.2 B/s
  done
  # The minimum of nine after a warm-up; each process has its own vector, and HPCC reports the mean.
  n=$((2 * $(hpcc_size STREAM_VectorSize)))
  our=(least $((24 * n)) stream -s op=triad -n "$n" -r 9 -w 1)
  their=(hpcc StarSTREAM_Triad 2e9)
  compare ranks "stream triad" "HPCC Star" 1.25 B/s
}

rows_stencil() {
  local n place i=20
  n=$(size 4000 400)
  # A multiplication and an addition for each of 9 points, and an addition to the input.
  our=(mean $((19 * (n - 4) * (n - 4) * i)) stencil -n "$n" -s "iterations=$i" -r 1 -w 1)
  for place in core threads ranks; do
    their=(prk Stencil/stencil "$i" "$n")
    compare "$place" "stencil $n" PRK "$([[ $place == ranks ]] && echo 1.0 || echo 1.3)" flop/s
  done
}

rows_transpose() {
  local n place i=10
  n=$(size 4000 400)
  our=(mean $((16 * n * n * i)) transpose -n "$n" -s "iterations=$i" -r 1 -w 1)
  for place in core threads ranks; do
    their=(prk Transpose/transpose "$i" "$n" best:16:32:64)
    compare "$place" "transpose $n" PRK 3 B/s
  done
}

rows_dgemm() {
  local n place i=5
  n=$(size 2000 200)
  our=(median $((2 * n * n * n)) dgemm -n "$n" -r "$i" -w 1)
  their=(openblas $((2 * n * n * n)) -n "$n" -r "$i" -w 1)
  for place in core threads; do
    compare "$place" "dgemm $n" OpenBLAS 0.97 flop/s
  done
  n=$(size 1200 120)
  our=(mean $((2 * n * n * n)) dgemm -n "$n" -r "$i" -w 1)
  for place in core threads; do
    their=(prk DGEMM/dgemm "$i" "$n" best:32:64:128)
    compare "$place" "dgemm $n" PRK 0.97 flop/s
  done
  # The blocks of the local products, and the columns that are sent at a time, are of one size.
  their=(prk DGEMM/dgemm "$i" "$n" best:32:64:128 1)
  compare ranks "dgemm $n" PRK 0.97 flop/s
  # One call each; every process has matrices of its own; HPCC reports the mean of both rates.
  n=$(hpcc_size DGEMM_N)
  our=(mean $((4 * n * n * n)) dgemm -n "$n" --jobs 2 -r 1 -w 0)
  their=(hpcc StarDGEMM_Gflops 2e9)
  compare ranks "dgemm" "HPCC Star" 0.97 flop/s
}

rows_sparse() {
  local log2 nonzeros place i=5
  log2=$(size 22 14)
  nonzeros=$(((1 << log2) * (4 * 4 + 1)))
  our=(mean $((2 * nonzeros)) sparse -n "2^$((log2 / 2))" -s radius=4 -r "$i" -w 1)
  their=(prk Sparse/sparse "$i" $((log2 / 2)) 4)
  for place in core threads ranks; do
    compare "$place" "sparse 2^$log2 rows" PRK 2 flop/s
  done
}

rows_wavefront() {
  local n place i=20
  n=$(size 4000 400)
  our=(mean $((2 * (n - 1) * (n - 1))) wavefront -n "$n" -r "$i" -w 1)
  for place in core threads ranks; do
    their=(prk Synch_p2p/p2p "$i" "$n" "$n" best:1:8:64)
    [[ $place == core ]] && their=(prk Synch_p2p/p2p "$i" "$n" "$n")
    compare "$place" "wavefront $n" PRK 1.5 flop/s
  done
}

rows_reduce() {
  local n place i=10
  n=$(size 20000000 200000)
  # PRK has two vectors for each of P workers, and counts (2P - 1) n additions.
  our=(mean $((3 * n)) reduce -n "$n" -s vectors=4 -s result=root -r "$i" -w 1)
  their=(prk Reduce/reduce "$i" "$n" best:binary-p2p:long-optimal)
  compare threads "reduce $n" PRK 1.5 flop/s
  their=(prk Reduce/reduce "$i" "$n")
  compare ranks "reduce $n" PRK 1.5 flop/s
}

rows_barrier() {
  local n
  n=$(size 200000 2000)
  our=(mean "$n" barrier -n "$n" -r 1 -w 1)
  # With the shortest string. PRK counts iterations: with threads an iteration is one exchange of
  # data, as one of our steps, but has two barriers; with processes it has one gather.
  local flags=(bench flag_bare 1 -o barrier -k $((n / 10)) -r 10)
  local mpi=(bench mpi_bare 1 -o barrier -k $((n / 10)) -r 10)
  their=(prk Synch_global/global "$n" 2)
  bound=(flags "${flags[@]}")
  compare threads barrier PRK 1 /s
  bound=(MPI "${mpi[@]}")
  compare ranks barrier PRK - /s
  their=(prk_twice Synch_global/global "$n" 2)
  bound=(flags "${flags[@]}")
  compare threads barrier "PRK's barriers" - /s
  n=$((n / 10))
  our=(median "$n" barrier -n "$n" -r 10 -w 1)
  their=(bench omp_bare 1 -t 2 -k "$n" -r 10)
  compare threads barrier OpenMP - /s
  their=("${flags[@]}")
  compare threads barrier flags 0.95 /s
  their=("${mpi[@]}") bound=(MPI "${mpi[@]}")
  compare ranks barrier MPI 0.95 /s
}

rows_allreduce() {
  local n i
  i=$(size 10000 100)
  for n in 1 4096; do
    our=(median "$i" allreduce -n "$n" -s "rounds=$i" -r 10 -w 1)
    their=(bench mpi_bare 1 -o allreduce -n "$n" -k "$i" -r 10) bound=(MPI "${their[@]}")
    compare ranks "allreduce $n" MPI "$([[ $n == 1 ]] && echo 0.95 || echo -)" /s
  done
}

rows_pingpong() {
  local i
  i=$(size 10000 100)
  our=(median $((2 * i)) pingpong -n 8 -s "rounds=$i" -r 10 -w 1)
  their=(bench flag_bare 2 -o pingpong -k "$i" -r 10) bound=(flags "${their[@]}")
  compare threads "pingpong 8 B" flags 0.95 /s
  their=(bench mpi_bare 2 -o pingpong -n 8 -k "$i" -r 10) bound=(MPI "${their[@]}")
  compare ranks "pingpong 8 B" MPI 0.95 /s
  i=$(size 200 10)
  our=(median $((2 * i << 20)) pingpong -n 1Mi -s "rounds=$i" -r 10 -w 1)
  their=(bench mpi_bare $((2 << 20)) -o pingpong -n 1Mi -k "$i" -r 10) bound=(MPI "${their[@]}")
  compare ranks "pingpong 1 MiB" MPI 0.98 B/s
}

rows_gups() {
  local n
  # Once, without a launch before it.
  n=$(hpcc_size RandomAccess_N)
  our=(mean $((4 * n)) gups -n "$n" -s updates=4 -r 1 -w 0)
  their=(hpcc SingleRandomAccess_GUPs 1e9)
  compare core gups "HPCC Single" 1.5 UP/s
  n=$(hpcc_size MPIRandomAccess_N)
  our=(mean $((4 * n)) gups -n "$n" -s updates=4 -r 1 -w 0)
  their=(hpcc MPIRandomAccess_GUPs 1e9)
  compare ranks gups "HPCC MPI" 1.5 UP/s
}

rows_fft() {
  local log2 count n
  log2=$(size 21 12)
  count=$((5 * log2 << log2))
  our=(median "$count" fft -n "2^$log2" -r 10 -w 1)
  their=(bench fftw "$count" -n "2^$log2" -r 10 -w 1 -f "$scratch/wisdom" -p best:out:in)
  compare core "fft 2^$log2" FFTW 0.95 flop/s
  # Once, without one before it.
  n=$(hpcc_size MPIFFT_N)
  our=(mean "$(fft_flop "$n")" fft -n "$n" -r 1 -w 0)
  their=(hpcc MPIFFT_Gflops 1e9)
  compare ranks fft "HPCC MPI" 1.7 flop/s
}

fft_flop() {
  awk -v n="$1" 'BEGIN { flop = 5 * n * log(n > 0 ? n : 1) / log(2); printf "%.0f\n", flop }'
}

# walk ACTION: does it with each row of the table.
walk() {
  local kernel our their bound
  action=$1
  for kernel in "${kernels[@]}"; do
    bound=() # see limit_options
    if [[ $action == list ]] || have_kernel "$kernel"; then
      "rows_$kernel"
    fi
  done
}

if [[ $list == true ]]; then
  walk list
  exit 0
fi
open_build
case $hpcc in
none) ;;
auto) hpcc=$(type -P hpcc) || hpcc='' ;;
*) hpcc=$(type -P "$hpcc") || fail 2 "--hpcc: no such program" ;;
esac
[[ -z $prk ]] || prk=$(readlink -f -- "$prk") || fail 2 "--prk: no such folder"
scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT
header
walk direct
[[ $hpcc_wanted == false ]] || hpcc_rounds
finish
