#!/usr/bin/env bash
# cost.sh LIBRARY MANAGED [ROUNDS]: what a program in C pays for going through the C interface. Both programs do the same work, the
# one on libsshcore.so in the folder LIBRARY, the other, MANAGED, on core itself, and both are compiled ahead of time. They run in
# turn, so that a noisy machine is as noisy for both; the ratio is the median of the rounds' ratios.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
library=$1 managed=$2 rounds=${3:-31}
export LC_ALL=C
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
build() { # NAME: one of the C programs
  "${CC:-gcc}" -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -O2 -Ihosts/Native/include -Ihosts/Native/examples \
    "tests/Native/Programs/$1.c" -L"$library" -lsshcore -Wl,-rpath,"$library" -o "$work/$1"
}
build throughput
build cost
for ((i = 0; i < rounds; i++)); do
  # Who goes first changes, too.
  if ((i % 2)); then
    c=$("$work/throughput" 512) m=$("$managed" 512)
  else
    m=$("$managed" 512) c=$("$work/throughput" 512)
  fi
  echo "$c $m"
done >"$work/rounds"
median() { sort -n | awk '{ v[NR] = $1 } END { printf "%.4f", NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
least() { sort -n | head -n 1; }
echo "CPU s for 512 MiB, median: from C $(awk '{ print $1 }' "$work/rounds" | median), core itself $(awk '{ print $2 }' "$work/rounds" | median)"
echo "from C / core itself: median $(awk '{ print $1 / $2 }' "$work/rounds" | median) of $rounds rounds," \
  "least of each $(awk -v c="$(awk '{ print $1 }' "$work/rounds" | least)" -v m="$(awk '{ print $2 }' "$work/rounds" | least)" 'BEGIN { printf "%.4f", c / m }')"

# Instructions do not depend on what else the machine does. Two lengths, so that the start and the log-in drop out.
if command -v valgrind >/dev/null; then
  instructions() { # PROGRAM MEBIBYTES; the runtime reserves address space, which valgrind has less of
    DOTNET_GCHeapHardLimit=0x10000000 timeout 300 valgrind --tool=cachegrind --cache-sim=no --cachegrind-out-file=/dev/null "$1" "$2" 2>&1 |
      sed -n 's/.*I *refs: *//p' | tr -d ,
  }
  c=$(($(instructions "$work/throughput" 48) - $(instructions "$work/throughput" 16)))
  m=$(($(instructions "$managed" 48) - $(instructions "$managed" 16)))
  awk -v c="$c" -v m="$m" 'BEGIN { printf "instructions for each message of 32 KiB, as valgrind counts: from C %.0f, core itself %.0f, ratio %.4f\n", c / 1024, m / 1024, c / m }'
fi

cp "$library/libsshcore.so" "$work/copy.so"
"$work/cost" "$work/copy.so"
