"""All-reduce between two processes, ours and c10d's Gloo turn about on one machine in one run; then our transfers, TCP and the latency of an abort.

    bench/collectives.sh [--rounds 5] [--ranks 2]
The peer needs Debian's python3-torch (/usr/bin/python3). Prints a Markdown table and writes the raw rows to docs/performance/collectives.jsonl.
"""
import argparse, json, os, pathlib, statistics, subprocess, sys, tempfile

root = pathlib.Path(__file__).resolve().parent.parent
sizes = [4 << 10, 1 << 20, 32 << 20]


def peer(rank, ranks, meeting):
    import time, torch, torch.distributed as dist
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method="file://" + meeting, rank=rank, world_size=ranks)
    for size in sizes:
        tensor, times = torch.ones(size // 4), []
        for turn in range(-5, min(3000, max(20, int(4e8 / size)))):
            tensor.fill_(1)
            dist.barrier()
            start = time.perf_counter()
            dist.all_reduce(tensor)
            if turn >= 0:
                times.append(time.perf_counter() - start)
        if rank == 0:
            print(json.dumps(dict(operation="all_reduce", bytes=size, transport="gloo", median_us=round(statistics.median(times) * 1e6, 2), count=len(times))), flush=True)


if len(sys.argv) > 1 and sys.argv[1] == "peer":
    peer(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
    sys.exit(0)

parser = argparse.ArgumentParser()
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--ranks", type=int, default=2)
parser.add_argument("--out", default=str(root / "docs/performance/collectives.jsonl"))
options = parser.parse_args()
bench = str(root / "bench/Meditron.Bench/bin/Release/net10.0/Meditron.Bench")
env = dict(os.environ, OMP_NUM_THREADS="1")


def rows(text):
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def ours(transport):
    done = subprocess.run([bench, "collectives", "--ranks", str(options.ranks), "--transport", transport], env=env, stdout=subprocess.PIPE, text=True, check=True)
    return rows(done.stdout)


def theirs():
    with tempfile.TemporaryDirectory() as folder:
        members = [subprocess.Popen(["/usr/bin/python3", __file__, "peer", str(rank), str(options.ranks), folder + "/meeting"], env=env, stdout=subprocess.PIPE, text=True)
                   for rank in range(options.ranks)]
        texts = [member.communicate()[0] for member in members]
        if any(member.returncode for member in members):
            sys.exit("the peer failed")
        return rows(texts[0])


with_peer = subprocess.run(["/usr/bin/python3", "-c", "import torch"], stderr=subprocess.DEVNULL).returncode == 0
if not with_peer:
    print("No peer: /usr/bin/python3 has no torch (Debian's python3-torch). Its columns stay empty.\n")
found = {}
pathlib.Path(options.out).parent.mkdir(parents=True, exist_ok=True)
with open(options.out, "a") as raw:
    for turn in range(options.rounds):
        for row in ours("shm") + (theirs() if with_peer else []) + ours("tcp"):
            raw.write(json.dumps(dict(row, turn=turn, ranks=options.ranks)) + "\n")
            found.setdefault((row["operation"], row["bytes"], row["transport"]), []).append(row["median_us"])
        raw.flush()

print("| operation | bytes | gloo us | shared memory us | times faster | tcp us | shared memory GB/s | tcp GB/s |")
print("|---|---|---|---|---|---|---|---|")
for operation, size in dict.fromkeys(key[:2] for key in found):
    gloo, shared, tcp = (statistics.median(found[operation, size, by]) if (operation, size, by) in found else None for by in ("gloo", "shared memory", "tcp"))
    text = lambda value, form: form.format(value) if value else ""
    print(f"| {operation} | {size} | {text(gloo, '{:.0f}')} | {text(shared, '{:.1f}')} | {text(gloo and shared and gloo / shared, '{:.1f}')} | {text(tcp, '{:.1f}')} | "
          f"{text(size and shared and size / shared / 1e3, '{:.1f}')} | {text(size and tcp and size / tcp / 1e3, '{:.1f}')} |")
