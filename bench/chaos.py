"""Faults against a job of two workers (256 wide, 4 layers, 128 tokens, 4 sequences a worker), measured from the signal to the first step beyond the last one before it.

    bench/chaos.sh [--rows kill,shrink,stop,goodput] [--faults 30] [--seconds 150] [--set KEY=VALUE] [--peer FOLDER] [--out FILE]

kill     SIGKILL of a worker, a standby present
shrink   SIGKILL of a worker, none present: one copy of the model goes on, and grows again
stop     SIGSTOP of a worker, a standby present, in a job of over two minutes
train    SIGKILL of the process that was started; the job goes on in the background, is attached to, and the row starts another job for the next fault
seed     SIGKILL of the seed that hosts the coordinators (a background process; the job is followed from its files)
deputy   SIGKILL of the other seed
standby  SIGKILL of a standby
seeds    SIGKILL of both seeds at once: the workers bring one back
database every connection to the journal ended (PostgreSQL, with --postgres CONNECTION-STRING), or its file locked for --seconds-away (SQLite)
goodput  SIGKILL of a worker every 30 s and every 15 s: steps a second against those of a run without faults just before
cost     without faults: steps a second of a whole job (supervision, copies in memory, a checkpoint every 10 steps) against those of bare ranks that check-point nothing, turn about
peer     with --peer: chaos.py of that folder, every 15 s, turn about with our goodput rows
A line of JSON for each fault and each row goes to the file given with --out; a table goes to standard output.
"""
import argparse, glob, json, os, random, re, shutil, signal, struct, subprocess, sys, tempfile, threading, time

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
meditron = [os.path.join(root, "src/Meditron.Cli/bin/Release/net10.0/meditron")]
p = argparse.ArgumentParser()
p.add_argument("--rows", default="kill,shrink,stop,goodput"); p.add_argument("--faults", type=int, default=30); p.add_argument("--seconds", type=float, default=150)
p.add_argument("--peer"); p.add_argument("--out"); p.add_argument("--count", type=int, help="faults a row of other processes; else --faults"); p.add_argument("--pause", type=float, default=1.0, help="seconds between two faults of other processes")
p.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a setting of every job")
p.add_argument("--postgres", default=""); p.add_argument("--seconds-away", type=float, default=2.0)
options = p.parse_args()
raw = open(options.out, "a") if options.out else None
folder = tempfile.mkdtemp()


def record(**row):
    if raw:
        raw.write(json.dumps(row) + "\n"); raw.flush()


class Job:
    """One run: its lines as they come, with their times."""

    def __init__(self, name, *overrides):
        config = os.path.join(folder, "chaos.conf")
        with open(config, "w") as f:
            f.write("""meditron {
  model { preset = tiny, max-positions = 256 }
  training { steps = 1000000, micro-batch = 4, global-batch = 8, sequence-length = 128, learning-rate = 3e-4, min-learning-rate = 3e-5, eval-interval = 0, log-interval = 1 }
  parallel { data = 2 }
  data { inputs = ["data/sample/*.jsonl"], tokenizer.vocabulary-size = 4079, split = "90,10,0" }
  checkpoint { interval = 10, keep-last = 2 }
}""")
        command = meditron + ["train", "--plain", "--name", name, "--config", config, "-c", f"meditron.run.folder={folder}", "-c", f"meditron.data.cache={folder}/data"]
        # Faults come one soon after the other: an ended process is started again after a second each time, not after ever longer waits.
        for override in ("meditron.recovery.restart-max-backoff=1s", *options.set, *overrides):
            command += ["-c", override]
        self.process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)
        self.step, self.pids, self.joined, self.growing, self.layout, self.tail = 0, {}, 0, 0.0, 2, []

    def lines(self):
        for line in self.process.stdout:
            now = time.time()
            self.tail = self.tail[-30:] + [line]
            if match := re.match(r"rank (\d+):.*process (\d+)", line):
                self.pids[int(match[1])] = int(match[2])
            elif match := re.match(r"step (\d+): training with (\d+)", line):
                self.layout = int(match[2])
                self.pids = {rank: pid for rank, pid in self.pids.items() if rank < self.layout}
            elif "worker-joined" in line:
                self.joined = now
            elif match := re.match(r"step (\d+)/", line):
                if int(match[1]) > self.step:
                    self.step = int(match[1])
                    yield now
        raise SystemExit("the job has ended:\n" + "".join(self.tail))

    def end(self):
        self.process.send_signal(signal.SIGINT)
        for _ in self.process.stdout:
            pass
        self.process.wait()


def quantile(values, q):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))]


def faults(name, signum, *overrides):
    """Seconds from each fault to the next new step; the next fault waits until whoever replaces the victim is there and has rehearsed."""
    job, times, stalls, random_ = Job(name, *overrides), [], [], random.Random(7)
    struck, quiet, last, grown = None, 0, 0.0, False
    started, settled = time.time(), 130 if name == "stop" else 0
    try:
        for now in job.lines():
            if struck is not None:
                times.append(now - struck)
                record(row=name, fault=len(times), seconds=round(now - struck, 4), step=job.step)
                struck, quiet = None, 0
                if len(times) == options.faults:
                    break
            quiet += 1
            if name == "shrink":
                # The longest gap between two steps around the growth.
                if job.layout == 2 and not grown and last:
                    stalls.append(now - last); grown = True
                grown = grown and job.layout == 2
            last = now
            ready = now - started > settled and job.layout == 2 and quiet >= 15 and (not times or job.joined > began) and now - job.joined > 2
            if ready:
                began = time.time()
                os.kill(job.pids[random_.randrange(2)], signum)
                struck = began
    finally:
        job.end()
    print(f"{name:10} {len(times)} faults: p50 {quantile(times, .5):.3f} s, p99 {quantile(times, .99):.3f} s, worst {max(times):.3f} s" +
          (f"; growth holds a step up for {quantile(stalls, .5):.3f} s (p50)" if stalls else ""), flush=True)
    record(row=name, faults=len(times), p50=quantile(times, .5), p99=quantile(times, .99), worst=max(times), growth_p50=quantile(stalls, .5) if stalls else None)


class Followed:
    """A job that runs on whatever becomes of the process that started it: its steps are those that its workers commit, read from the run's files."""

    def __init__(self, name, *overrides):
        self.folder = os.path.join(folder, name)
        self.job = Job(name, *overrides)
        self.size = 0
        for _ in self.job.lines():
            if self.job.step >= 5:
                break
        self.reader = threading.Thread(target=lambda: [None for _ in self.job.process.stdout], daemon=True)
        self.reader.start()

    def nodes(self):
        found = []
        for path in glob.glob(os.path.join(self.folder, "nodes", "*.json")):
            try:
                node = json.load(open(path))
                fields = open(f"/proc/{node['process']}/stat").read().rsplit(") ", 1)[1].split()
                if fields[0] not in "ZX" and int(fields[19]) == node["started"]:
                    found.append(node)
            except (OSError, ValueError):
                pass
        return sorted(found, key=lambda node: node["started"])

    def seeds(self):
        return [node for node in self.nodes() if node["role"] in ("train", "seed") and node.get("address")]

    def wait(self, condition, seconds=120):
        end = time.time() + seconds
        while time.time() < end:
            if found := condition():
                return found
            time.sleep(.002)
        raise SystemExit(f"the job is dead, or does not come back: {[(node['role'], node['process']) for node in self.nodes()]}")

    def committed(self):
        """The newest committed step as the first worker tells it in its memory that outlives it."""
        for node in self.nodes():
            if node["role"] == "worker":
                if (step := arena_step(node["process"])) is not None:
                    return step
        return None

    def end(self):
        subprocess.run(meditron + ["stop", "--run", self.folder, "--timeout", "60"], capture_output=True)
        for node in self.nodes():
            os.kill(node["process"], signal.SIGKILL)
        self.job.process.wait()


def arena_step(pid):
    """The newest step in the arenas that a process has open: two versions, each with its step, or a negative number while it is written."""
    try:
        for fd in os.listdir(f"/proc/{pid}/fd"):
            path = f"/proc/{pid}/fd/{fd}"
            if "meditron-state" in os.readlink(path):
                with open(path, "rb") as f:
                    head = f.read(4096)
                return max((struct.unpack_from("<q", head, 128 + 64 * slot)[0] & 0xffffffff) - 1 for slot in range(2))
    except OSError:
        return None


def other(name, victims, count, *overrides):
    """Seconds from a fault of a process that computes nothing to the next step that the workers commit; the next fault waits until it is replaced."""
    times, back, job = [], [], Followed(name, *overrides)
    try:
        while len(times) < count:
            job.wait(lambda: len(job.seeds()) >= 2 and victims(job) and job.committed())
            time.sleep(options.pause)
            chosen = victims(job)
            if not chosen:
                continue
            before, began = job.committed(), time.time()
            for pid in chosen:
                os.kill(pid, signal.SIGKILL)
            job.wait(lambda: (job.committed() or 0) > before)
            times.append(time.time() - began)
            job.wait(lambda: len(job.seeds()) >= 2 and (name == "train" or victims(job)) and not set(chosen) & {node["process"] for node in job.nodes()})
            back.append(time.time() - began)
            record(row=name, fault=len(times), seconds=round(times[-1], 4), replaced=round(back[-1], 3), step=job.committed())
    finally:
        job.end()
    return times, back


def others(name, victims, *overrides):
    """A row: one job for all faults, but a new one for each where the victim is there only once."""
    total, times, back = options.count or options.faults, [], []
    while len(times) < total:
        more = other(name, victims, 1 if name == "train" else total, *overrides)
        times += more[0]; back += more[1]
    print(f"{name:10} {len(times)} faults: p50 {quantile(times, .5):.3f} s, p99 {quantile(times, .99):.3f} s, worst {max(times):.3f} s to the next committed step; "
          f"replaced after {quantile(back, .5):.1f} s (p50), {max(back):.1f} s at most", flush=True)
    record(row=name, faults=len(times), p50=quantile(times, .5), p99=quantile(times, .99), worst=max(times), replaced_p50=quantile(back, .5))


def database():
    """The journal is away for a while, again and again: seconds to the next committed step, and whether the checkpoints that waited are committed then."""
    overrides = [] if not options.postgres else [f"akka.persistence.journal.sql.connection-string={options.postgres}", "akka.persistence.journal.sql.provider-name=PostgreSQL",
                                                 f"akka.persistence.snapshot-store.sql.connection-string={options.postgres}", "akka.persistence.snapshot-store.sql.provider-name=PostgreSQL"]
    times, job = [], Followed("database", *overrides)
    try:
        while len(times) < (options.count or options.faults):
            job.wait(lambda: job.committed())
            time.sleep(options.pause)
            before, began = job.committed(), time.time()
            away = subprocess.Popen(meditron + ["chaos", "--run", job.folder, "--fault", "database", "--every", "0", "--seconds", str(options.seconds_away)], stdout=subprocess.DEVNULL)
            job.wait(lambda: (job.committed() or 0) > before)
            times.append(time.time() - began)
            away.wait()
            newest = lambda: max([int(name[5:]) for name in os.listdir(os.path.join(job.folder, "checkpoints")) if name.startswith("step-") and "." not in name] or [0])
            mark = job.committed()
            job.wait(lambda: newest() > mark)
            record(row="database", fault=len(times), seconds=round(times[-1], 4), step=job.committed())
    finally:
        job.end()
    print(f"database   {len(times)} times away for {options.seconds_away:g} s: p50 {quantile(times, .5):.3f} s, p99 {quantile(times, .99):.3f} s to the next committed step", flush=True)
    record(row="database", faults=len(times), p50=quantile(times, .5), p99=quantile(times, .99), worst=max(times))


def cost(seconds, rounds):
    """Steps a second of a job against those of the same ranks without actors, copies and checkpoints, in the same number of processes, turn about."""
    bare, whole = [], []
    for _ in range(rounds):
        out = subprocess.run([os.path.join(root, "bench/Meditron.Bench/bin/Release/net10.0/Meditron.Bench"), "parallel", "--data", "2", "--micro-batches", "2", "--batch", "4", "--seq", "128", "--vocab", "4096",
                              "--hidden", "256", "--layers", "4", "--heads", "4", "--kv-heads", "2", "--ffn", "688", "--threads", "1", "--average", "mean", "--warm", "10", "--steps", str(int(6 * seconds))],
                             env=dict(os.environ, OMP_NUM_THREADS="1"), capture_output=True, text=True, check=True)
        bare.append(1e3 / json.loads(out.stdout.strip().splitlines()[-1])["step_ms"])
        whole.append(goodput(0, seconds)[0])
        record(row="cost", bare=bare[-1], whole=whole[-1])
    extra = sorted(b / w - 1 for b, w in zip(bare, whole))[rounds // 2]
    print(f"cost       {quantile(whole, .5):.2f} steps/s of a whole job, {quantile(bare, .5):.2f} of bare ranks: {100 * extra:.1f} % of a step (median of {rounds} rounds)", flush=True)


def goodput(period, seconds):
    job, random_ = Job(f"goodput-{period:g}" if period else "free", "meditron.parallel.standbys=1"), random.Random(7)
    begin = first = due = None
    count = 0
    try:
        for now in job.lines():
            if begin is None:
                # A job of its first half minute is still being compiled.
                if job.step >= (30 if period else 200) and now - job.joined > 2:
                    begin, first, due = now, job.step, now + (period or 1e9)
                continue
            if now >= due and now - begin < seconds - 2:
                os.kill(job.pids[random_.randrange(2)], signal.SIGKILL); count += 1; due += period
            if now - begin >= seconds:
                break
        rate = (job.step - first) / (now - begin)
    finally:
        job.end()
    return rate, count


try:
    rows = options.rows.split(",")
    if "kill" in rows:
        faults("kill", signal.SIGKILL, "meditron.parallel.standbys=1")
    if "stop" in rows:
        faults("stop", signal.SIGSTOP, "meditron.parallel.standbys=1")
    if "shrink" in rows:
        faults("shrink", signal.SIGKILL)
    if "train" in rows:
        others("train", lambda job: [node["process"] for node in job.seeds() if node["role"] == "train"])
    if "seed" in rows:
        others("seed", lambda job: [job.seeds()[0]["process"]])
    if "deputy" in rows:
        others("deputy", lambda job: [job.seeds()[1]["process"]])
    if "seeds" in rows:
        others("seeds", lambda job: [node["process"] for node in job.seeds()[:2]])
    if "standby" in rows:
        others("standby", lambda job: [node["process"] for node in job.nodes() if node["role"] == "standby" and node.get("address")][:1], "meditron.parallel.standbys=1")
    if "database" in rows:
        database()
    if "cost" in rows:
        cost(options.seconds / 2, 3)
    if "goodput" in rows:
        for period in (30, 15):
            free, _ = goodput(0, options.seconds / 2)
            rate, count = goodput(period, options.seconds)
            again, _ = goodput(0, options.seconds / 2)
            base = (free + again) / 2
            print(f"goodput    a SIGKILL every {period} s ({count}): {rate:.2f} steps/s of {free:.2f} and {again:.2f} without: {100 * rate / base:.1f} %", flush=True)
            record(row="goodput", period=period, faults=count, rate=rate, free=[free, again])
    if options.peer and "peer" in rows:
        for flags in (["--period", "15", "--monitor", "0.1"], ["--period", "30", "--monitor", "5"]):
            out = subprocess.run(["/usr/bin/python3", os.path.join(options.peer, "chaos.py"), "--seconds", str(options.seconds), *flags,
                                  "--hidden", "256", "--layers", "4", "--seq", "128", "--batch", "4", "--vocab", "4096", "--heads", "4", "--kv-heads", "2", "--ffn", "688"], capture_output=True, text=True)
            print("peer       " + " ".join(flags) + ": " + (out.stdout.strip() or out.stderr.strip()[-300:]), flush=True)
            if out.stdout.strip():
                record(row="peer", flags=flags, **json.loads(out.stdout))
finally:
    shutil.rmtree(folder, ignore_errors=True)
