"""Training over processes, measured on one machine in one run, with the peer turn about where there is one. Medians of several rounds as Markdown tables.

    bench/parallel.sh ddp       [--peer FOLDER] [--rounds 3]    DP 2 against the peer's ddp.py and against one process with two threads
    bench/parallel.sh bubble    [--rounds 3]                    idle share of two stages against (p - 1) / (m + p - 1)
    bench/parallel.sh stall     [--peer FOLDER] [--rounds 3]    what a checkpoint of 64 MB costs the steps, against torch.save
    bench/parallel.sh reduction [--rounds 3]                    what the canonical order of summation costs a step
    bench/parallel.sh layouts                                   SHA-256 of all weights after 50 steps in every layout (some minutes)
The peer is a folder with ddp.py, a script on torch.distributed that takes llama.py's shape flags (also MEDITRON_PEER); without it its columns stay empty.
"""
import argparse, json, os, pathlib, shutil, statistics, subprocess, sys, tempfile

root = pathlib.Path(__file__).resolve().parent.parent
parser = argparse.ArgumentParser()
parser.add_argument("what", choices=["ddp", "bubble", "stall", "reduction", "layouts"])
parser.add_argument("--peer", default=os.environ.get("MEDITRON_PEER", ""))
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--only", default="fp32,bf16")
options = parser.parse_args()
bench = str(root / "bench/Meditron.Bench/bin/Release/net10.0/Meditron.Bench")
ddp = pathlib.Path(options.peer) / "ddp.py" if options.peer else None
small = dict(vocab=4096, hidden=256, layers=4, heads=4, kv_heads=2, ffn=688, seq=128)


def flags(values):
    return [part for name, value in values.items() for part in ("--" + name.replace("_", "-"), str(value))]


def ours(what, threads=1, **values):
    # Threads that wait for others sleep: more of them than processors would spin against each other.
    env = dict(os.environ, OMP_NUM_THREADS=str(threads), **(dict(OMP_WAIT_POLICY="passive") if what == "parallel" and threads > 1 else {}))
    done = subprocess.run([bench, what] + flags(dict(values, threads=threads)), env=env, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"Meditron.Bench {what} {values} ended with status {done.returncode}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def peer_is_there():
    if ddp is None or not ddp.exists():
        print(f"No peer: {'--peer FOLDER or MEDITRON_PEER names none' if ddp is None else f'{ddp} is not there'}. Its columns stay empty.\n", flush=True)
        return False
    if subprocess.run(["/usr/bin/python3", "-c", "import torch"], stderr=subprocess.DEVNULL).returncode != 0:
        print("No peer: /usr/bin/python3 has no torch (Debian's python3-torch). Its columns stay empty.\n", flush=True)
        return False
    return True


def peers(steps, checkpoint_every, **values):
    """The events of the peer's two ranks, those of rank 0."""
    # It runs on the BLAS kernels it picks itself.
    free = {key: value for key, value in os.environ.items() if key not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
    out = tempfile.mkdtemp()
    try:
        subprocess.run(["/usr/bin/torchrun", "--standalone", "--redirects", "1", "--tee", "1", "--log_dir", out + "/logs", "--nproc_per_node", "2", str(ddp), "--steps", str(steps),
                        "--out", out, "--checkpoint-every", str(checkpoint_every)] + flags(values),
                       env=dict(free, PATH="/usr/bin:" + os.environ["PATH"], OMP_NUM_THREADS="1"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        rows = [json.loads(line) for file in pathlib.Path(out).glob("log.*.jsonl") for line in file.read_text().splitlines()]
        return sorted((row for row in rows if row["rank"] == 0), key=lambda row: row["t"])
    finally:
        shutil.rmtree(out, ignore_errors=True)


def step_times(events):
    steps = [row["t"] for row in events if row["event"] == "step"]
    return [after - before for before, after in zip(steps, steps[1:])]


def mid(values):
    return statistics.median(values) if values else None


def text(value, form):
    return "" if value is None else form.format(value)


def table(*columns):
    print("| " + " | ".join(columns) + " |\n" + "|---" * len(columns) + "|", flush=True)


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def run_ddp():
    with_peer = peer_is_there()
    table("dtype", "peer tokens/s", "ours, DP 2 tokens/s", "times", "one process, 2 threads tokens/s", "DP 2 of it", "DP 2 GFLOP/s", "oneDNN gemm GFLOP/s, 2 threads", "peer's share of it", "DP 2's share of it")
    tokens = 8 * 512
    for dtype in options.only.split(","):
        two, one, theirs = [], [], []
        for _ in range(options.rounds):
            two.append(ours("parallel", data=2, micro_batches=2, steps=3, warm=1, dtype=dtype))
            one.append(ours("train", threads=2, micro_batches=2, steps=3, warm=1, dtype=dtype))
            if with_peer:
                theirs.append(tokens / mid(step_times(peers(3, 1_000_000, dtype=dtype))))
        parallel, single, other = mid([r["tokens_per_s"] for r in two]), mid([r["tokens_per_s"] for r in one]), mid(theirs)
        gflops, peak = mid([r["gflops"] for r in two]), mid([r["onednn_gemm_peak_gflops"] for r in one])
        row(dtype, text(other, "{:.0f}"), f"{parallel:.0f}", text(other and parallel / other, "{:.2f}"), f"{single:.0f}", f"{parallel / single:.2f}", f"{gflops:.0f}", f"{peak:.0f}",
            text(other and other / parallel * gflops / peak, "{:.2f}"), f"{gflops / peak:.2f}")


def run_bubble():
    table("schedule", "micro-batches", "(p-1)/(m+p-1)", "idle, mean of the stages", "points apart", "by stage")
    for schedule, micro in (("OneForwardOneBackward", 8), ("OneForwardOneBackward", 4), ("GPipe", 8)):
        # Seven layers and a head of the work of one more divide evenly.
        found = [ours("parallel", pipeline=2, micro_batches=micro, batch=1, layers=7, vocab=5600, steps=4, warm=1, schedule=schedule) for _ in range(options.rounds)]
        idle, bubble = mid([r["idle"] for r in found]), found[0]["bubble"]
        row(schedule, micro, f"{bubble:.3f}", f"{idle:.3f}", f"{(idle - bubble) * 100:+.1f}", ", ".join(f"{mid([r['idle_by_rank'][stage] for r in found]):.3f}" for stage in range(2)))


def run_stall():
    with_peer = peer_is_there()
    table("who", "checkpoint every", "state MB", "steps wait for a checkpoint ms", "a step ms", "step without ms", "step with ms", "wall clock a step ms")
    saves, sames, theirs, stalls = [], [], [], []
    every = 10
    for _ in range(options.rounds):
        shape = dict(small, data=2, micro_batches=2, steps=4 * every, average="mean")
        with tempfile.TemporaryDirectory() as folder:
            with_saves = ours("parallel", save_every=every, folder=folder, **shape)
        without = ours("parallel", **shape)
        saves.append(with_saves["step_ms"])
        sames.append(without["step_ms"])
        stalls.append(max(with_saves["save_ms_by_rank"]))
        megabytes = without["parameters"] * 12 / 1e6
        if with_peer:
            theirs.append([r["seconds"] * 1e3 for r in peers(4 * every, every, **small) if r["event"] == "save"])
    row("ours", every, f"{megabytes:.0f}", f"{mid(stalls):.2f}", f"{mid(stalls) / every:.2f}", f"{mid(sames):.1f}", f"{mid(saves):.1f}", f"{mid([a - b for a, b in zip(saves, sames)]):.2f}")
    if with_peer:
        save = mid([value for values in theirs for value in values])
        row("torch.save, fsync, rename", every, f"{megabytes:.0f}", f"{save:.1f}", f"{save / every:.2f}", "", "", f"{save / every:.2f}")


def run_reduction():
    table("backend", "dtype", "micro-batches of a rank", "step ms", "addition along the tree ms", "adding in the products ms", "canonical reduction ms", "plain reduce-scatter ms", "price", "price, adding for nothing")
    for backend, dtype, micro in (("host", "fp32", 1), ("host", "fp32", 4), ("host", "bf16", 4), ("gloo", "fp32", 4), ("host", "fp32", 3)):
        found = [ours("reduction", data=2, micro_batches=2 * micro, backend=backend, dtype=dtype, **dict(small, batch=4)) for _ in range(options.rounds)]
        get = lambda key: mid([r[key] for r in found])
        row(backend, dtype, micro, f"{get('step_ms'):.1f}", f"{get('addition_ms'):.2f}", f"{get('adding_in_products_ms'):.2f}", f"{get('canonical_reduction_ms'):.2f}", f"{get('plain_reduce_scatter_ms'):.2f}",
            f"{get('price') * 100:.1f} %", f"{get('price_if_adding_in_products_were_free') * 100:.1f} %")


def run_layouts():
    shape = dict(vocab=125, hidden=64, layers=4, heads=4, kv_heads=2, ffn=160, seq=32, batch=2, micro_batches=8, steps=50, warm=0)
    table("dtype", "DP x PP", "schedule", "transport", "threads", "SHA-256 of all weights after 50 steps", "that of the trainer of one process")
    apart = 0
    with tempfile.TemporaryDirectory() as folder:
        for dtype in options.only.split(","):
            expected = ours("train", threads=1, weights=folder + "/weights", dtype=dtype, **shape)["weights"]
            row(dtype, "", "one process", "", 1, expected, "")
            for data, pipeline in ((1, 1), (2, 1), (4, 1), (1, 2), (1, 4), (2, 2), (4, 2), (2, 4)):
                for schedule in ("OneForwardOneBackward", "GPipe")[:2 if pipeline > 1 else 1]:
                    for backend in ("host", "gloo")[:2 if data * pipeline > 1 else 1]:
                        for threads in (1, 2):
                            got = ours("parallel", threads=threads, data=data, pipeline=pipeline, schedule=schedule, backend=backend, weights=folder + "/weights", dtype=dtype, **shape)["weights"]
                            apart += got != expected
                            row(dtype, f"{data} x {pipeline}", schedule, backend, threads, got, "the same" if got == expected else "**ANOTHER**")
    sys.exit(1 if apart else 0)


dict(ddp=run_ddp, bubble=run_bubble, stall=run_stall, reduction=run_reduction, layouts=run_layouts)[options.what]()
