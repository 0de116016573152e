"""Whole training steps against the peer, turn about on one machine in one run: medians of tokens/s, share of the GEMM peak, peak memory.

    python3 bench/throughput.py --peer ../shared/peer/llama.py [--rounds 5] [--only fp32|bf16] [--quick]
Prints a Markdown table and writes the raw rows to docs/performance/throughput.jsonl.
"""
import argparse, json, os, pathlib, resource, statistics, subprocess, sys

root = pathlib.Path(__file__).resolve().parent.parent
parser = argparse.ArgumentParser()
parser.add_argument("--peer", default=str(root.parent / "shared/peer/llama.py"))
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--only", default="")
parser.add_argument("--rows", default="default-2,default-1,5M-2,124M-2")
parser.add_argument("--out", default=str(root / "docs/performance/throughput.jsonl"))
options = parser.parse_args()

tiny = dict(vocab=4096, hidden=256, layers=4, heads=4, kv_heads=2, ffn=688)
medium = dict(vocab=32000, hidden=768, layers=12, heads=12, kv_heads=4, ffn=2048)
# name, shape, threads, steps, rounds
rows = [
    ("default-2", dict(), 2, 4, options.rounds),
    ("default-1", dict(), 1, 1, min(3, options.rounds)),
    ("5M-2", tiny, 2, 6, min(3, options.rounds)),
    ("124M-2", medium, 2, 1, min(3, options.rounds)),
]
bench = [str(root / "bench/Meditron.Bench/bin/Release/net10.0/Meditron.Bench")]
# The peer runs on the BLAS kernels it picks itself.
free = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
peer_env = dict(free, PATH="/usr/bin:" + os.environ["PATH"])


def run(command, env, threads):
    env = dict(env, OMP_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS=str(threads))
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
    text = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(command)} ended with status {status}")
    row = json.loads(text.strip().splitlines()[-1])
    row["peak_rss_mb"] = usage.ru_maxrss // 1024
    return row


def flags(shape):
    return [part for name, value in shape.items() for part in ("--" + name.replace("_", "-"), str(value))]


pathlib.Path(options.out).parent.mkdir(parents=True, exist_ok=True)
print("| shape | dtype | threads | peer tokens/s | ours tokens/s | ratio | ours GFLOP/s | oneDNN gemm GFLOP/s | share | peer MB | ours MB | managed B/step | tensor allocations/step |")
print("|---|---|---|---|---|---|---|---|---|---|---|---|---|", flush=True)
with open(options.out, "a") as raw:
    for name, shape, threads, steps, rounds in rows:
        if name not in options.rows.split(","):
            continue
        for dtype in ("fp32", "bf16"):
            if options.only and dtype != options.only:
                continue
            ours, theirs = [], []
            for turn in range(rounds):
                common = ["--dtype", dtype, "--threads", str(threads)] + flags(shape)
                ours.append(run(bench + ["train", "--steps", str(steps * 3)] + common, os.environ, threads))
                theirs.append(run(["/usr/bin/python3", options.peer, "bench", "--steps", str(steps)] + common, peer_env, threads))
                for who, row in (("ours", ours[-1]), ("peer", theirs[-1])):
                    raw.write(json.dumps(dict(row, who=who, shape=name, turn=turn)) + "\n")
                raw.flush()
            mid = lambda side, key: statistics.median(row[key] for row in side)
            print(f"| {name} | {dtype} | {threads} | {mid(theirs, 'tokens_per_s'):.0f} | {mid(ours, 'tokens_per_s'):.0f} | "
                  f"{mid(ours, 'tokens_per_s') / mid(theirs, 'tokens_per_s'):.2f} | {mid(ours, 'gflops'):.0f} | {mid(ours, 'onednn_gemm_peak_gflops'):.0f} | "
                  f"{mid(ours, 'share_of_peak'):.2f} | {mid(theirs, 'peak_rss_mb'):.0f} | {mid(ours, 'peak_rss_mb'):.0f} | "
                  f"{mid(ours, 'managed_bytes_per_step'):.0f} | {mid(ours, 'native_tensor_allocations_per_step'):.1f} |", flush=True)
