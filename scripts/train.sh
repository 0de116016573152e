#!/usr/bin/env bash
# Sets everything up and trains the demonstration model on the sample corpus. Arguments are passed on to 'meditron train',
# e.g. scripts/train.sh -c meditron.training.steps=50
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
exec scripts/meditron train --config hocon/demo.conf "$@"
