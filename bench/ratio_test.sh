#!/usr/bin/env bash
# ratio_test.sh BENCH_RATIO: checks median, interval and judgement in a row of the table.
set -euo pipefail
# Numbers have a decimal point, whatever the user's locale is.
export LC_ALL=C

ratio=$1
errors=0

# expect WORDS OPTION...: the row made from standard input has these words, or else is shown.
expect() {
  local words=$1 row
  shift
  row=$("$ratio" "$@" | tr -s ' ')
  [[ $row == *"$words"* ]] && return
  printf 'expected: %s\nfound:    %s\n' "$words" "$row" >&2
  errors=$((errors + 1))
}

# 2, 3, ... 8 over 2: the interval of 7 at 95 % is the whole range
seven() { printf '%s 2\n' 3 2 8 7 6 5 4; }
seven | expect '5.00 s 2.00 s 2.500 [1.000, 4.000] of 7 >= 0.900 yes' -u s -a 0.9
seven | expect '>= 2.000 yes, unsure' -u s -a 2
seven | expect '<= 2.400 no, unsure' -u s -b 2.4
seven | expect '>= 4.500 no' -u s -a 4.5
seven | expect '+3.00 s [+0 s, +6.00 s] of 7 <= +7.00 s yes' -u s -k difference -b 7
seven | expect '5.00 s [2.00 s, 8.00 s] of 7 2.00 s to 8.00 s yes' -u s -k alone -a 2 -b 8
seven | expect '>= 0.900 yes 0.50 copy' -u s -a 0.9 -l 10 -L copy
echo '3e-8' | expect '30.0 ns - 30.0 ns (too few for an interval) <= 50.0 ns yes' -u s -k alone -b 5e-8
echo '1 nan' | "$ratio" 2>/dev/null && errors=$((errors + 1))
echo '1' | "$ratio" 2>/dev/null && errors=$((errors + 1))
"$ratio" </dev/null 2>/dev/null && errors=$((errors + 1))
((errors == 0))
