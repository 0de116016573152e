#!/usr/bin/env bash
# Counts every allocation (malloc, calloc, realloc, aligned forms, all threads) in steady training steps, and managed bytes.
# Arguments go to the bench, e.g. --dtype bf16.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
dotnet build bench/Meditron.Bench -c Release -v q --nologo >/dev/null
mkdir -p artifacts
gcc -O2 -shared -fPIC -o artifacts/malloc_count.so bench/allocations/malloc_count.c
# Compiled fully at once: the tiers of the just-in-time compiler allocate in the background.
export DOTNET_TieredCompilation=0
LD_PRELOAD=$PWD/artifacts/malloc_count.so exec bench/Meditron.Bench/bin/Release/net10.0/Meditron.Bench train --steps 20 "$@"
