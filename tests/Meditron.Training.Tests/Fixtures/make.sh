#!/usr/bin/env bash
# Makes the committed parity oracles from the peer: make.sh PATH/TO/llama.py
# The shapes are those of ParityShape.Committed.
set -euo pipefail
peer=$1
cd "$(dirname "$0")"
make() {
  /usr/bin/python3 "$peer" parity "parity-$1.safetensors" --threads 1 \
    --vocab "$2" --hidden "$3" --layers "$4" --heads "$5" --kv-heads "$6" --ffn "$7" --seq "$8" --batch "$9"
}
make gqa 37 16 2 4 2 40 9 2
make mha-odd 29 12 1 2 2 25 7 3
make one-group 23 24 2 4 1 33 17 1
