#!/usr/bin/env bash
# A job over two machines, which are namespaces of this one: what the copies of shards cost, and how long the loss of a machine takes; see bench/machines.py. Needs root.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
dotnet build src/Meditron.Cli -c Release -v q --nologo >/dev/null
exec python3 bench/machines.py "$@"
