#!/usr/bin/env bash
# Training throughput against the PyTorch peer, turn about. Needs the peer's llama.py (--peer FILE) and Debian's python3-torch with libopenblas0-pthread.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
dotnet build bench/Meditron.Bench -c Release -v q --nologo >/dev/null
exec python3 bench/throughput.py "$@"
