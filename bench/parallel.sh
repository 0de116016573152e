#!/usr/bin/env bash
# Training over processes: ddp, bubble, stall, reduction or layouts, e.g. bench/parallel.sh ddp --peer FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
dotnet build bench/Meditron.Bench -c Release -v q --nologo >/dev/null
exec python3 bench/parallel.py "$@"
