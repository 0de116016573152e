#!/usr/bin/env bash
# Sets everything up and trains the demonstration model on the sample corpus. In step 60 a worker kills itself, in the middle of an update, and the view
# shows how the others go on. Arguments are passed on to 'meditron train', e.g. scripts/train.sh -c meditron.training.steps=50 -c meditron.chaos.faults=[]
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh
exec scripts/meditron train --config hocon/demo.conf -c "meditron.chaos.faults=[{ point = mid-update, action = kill, step = 60, rank = 1 }]" "$@"
