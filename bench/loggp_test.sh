#!/usr/bin/env bash
# loggp_test.sh BENCH_LOGGP: that the fit finds the parameters that data were made from, in spite of
# noise and outliers, and says so when the data are of another kind.
set -euo pipefail
# Numbers have a decimal point, whatever the user's locale is.
export LC_ALL=C

loggp=$1
errors=0

# make KIND: round trips of L = 2 us, o = 0.5 us, g = 1 us, G = 1 ns, d = 30 us: with 2 % of noise
# and one time in twenty three times as long (noisy), or without, but with a protocol that takes
# 20 us more from 8192 bytes on (broken).
make() {
  awk -v kind="$1" '
    function noise() { return kind == "noisy" ? (1 + 0.04 * (rand() - 0.5)) * (rand() < 0.05 ? 3 : 1) : 1 }
    function trip(s, b, d,   one, gap) {
      one = 2e-6 + 2 * 0.5e-6 + (s > 0 ? (s - 1) * 1e-9 : 0) + (kind == "broken" && s >= 8192 ? 20e-6 : 0)
      gap = 1e-6 + (s > 0 ? (s - 1) * 1e-9 : 0)
      if (s == 0) return 1e-7 * (b + 1) + (b - 1) * d
      return 2 * one + (b - 1) * (d + 0.5e-6 > gap ? d + 0.5e-6 : gap)
    }
    BEGIN {
      srand(7)
      for (r = 0; r < 9; r++)
        for (s = 0; s <= 16384; s = s == 0 ? 1 : s == 1 ? 2048 : s + 2048) {
          for (b = 1; b <= 64; b *= 4)
            print r, s, b, 0, trip(s, b, 0) * noise()
          print r, s, 64, 1000, trip(s, 64, 30e-6) * (s == 0 ? 1 : noise())
        }
    }'
}

# parameter NAME LOW HIGH UNIT: what was found, in that unit, lies between the two.
parameter() {
  local value
  value=$(awk -v name="$1" -v unit="$4" '$1 == name {
    for (i = 2; i < NF; i++) if ($i ~ /^-?[0-9.]+$/) { print ($(i + 1) ~ unit ? $i : "in " $(i + 1)); exit } }' <<<"$found")
  awk -v v="$value" -v low="$2" -v high="$3" 'BEGIN { exit !(v + 0 >= low && v + 0 <= high) }' && return
  printf '%s: expected %s to %s %s, found %s\n' "$1" "$2" "$3" "$4" "$value" >&2
  errors=$((errors + 1))
}

found=$(make exact | "$loggp") || errors=$((errors + 1))
parameter L 1.99 2.01 us
parameter o 499 501 ns
parameter g 0.99 1.01 us
parameter G 0.99 1.01 ns
[[ $found == *'at worst'*'the model fits'* ]] || errors=$((errors + 1))

found=$(make noisy | "$loggp") || errors=$((errors + 1))
parameter L 0.5 3.5 us
parameter g 0.8 1.2 us
parameter G 0.97 1.03 ns

found=$(make broken | "$loggp") && errors=$((errors + 1))
[[ $found == *'the model does not fit'* ]] || errors=$((errors + 1))

# Data that cannot be fitted are refused.
make exact | grep -v '^3 2048 4 ' | "$loggp" 2>/dev/null && errors=$((errors + 1))
echo '0 1 1 0 -1' | "$loggp" 2>/dev/null && errors=$((errors + 1))
"$loggp" </dev/null 2>/dev/null && errors=$((errors + 1))
if ((errors)); then
  printf '%s\n' "$found" >&2
  exit 1
fi
