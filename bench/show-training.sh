#!/usr/bin/env bash
# Every figure of distributed training in one run of some ten minutes, for a machine that does nothing else: bench/show-training.sh [--peer FOLDER] [--rounds N]
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
dotnet build bench/Meditron.Bench -c Release -v q --nologo >/dev/null
for what in ddp stall bubble reduction; do
  printf '\n## %s\n\n' "$what"
  python3 bench/parallel.py "$what" "$@"
done
printf '\n## collectives\n\n'
python3 bench/collectives.py --rounds 3 --out /dev/null
