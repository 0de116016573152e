"""Faults against a job of two workers (256 wide, 4 layers, 128 tokens, 4 sequences a worker), measured from the signal to the first step beyond the last one before it.

    bench/chaos.sh [--rows kill,shrink,stop,goodput] [--faults 30] [--seconds 150] [--set KEY=VALUE] [--peer FOLDER] [--out FOLDER]

kill          SIGKILL of a worker, a standby present
shrink        SIGKILL of a worker, none present: one copy of the model goes on, and grows again
stop          SIGSTOP of a worker, a standby present, in a job that has run for a while (--settle)
train         SIGKILL of the process that was started; the job goes on in the background, is attached to, and the row starts another job for the next fault
seed          SIGKILL of the seed that hosts the coordinators (a background process; the job is followed from its files)
deputy        SIGKILL of the other seed
standby       SIGKILL of a standby
seeds         SIGKILL of both seeds at once: the workers bring one back
database      every connection to the journal ended (PostgreSQL, with --postgres CONNECTION-STRING), or its file locked, for --seconds-away
fill-disk     no room left on the run's file system (a small one of its own, which needs the right to mount) for --seconds-away
corrupt-shard one bit of the newest checkpoint flipped: `meditron checkpoint verify` must notice it, and newer checkpoints must take its place
partition     a machine of two cut off from the other and from the seed (network namespaces; bench/machines.py), for a third of the faults, since each takes half a minute
goodput       SIGKILL of a worker at each of --periods: steps a second against those of runs without faults before and after
quiet         no fault for --seconds, beside a loop that never waits on each core: whoever is expelled or lost, and every generation that fails, is a false alarm
cost          without faults: steps a second of a whole job (supervision, copies in memory, a checkpoint every 10 steps) against those of bare ranks that check-point nothing, turn about
peer          with --peer: chaos.py of that folder, every 15 s, with torchrun's monitor interval tuned and as it is by default

The table goes to standard output and to table.md of the folder given with --out, a line of JSON for each fault and each row to rows.jsonl there. A row that cannot be measured because its job
has died or hangs is FAILED, the others are measured all the same, and the exit code is 1. A figure that misses its goal is told and is no error.
"""
import argparse, glob, json, os, queue, random, re, shutil, signal, struct, subprocess, sys, tempfile, threading, time, traceback

from verdicts import Table, machine, quantile

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
meditron = [os.path.join(root, "src/Meditron.Cli/bin/Release/net10.0/meditron")]
p = argparse.ArgumentParser()
p.add_argument("--rows", default="kill,shrink,stop,goodput"); p.add_argument("--faults", type=int, default=30); p.add_argument("--seconds", type=float, default=150)
p.add_argument("--peer"); p.add_argument("--out", help="a folder for the table and the raw rows")
p.add_argument("--count", type=int, help="faults a row of other processes; else --faults"); p.add_argument("--pause", type=float, default=1.0, help="seconds between two faults of other processes")
p.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a setting of every job"); p.add_argument("--rounds", type=int, default=3, help="of the row cost")
p.add_argument("--periods", default="30,15", help="seconds between two kills, of the row goodput"); p.add_argument("--settle", type=float, default=130, help="seconds before the first fault of the row stop")
p.add_argument("--warm", type=int, default=200, help="steps of a job that nothing happens to before it is measured: it is still being compiled")
p.add_argument("--postgres", default=""); p.add_argument("--seconds-away", type=float, default=2.0)
options = p.parse_args()
# Nothing of a sound job takes longer; a job that does has died or hangs.
patience = 120
if options.out:
    os.makedirs(options.out, exist_ok=True)
raw = open(os.path.join(options.out, "rows.jsonl"), "w") if options.out else None
folder = tempfile.mkdtemp()
table = Table()


class Broken(Exception):
    """A job has died, or hangs."""


def record(**row):
    if raw:
        raw.write(json.dumps(row) + "\n"); raw.flush()


class Job:
    """One run: its lines as they come, with their times."""

    def __init__(self, name, *overrides):
        self.folder = os.path.join(folder, name)
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
        self.step, self.pids, self.joined, self.layout, self.tail, self.written = 0, {}, 0, 2, [], queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.written.put((time.time(), line))
        self.written.put((time.time(), None))

    def lines(self):
        while True:
            try:
                now, line = self.written.get(timeout=patience)
            except queue.Empty:
                raise Broken(f"the job takes no step any more (it is at {self.step}):\n" + "".join(self.tail)) from None
            if line is None:
                raise Broken("the job has ended:\n" + "".join(self.tail))
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

    def nodes(self):
        """The processes of the job that live, the oldest first."""
        found = []
        for path in glob.glob(os.path.join(self.folder, "nodes", "*.json")):
            try:
                with open(path) as f:
                    node = json.load(f)
                with open(f"/proc/{node['process']}/stat") as f:
                    fields = f.read().rsplit(") ", 1)[1].split()
                if fields[0] not in "ZX" and int(fields[19]) == node["started"]:
                    found.append(node)
            except (OSError, ValueError):
                pass
        return sorted(found, key=lambda node: node["started"])

    def sweep(self):
        """Ends whatever has not ended by itself: stopped first, since each of them would start others."""
        end = time.time() + 30
        while (left := self.nodes()) and time.time() < end:
            for signum in (signal.SIGSTOP, signal.SIGKILL):
                for node in left:
                    try:
                        os.kill(node["process"], signum)
                    except ProcessLookupError:
                        pass
            time.sleep(.02)
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def end(self):
        """Ends the job as Ctrl-C does, and by force where that does not end it."""
        try:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            print(f"the job {self.folder} does not end on SIGINT", file=sys.stderr, flush=True)
        finally:
            self.sweep()


def strike(job, random_, signum):
    """A signal to one of the workers that there are."""
    ranks = sorted(job.pids)
    if ranks:
        os.kill(job.pids[ranks[random_.randrange(len(ranks))]], signum)
    return bool(ranks)


def told(times):
    return f"p50 {quantile(times, .5):.3f} s, p99 {quantile(times, .99):.3f} s, worst {max(times):.3f} s of {len(times)}"


def faults(name, what, signum, goals, *overrides):
    """Seconds from each fault to the next new step; the next fault waits until whoever replaces the victim is there and has rehearsed."""
    job, times, stalls, steps, random_ = Job(name, *overrides), [], [], [], random.Random(7)
    struck, quiet, last, grown = None, 0, 0.0, False
    started, settled = time.time(), options.settle if name == "stop" else 0
    try:
        for now in job.lines():
            if struck is not None:
                times.append(now - struck)
                record(row=name, fault=len(times), seconds=round(now - struck, 4), step=job.step)
                struck, quiet = None, 0
            quiet += 1
            if name == "shrink":
                # The longest gap between two steps around the growth.
                if job.layout == 2 and not grown and last:
                    stalls.append(now - last); grown = True
                grown = grown and job.layout == 2
            if quiet > 5 and job.layout == 2:
                steps.append(now - last)
            last = now
            if len(times) == options.faults and (name != "shrink" or (job.layout == 2 and quiet >= 15)):
                break
            ready = now - started > settled and job.layout == 2 and quiet >= 15 and (not times or job.joined > began) and now - job.joined > 2
            if ready:
                began = time.time()
                struck = began if strike(job, random_, signum) else None
    finally:
        job.end()
    step = quantile(steps, .5)
    # The first is the job's own beginning.
    growth = [max(0, stall - step) for stall in stalls[1:]]
    limits = [("p50", quantile(times, .5), goals[0], "{:g} s"), ("p99", quantile(times, .99), goals[1], "{:g} s")]
    table.add(what, told(times), *[limit for limit in limits if limit[2]], note=f"a step takes {step:.3f} s")
    record(row=name, faults=len(times), p50=quantile(times, .5), p99=quantile(times, .99), worst=max(times), step=step, growth_p50=quantile(growth, .5) if growth else None)
    if growth:
        table.add("growth after it, beyond a step", f"p50 {quantile(growth, .5):.3f} s, worst {max(growth):.3f} s of {len(growth)}", ("p50", quantile(growth, .5), .25, "{:g} s"))


class Followed:
    """A job that runs on whatever becomes of the process that started it: its steps are those that its workers commit, read from the run's files."""

    def __init__(self, name, *overrides):
        self.folder = os.path.join(folder, name)
        self.job = Job(name, *overrides)
        try:
            for _ in self.job.lines():
                if self.job.step >= 5:
                    break
        except BaseException:
            self.job.sweep()
            raise

    def nodes(self):
        return self.job.nodes()

    def seeds(self):
        return [node for node in self.nodes() if node["role"] in ("train", "seed") and node.get("address")]

    def wait(self, condition, seconds=patience):
        end = time.time() + seconds
        while time.time() < end:
            if found := condition():
                return found
            time.sleep(.002)
        raise Broken(f"the job has died or does not come back; there are {[(node['role'], node['process']) for node in self.nodes()]}")

    def committed(self):
        """The newest committed step as the first worker tells it in its memory that outlives it."""
        for node in self.nodes():
            if node["role"] == "worker":
                if (step := arena_step(node["process"])) is not None:
                    return step
        return None

    def end(self):
        try:
            subprocess.run(meditron + ["stop", "--run", self.folder, "--timeout", "60"], capture_output=True, timeout=90)
        except subprocess.TimeoutExpired:
            print(f"the job {self.folder} does not stop", file=sys.stderr, flush=True)
        finally:
            self.job.sweep()


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


def others(name, what, victims, *overrides):
    """A row: one job for all faults, but a new one for each where the victim is there only once."""
    total, times, back = options.count or options.faults, [], []
    while len(times) < total:
        more = other(name, victims, 1 if name == "train" else total, *overrides)
        times += more[0]; back += more[1]
    table.add(what, told(times), ("p99", quantile(times, .99), 1, "{:g} s"), note=f"replaced after {quantile(back, .5):.1f} s, {max(back):.1f} s at most")
    record(row=name, faults=len(times), p50=quantile(times, .5), p99=quantile(times, .99), worst=max(times), replaced_p50=quantile(back, .5))


def checkpoints(job):
    """The steps of the checkpoints that are whole."""
    found = os.path.join(job.folder, "checkpoints")
    return [int(name[5:]) for name in (os.listdir(found) if os.path.isdir(found) else []) if name.startswith("step-") and "." not in name]


def harm(name, what, fault, *overrides):
    """A row of harm to what a step does without: seconds to the next committed step, until a newer checkpoint is there, and what `noticed` says of it."""
    times, back, job = [], [], Followed(name, *overrides)
    try:
        while len(times) < (options.count or options.faults):
            job.wait(lambda: job.committed() and checkpoints(job))
            time.sleep(options.pause)
            before, began = job.committed(), time.time()
            doing = subprocess.Popen(meditron + ["chaos", "--run", job.folder, "--every", "0", *fault], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            job.wait(lambda: (job.committed() or 0) > before)
            times.append(time.time() - began)
            said = doing.communicate(timeout=patience)[0]
            if doing.returncode:
                raise Broken(f"meditron chaos {' '.join(fault)} says: {said}")
            if name == "corrupt-shard":
                # What the verification of the damaged checkpoint says.
                damaged = os.path.dirname(re.search(r"of byte \d+ of (.*) was flipped", said)[1])
                verified = subprocess.run(meditron + ["checkpoint", "verify", damaged], capture_output=True, text=True)
                if not verified.returncode or not os.path.isdir(damaged):
                    raise Broken(f"a flipped bit was not noticed: {said.strip()}, and `meditron checkpoint verify {damaged}` says: {verified.stdout}{verified.stderr}")
            mark = job.committed()
            job.wait(lambda: max(checkpoints(job)) > mark)
            back.append(time.time() - began)
            record(row=name, fault=len(times), seconds=round(times[-1], 4), replaced=round(back[-1], 3), step=job.committed())
    finally:
        job.end()
    steps = [json.loads(line)["step"] for line in open(os.path.join(job.folder, "metrics.jsonl"))]
    if steps != list(range(1, len(steps) + 1)):
        raise Broken(f"the {len(steps)} steps recorded are not every step once and in order")
    table.add(what, told(times), ("p99", quantile(times, .99), 1, "{:g} s"), note=f"{len(steps)} steps, each once; a newer checkpoint after {quantile(back, .5):.1f} s, {max(back):.1f} s at most" + ("; noticed each time" if name == "corrupt-shard" else ""))
    record(row=name, faults=len(times), p50=quantile(times, .5), p99=quantile(times, .99), worst=max(times), replaced_p50=quantile(back, .5))


def database():
    """The journal is away for a while, again and again; the checkpoints that waited are committed then."""
    overrides = [] if not options.postgres else [f"akka.persistence.journal.sql.connection-string={options.postgres}", "akka.persistence.journal.sql.provider-name=PostgreSQL",
                                                 f"akka.persistence.snapshot-store.sql.connection-string={options.postgres}", "akka.persistence.snapshot-store.sql.provider-name=PostgreSQL"]
    harm("database", f"{'connections to the journal ended' if options.postgres else 'the journal locked'} for {options.seconds_away:g} s", ["--fault", "database", "--seconds", str(options.seconds_away)], *overrides)


def fill_disk():
    """No room is left where the run's files are, which is a small file system of the row's own."""
    place, what = os.path.join(folder, "fill-disk"), f"the disk full for {options.seconds_away:g} s"
    os.makedirs(place)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512m", "tmpfs", place], capture_output=True, text=True)
    if mounted.returncode:
        table.skip(what, f"a file system cannot be mounted here: {mounted.stderr.strip()}")
        return
    try:
        harm("fill-disk", what, ["--fault", "fill-disk", "--bytes", "1000000000", "--seconds", str(options.seconds_away)])
    finally:
        subprocess.run(["umount", "--lazy", place])


def partition():
    """A machine of two is cut off: another program's row, which has machines."""
    what, out = "a machine of two cut off (network)", os.path.join(folder, "partition.jsonl")
    count = max(1, (options.count or options.faults) // 3)
    ran = subprocess.Popen([sys.executable, os.path.join(root, "bench/machines.py"), "--rows", "partition", "--faults", str(count), "--out", out], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        said, why = ran.communicate(timeout=patience * (1 + count))
    except subprocess.TimeoutExpired:
        raise Broken("the job takes no step any more, or the machine does not come back") from None
    finally:
        # Which takes its machines with it.
        if ran.poll() is None:
            ran.terminate(); ran.communicate()
    if ran.returncode == 3:
        table.skip(what, why.strip().splitlines()[-1])
        return
    if ran.returncode:
        raise Broken((why.strip() or said.strip() or f"it ended with code {ran.returncode}").splitlines()[-1])
    rows = [json.loads(line) for line in open(out)]
    for row in rows:
        record(**row)
    times, back = [row["seconds"] for row in rows], [row["back"] for row in rows]
    if not all(row["from_memory"] for row in rows):
        raise Broken("a step was lost: the job went back to a durable checkpoint")
    table.add(what, told(times), note=f"no step lost; it takes part again {quantile(back, .5):.1f} s after the network has healed, {max(back):.1f} s at most")
    record(row="partition", faults=len(times), p50=quantile(times, .5), p99=quantile(times, .99), worst=max(times), back_p50=quantile(back, .5))


def cost(seconds, rounds):
    """Steps a second of a job against those of the same ranks without actors, copies and checkpoints, in the same number of processes, turn about."""
    bare, whole = [], []
    for _ in range(rounds):
        out = subprocess.run([os.path.join(root, "bench/Meditron.Bench/bin/Release/net10.0/Meditron.Bench"), "parallel", "--data", "2", "--micro-batches", "2", "--batch", "4", "--seq", "128", "--vocab", "4096",
                              "--hidden", "256", "--layers", "4", "--heads", "4", "--kv-heads", "2", "--ffn", "688", "--threads", "1", "--average", "mean", "--warm", "10", "--steps", str(int(6 * seconds))],
                             env=dict(os.environ, OMP_NUM_THREADS="1"), capture_output=True, text=True)
        if out.returncode:
            raise Broken(f"the bare ranks fail: {out.stderr.strip()[-300:]}")
        bare.append(1e3 / json.loads(out.stdout.strip().splitlines()[-1])["step_ms"])
        whole.append(goodput(0, seconds)[0])
        record(row="cost", bare=bare[-1], whole=whole[-1])
    extra = sorted(b / w - 1 for b, w in zip(bare, whole))[rounds // 2]
    table.add("none: cost of supervision, copies, checkpoints", f"{100 * extra:.1f} % of a step: {quantile(whole, .5):.2f} steps/s, {quantile(bare, .5):.2f} of bare ranks, median of {rounds}", ("cost", 100 * extra, 1, "{:g} %"))


def goodput(period, seconds):
    job, random_ = Job(f"goodput-{period:g}" if period else "free", "meditron.parallel.standbys=1"), random.Random(7)
    begin = first = due = None
    count = 0
    try:
        for now in job.lines():
            if begin is None:
                # A job of its first half minute is still being compiled.
                if job.step >= (30 if period else options.warm) and now - job.joined > 2:
                    begin, first, due = now, job.step, now + (period or 1e9)
                continue
            if now >= due and now - begin < seconds - 2:
                count += strike(job, random_, signal.SIGKILL); due += period
            if now - begin >= seconds:
                break
        rate = (job.step - first) / (now - begin)
    finally:
        job.end()
    return rate, count


def quiet():
    """A job with a standby that nobody disturbs, on a machine whose cores others want too."""
    job, loops, loads = Job("quiet", standby), [], []
    try:
        loops += [subprocess.Popen(["sh", "-c", "while :; do :; done"]) for _ in range(os.cpu_count())]
        began = time.time()
        for now in job.lines():
            loads.append(os.getloadavg()[0])
            if now - began >= options.seconds:
                break
        with open(os.path.join(job.folder, "events.jsonl")) as f:
            events = [json.loads(line) for line in f]
    finally:
        for loop in loops:
            loop.kill(); loop.wait()
        job.end()
    alarms = [event for event in events if event["event"] in ("worker-expelled", "worker-lost", "generation-failed")]
    for event in alarms:
        record(row="quiet", alarm=event)
    table.add(f"no fault for {options.seconds / 60:.0f} min beside load {quantile(loads, .5):.0f}", f"{len(alarms)} false alarms in {job.step} steps, load {min(loads):.0f} to {max(loads):.0f}", ("false alarms", len(alarms), 0, "{:g}"))
    record(row="quiet", seconds=options.seconds, steps=job.step, alarms=len(alarms), loads=[min(loads), quantile(loads, .5), max(loads)])


def goodputs():
    for period in map(float, options.periods.split(",")):
        free, _ = goodput(0, options.seconds / 2)
        rate, count = goodput(period, options.seconds)
        again, _ = goodput(0, options.seconds / 2)
        share = 100 * rate / ((free + again) / 2)
        table.add(f"SIGKILL every {period:g} s: goodput", f"{share:.1f} %: {rate:.2f} steps/s with {count}, {free:.2f} and {again:.2f} without", ("goodput", share, -97 if period >= 30 else -94, "{:g} %"))
        record(row="goodput", period=period, faults=count, rate=rate, free=[free, again])


def peer():
    if not options.peer:
        raise SystemExit("the row peer needs --peer FOLDER, the one with its chaos.py")
    for flags in (["--period", "15", "--monitor", "0.1"], ["--period", "15", "--monitor", "5"]):
        out = subprocess.run(["/usr/bin/python3", os.path.join(options.peer, "chaos.py"), "--seconds", str(options.seconds), *flags,
                              "--hidden", "256", "--layers", "4", "--seq", "128", "--batch", "4", "--vocab", "4096", "--heads", "4", "--kv-heads", "2", "--ffn", "688"], capture_output=True, text=True)
        table.add("peer " + " ".join(flags), out.stdout.strip() or out.stderr.strip()[-300:])
        if out.stdout.strip():
            record(row="peer", flags=flags, **json.loads(out.stdout))


standby = "meditron.parallel.standbys=1"
known = {
    "kill": lambda: faults("kill", "SIGKILL of a worker, standby present", signal.SIGKILL, (.4, .8), standby),
    "shrink": lambda: faults("shrink", "SIGKILL of a worker, no standby", signal.SIGKILL, (.4, None)),
    "stop": lambda: faults("stop", "SIGSTOP of a worker", signal.SIGSTOP, (None, 1.5), standby),
    "train": lambda: others("train", "SIGKILL of meditron train (coordinators, terminal)", lambda job: [node["process"] for node in job.seeds() if node["role"] == "train"]),
    "seed": lambda: others("seed", "SIGKILL of the seed with the coordinators", lambda job: [job.seeds()[0]["process"]]),
    "deputy": lambda: others("deputy", "SIGKILL of the other seed", lambda job: [job.seeds()[1]["process"]]),
    "seeds": lambda: others("seeds", "SIGKILL of both seeds at once", lambda job: [node["process"] for node in job.seeds()[:2]]),
    "standby": lambda: others("standby", "SIGKILL of a standby", lambda job: [node["process"] for node in job.nodes() if node["role"] == "standby" and node.get("address")][:1], standby),
    "database": database,
    "fill-disk": fill_disk,
    "corrupt-shard": lambda: harm("corrupt-shard", "one bit of the newest checkpoint flipped", ["--fault", "corrupt-shard"], "meditron.checkpoint.keep-last=8"),
    "partition": partition,
    "quiet": quiet,
    "cost": lambda: cost(options.seconds / 2, options.rounds),
    "goodput": goodputs,
    "peer": peer,
}
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
asked = options.rows.split(",")
if unknown := set(asked) - set(known):
    raise SystemExit(f"there is no row {', '.join(sorted(unknown))}; there are {', '.join(known)}")
began = time.time()
try:
    head = f"Machine: {machine()}. Two workers, one thread each."
    print(head, flush=True)
    record(machine=machine(), arguments=sys.argv[1:])
    for row in asked:
        try:
            known[row]()
        except Exception as e:
            if not isinstance(e, Broken):
                traceback.print_exc()
            print(e, file=sys.stderr, flush=True)
            record(row=row, failed=str(e))
            table.fail(row, e)
finally:
    if table.rows:
        text = f"{head} {(time.time() - began) / 60:.1f} min.\n\n{table.text()}\n"
        print("\n" + text, end="", flush=True)
        if options.out:
            with open(os.path.join(options.out, "table.md"), "w") as f:
                f.write(text)
            print(f"\nRaw rows: {os.path.join(options.out, 'rows.jsonl')}", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
sys.exit(1 if table.failed else 0)
