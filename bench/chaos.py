"""Faults against a job of two workers (256 wide, 4 layers, 128 tokens, 4 sequences a worker), measured from the signal to the first step beyond the last one before it.

    bench/chaos.sh [--rows kill,shrink,stop,goodput,free] [--faults 30] [--seconds 150] [--peer FOLDER] [--out FILE]

kill     SIGKILL of a worker, a standby present
shrink   SIGKILL of a worker, none present: one copy of the model goes on, and grows again
stop     SIGSTOP of a worker, a standby present
goodput  SIGKILL of a worker every 30 s and every 15 s: steps a second against those of a run without faults just before
peer     with --peer: chaos.py of that folder, every 15 s, turn about with our goodput rows
A line of JSON for each fault and each row goes to the file given with --out; a table goes to standard output.
"""
import argparse, json, os, random, re, shutil, signal, subprocess, sys, tempfile, time

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
meditron = [os.path.join(root, "src/Meditron.Cli/bin/Release/net10.0/meditron")]
p = argparse.ArgumentParser()
p.add_argument("--rows", default="kill,shrink,stop,goodput"); p.add_argument("--faults", type=int, default=30); p.add_argument("--seconds", type=float, default=150)
p.add_argument("--peer"); p.add_argument("--out")
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
        for override in overrides:
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
            ready = job.layout == 2 and quiet >= 15 and (not times or job.joined > began) and now - job.joined > 2
            if ready:
                began = time.time()
                os.kill(job.pids[random_.randrange(2)], signum)
                struck = began
    finally:
        job.end()
    print(f"{name:10} {len(times)} faults: p50 {quantile(times, .5):.3f} s, p99 {quantile(times, .99):.3f} s, worst {max(times):.3f} s" +
          (f"; growth holds a step up for {quantile(stalls, .5):.3f} s (p50)" if stalls else ""), flush=True)
    record(row=name, faults=len(times), p50=quantile(times, .5), p99=quantile(times, .99), worst=max(times), growth_p50=quantile(stalls, .5) if stalls else None)


def goodput(period, seconds):
    job, random_ = Job(f"goodput-{period:g}" if period else "free", "meditron.parallel.standbys=1"), random.Random(7)
    begin = first = due = None
    count = 0
    try:
        for now in job.lines():
            if begin is None:
                if job.step >= 30 and now - job.joined > 2:
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
