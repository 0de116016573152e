#!/usr/bin/env bash
# bench/tokenize.sh JSONL [FIELDS]: how fast text becomes tokens, beside the SentencePiece library called directly on the same texts and model.
set -euo pipefail
cd "$(dirname "$0")/.."
input=${1:?usage: bench/tokenize.sh JSONL [FIELD,FIELD...]}
fields=${2:-text}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake --build native/build --target meditron_sentencepiece sentencepiece_rate >/dev/null
dotnet build bench/tokenize -c Release -m:1 -v q --nologo >/dev/null
dotnet bench/tokenize/bin/Release/net10.0/Meditron.Bench.Tokenize.dll "$work/bench.model" "$work/out" "$fields" "$input"
# The library's program takes one document a line, with \x01 for the line breaks inside it.
python3 - "$input" "$fields" > "$work/text" <<'PY'
import json, sys
for line in open(sys.argv[1], encoding="utf-8"):
    if line.strip():
        record = json.loads(line)
        print("\n".join(record[field] for field in sys.argv[2].split(",")).replace("\n", "\x01"))
PY
for threads in 1 "$(nproc)"; do
  echo "library: $(native/build/bin/sentencepiece_rate "$work/bench.model" "$work/text" "$threads")"
done
