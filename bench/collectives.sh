#!/usr/bin/env bash
# Process groups against c10d's Gloo, turn about. Needs Debian's python3-torch.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
dotnet build bench/Meditron.Bench -c Release -v q --nologo >/dev/null
exec python3 bench/collectives.py "$@"
