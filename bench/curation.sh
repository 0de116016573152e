#!/usr/bin/env bash
# Speed, memory and near-duplicate recall of "meditron data curate" on a synthetic corpus, and the same output after kill -9.
#   bench/curation.sh [MIB=512] [FOLDER=a temporary one]     5120 for the 5 GB run: it needs about 20 GB of disk
#   KILLS=10 bench/curation.sh 128                           also kills a run ten times at random moments and compares the output
set -euo pipefail
cd "$(dirname "$0")/.."
size=${1:-512}
folder=${2:-$(mktemp -d)}
keep=${2:+yes}
trap '[ -n "${keep:-}" ] || rm -rf "$folder"' EXIT
[ -n "${NO_BUILD:-}" ] || dotnet build bench/Meditron.CurationBench -c Release -m:1 -v q --nologo >/dev/null
bench=bench/Meditron.CurationBench/bin/Release/net10.0/Meditron.CurationBench

[ -d "$folder/in" ] || "$bench" generate "$folder/in" "$size"
for mode in exact near; do
  rm -rf "$folder/$mode"
  "$bench" run "$folder/in" "$folder/$mode" "$mode"
done
for threshold in 0.5 0.6; do
  rm -rf "$folder/threshold"
  echo "threshold $threshold:"
  "$bench" run "$folder/in" "$folder/threshold" near 0 "" "$threshold" | grep -E "recall|precision"
done

digest() { (cd "$1" && find . -type f ! -name manifest.json ! -name run.lock -print0 | sort -z | xargs -0 sha256sum | sha256sum); }

for threads in 1 2; do
  rm -rf "$folder/threads"
  "$bench" run "$folder/in" "$folder/threads" near "$threads" >/dev/null
  echo "$threads threads: $(digest "$folder/threads")"
done

if [ "${KILLS:-0}" -gt 0 ]; then
  rm -rf "$folder/killed"
  kills=0
  while [ "$kills" -lt "$KILLS" ]; do
    "$bench" run "$folder/in" "$folder/killed" near >/dev/null 2>&1 &
    pid=$!
    sleep "$((RANDOM % 3)).$((RANDOM % 10))"
    kill -9 "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    kills=$((kills + 1))
  done
  "$bench" run "$folder/in" "$folder/killed" near >/dev/null
  echo "after $kills kills: $(digest "$folder/killed")"
fi
