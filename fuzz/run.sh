#!/usr/bin/env bash
# run.sh BIN FINDINGS TARGET|all SECONDS: replays the corpus of each target, then fuzzes it for that long: with AFL where it is
# installed, else with the mutator of our own. BIN is the published SshCore.Fuzz; AFL gets an instrumented copy of it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=$1 findings=$2 wanted=$3 seconds=$4

targets=(server-stream client-stream valid-packets openssh-key pem known-hosts sftp-client transfer sftp-server)
[ "$wanted" = all ] || targets=("$wanted")

instrumented=
if command -v afl-fuzz >/dev/null; then
  instrumented=$bin-afl
  rm -rf "$instrumented"
  cp -r "$bin" "$instrumented"
  (cd "$here/.." && dotnet sharpfuzz "$instrumented/SshCore.dll")
else
  echo 'afl-fuzz is not installed (Debian package afl++): the mutator of our own runs instead'
fi

export AFL_SKIP_BIN_CHECK=1 AFL_SKIP_CPUFREQ=1 AFL_NO_UI=1 AFL_NO_AFFINITY=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1
export AFL_FORKSRV_INIT_TMOUT=30000 AFL_FAST_CAL=1 AFL_BENCH_UNTIL_CRASH=1
# One heap per process is enough, and a small map of tiers starts faster.
export DOTNET_gcServer=0 DOTNET_TieredPGO=0

status=0
for target in "${targets[@]}"; do
  dotnet "$bin/SshCore.Fuzz.dll" "$target" replay "$here/corpus/$target" || status=1
  if [ -z "$instrumented" ]; then
    dotnet "$bin/SshCore.Fuzz.dll" "$target" mutate "$seconds" 1 "$here/corpus/$target" "$findings" || status=1
    continue
  fi

  out=$findings/$target
  rm -rf "$out"
  mkdir -p "$out"
  code=0
  afl-fuzz -i "$here/corpus/$target" -o "$out" -x "$here/ssh.dict" -V "$seconds" -t 5000 -m none \
    -- dotnet "$instrumented/SshCore.Fuzz.dll" "$target" afl >"$out/log" 2>&1 || code=$?
  found=$(find "$out" -path '*/crashes/id*' -o -path '*/hangs/id*')
  if [ "$code" -ne 0 ] && [ -z "$found" ]; then
    tail -n 20 "$out/log"
    status=1
  elif [ -n "$found" ]; then
    status=1
    echo "$target: AFL found:"
    while read -r file; do
      echo "  $file"
      timeout 60 dotnet "$bin/SshCore.Fuzz.dll" "$target" replay "$file" || true
    done <<<"$found"
  else
    printf '%s: AFL ran %s inputs in %s s, no finding\n' "$target" \
      "$(sed -n 's/^execs_done *: //p' "$out/default/fuzzer_stats")" "$seconds"
  fi
done
exit "$status"
