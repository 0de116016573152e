#!/usr/bin/env bash
# Faults against a running job of two workers, measured; see bench/chaos.py. E.g. bench/chaos.sh --rows kill --faults 30 --peer FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
dotnet build src/Meditron.Cli -c Release -v q --nologo >/dev/null
dotnet build bench/Meditron.Bench -c Release -v q --nologo >/dev/null
exec python3 bench/chaos.py "$@"
