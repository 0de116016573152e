#!/usr/bin/env bash
# Faults of every kind against running jobs on this machine, measured: a table of what each costs, and of what surviving them costs without any. About an hour.
# --quick: a few faults a row, in under ten minutes. Other arguments are passed on to bench/chaos.sh, e.g. scripts/chaos.sh --rows kill --faults 100
set -euo pipefail
cd "$(dirname "$0")/.."
arguments=(--rows kill,shrink,stop,seed,deputy,seeds,standby,train,database,cost,goodput --faults 30)
if [ "${1:-}" = --quick ]; then
  shift
  arguments=(--rows kill,shrink,stop,seed,standby,train,cost --faults 4 --seconds 20)
fi
exec bench/chaos.sh "${arguments[@]}" "$@"
