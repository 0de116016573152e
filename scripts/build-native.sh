#!/usr/bin/env bash
# Builds native/ into native/build/lib. Quiet when all goes well, quick when nothing changed.
#   LIBTORCH=DIR scripts/build-native.sh   builds on the libtorch in DIR (CUDA included) instead of the system's
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build="$root/native/build"
log="$build/build.log"

for tool in cmake ninja g++; do
  if ! command -v "$tool" >/dev/null; then
    echo "build-native: $tool is missing; run scripts/setup.sh, which installs it" >&2
    exit 1
  fi
done

mkdir -p "$build"
# A folder configured for another libtorch must not keep that one's cached paths.
chosen=${LIBTORCH:-}
if [ -f "$build/CMakeCache.txt" ] && [ "$(cat "$build/libtorch" 2>/dev/null || true)" != "$chosen" ]; then
  rm -rf "$build/CMakeCache.txt" "$build/CMakeFiles"
fi

run() {
  if ! "$@" >"$log" 2>&1; then
    echo "build-native: '$*' failed:" >&2
    tail -n 40 "$log" >&2
    echo "build-native: the whole log is in $log" >&2
    exit 1
  fi
}

if [ ! -f "$build/build.ninja" ] || [ ! -f "$build/CMakeCache.txt" ]; then
  run cmake -S "$root/native" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DLIBTORCH="$chosen" -Wno-dev
  printf '%s' "$chosen" >"$build/libtorch"
fi
run ninja -C "$build" ${MEDITRON_BUILD_JOBS:+-j "$MEDITRON_BUILD_JOBS"}
