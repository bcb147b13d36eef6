#!/bin/sh
# synthetic.sh SYNTHETIC DUMP_DATASET: runs of known truth through the reader: what was planted is
# there, and the order of the rows does not matter.
set -eu
synthetic=$1
dump=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
failed=0

fail() {
  echo "synthetic.sh: $*" >&2
  failed=1
}

# has TEXT: the last dump has such a line.
has() {
  grep -q -- "$1" "$folder/dump" || fail "no line '$1' in the dump of: $arguments"
}

# lacks TEXT: the last dump has no such line.
lacks() {
  if grep -q -- "$1" "$folder/dump"; then fail "a line '$1' in the dump of: $arguments"; fi
}

# read_run ARGUMENT...: makes a run, dumps it, and compares with a dump of the shuffled rows.
read_run() {
  arguments=$*
  "$synthetic" "$@" "$folder/run"
  "$dump" "$folder/run/samples.csv" >"$folder/dump"
  mkdir -p "$folder/shuffled"
  head -n 1 "$folder/run/samples.csv" >"$folder/shuffled/samples.csv"
  # In an order of its own: by a column in the middle, backwards.
  tail -n +2 "$folder/run/samples.csv" | sort -t , -k 25 -r >>"$folder/shuffled/samples.csv"
  cp "$folder/run/run.json" "$folder/shuffled/"
  "$dump" "$folder/shuffled/samples.csv" >"$folder/again" || fail "shuffled rows: $*"
  cmp -s "$folder/dump" "$folder/again" || fail "another order of rows, another dataset: $*"
}

# Without noise, every time is the truth: 1 ms, times 1.25 for threads, over 4 cores.
read_run --sigma 0 --ratio threads=1.25 --cores 4 --launches 2 --reps 2
has 'rows 12 truncated 0 batched 0'
has 'launch 1 round 1 .* median 0.001'
has 'launch 2 round 2 .* median 0.0003125'
[ "$(sed -n 's/.*threads,,4,node01,//p' "$folder/run/truth.csv")" = 0.0003125 ] || fail 'truth.csv'

read_run --kernels sumsq,wait --models serial,threads,async,hybrid --cores 1,2,4 --launches 6 \
  --failures 0.2 --retry --broken async --order random --builds gcc,clang --hosts a,b
has 'async clang'
has 'hybrid 2t gcc'
has 'timeout'
has 'superseded [1-9]'
lacks 'batched 1'

read_run --order batch --launches 3
has 'batched 1'

read_run --order batch --launches 1
has 'batched 0'

# A run that is still being written.
"$synthetic" --launches 2 --cut 30 "$folder/run"
"$dump" "$folder/run/samples.csv" >"$folder/dump"
arguments='--cut 30'
has 'rows 15 truncated [1-9]'

# 10,000 points whose launches lie far apart in the file.
arguments='--sizes 2500 --kernels sumsq,dgemm'
# shellcheck disable=SC2086 # words
"$synthetic" --launches 2 --reps 1 --warmup 0 $arguments "$folder/run"
"$dump" "$folder/run/samples.csv" >"$folder/dump"
has 'rows 20000'
has '^point 9999 '
lacks '^point 10000 '

# The same arguments, the same bytes; another seed, others.
"$synthetic" --seed 3 "$folder/first"
"$synthetic" --seed 3 "$folder/second"
"$synthetic" --seed 4 "$folder/third"
cmp -s "$folder/first/samples.csv" "$folder/second/samples.csv" || fail 'not reproducible'
if cmp -s "$folder/first/samples.csv" "$folder/third/samples.csv"; then fail 'the seed is ignored'; fi
exit "$failed"
