#!/usr/bin/env bash
# emulated.sh TRIPLE NATIVE HOST TARGET LIBRARIES: runs every algorithm with the library of TARGET under emulation, and compares what
# went over the wire, byte for byte, with what the library of HOST sends. NATIVE has both libraries; LIBRARIES has TARGET's libssl.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
triple=$1 native=$2 host=$3 target=$4 libraries=$5
emulator=qemu-${triple%%-*}-static
for needed in gcc "$triple-gcc" "$emulator"; do
  command -v "$needed" >/dev/null || {
    echo "$needed is not installed; on Debian: apt-get install gcc gcc-$triple qemu-user-static" >&2
    exit 1
  }
done
[ -e "$native/$host/lib/libsshcore.so" ] || {
  echo "the library for $host is not there: dotnet cake --target=NativeLibrary" >&2
  exit 1
}
[ -e "$libraries/libssl.so.3" ] || {
  echo "--libraries=FOLDER has to have $target's libssl.so.3 and libcrypto.so.3, as from Debian's package libssl3 (dpkg -x)" >&2
  exit 1
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
compile() { # COMPILER RUNTIME
  "$1" -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -O2 -Ihosts/Native/include -Ihosts/Native/examples \
    tests/Native/Programs/algorithms.c -L"$native/$2/lib" -lsshcore -o "$work/$2"
}
compile gcc "$host"
compile "$triple-gcc" "$target"
LD_LIBRARY_PATH=$native/$host/lib timeout 60 "$work/$host" >"$work/$host.txt"
timeout 300 "$emulator" -L "/usr/$triple" -E LD_LIBRARY_PATH="$native/$target/lib:$libraries" "$work/$target" >"$work/$target.txt"
diff "$work/$host.txt" "$work/$target.txt"
cat "$work/$target.txt"
echo "$(wc -l <"$work/$target.txt") algorithms, the same bytes on $host and on $target"
