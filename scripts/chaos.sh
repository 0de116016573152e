#!/usr/bin/env bash
# Faults of every kind against running jobs on this machine, measured: a table of what each costs, of what was to be shown, and of what surviving them costs without any. An hour and a half.
# --quick: a few faults a row, in under ten minutes. Other arguments are passed on to bench/chaos.sh (bench/chaos.py), e.g. scripts/chaos.sh --rows kill --faults 100
# The table and the raw rows go to artifacts/chaos (--out FOLDER). As root, also rows that need a file system and a network of their own.
set -euo pipefail
cd "$(dirname "$0")/.."
arguments=(--rows kill,shrink,stop,train,seed,deputy,seeds,standby,database,fill-disk,corrupt-shard,partition,goodput,cost --faults 30 --out artifacts/chaos)
if [ "${1:-}" = --quick ]; then
  shift
  arguments=(--rows kill,shrink,stop,train,seed,deputy,seeds,standby,database,fill-disk,corrupt-shard,goodput,cost --faults 5 --count 2 --settle 30 --seconds 40 --rounds 1 --periods 15 --out artifacts/chaos-quick)
fi
exec bench/chaos.sh "${arguments[@]}" "$@"
