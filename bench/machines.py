"""A job over machines that are namespaces of this one (network, processes, host name), measured: a seed, and two machines with a launcher and one worker each.

    bench/machines.sh [--rows copy,node,partition] [--seconds 15] [--rounds 1] [--faults 3] [--out FILE]

copy     steps a second with the copies of shards on the other machine and without, turn about, and what of a step waits for them
node     SIGKILL of a machine with all of its processes, launcher included: seconds to the next new step, and the steps that were taken again
partition a machine is cut off from the seed and from the other one: seconds to the next new step, and, once its network has healed, to its taking part again
A line of JSON for each row goes to the file given with --out; what is measured also goes to standard output.
"""
import argparse, json, os, re, shutil, signal, subprocess, sys, tempfile, time

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
meditron = [os.path.join(root, "src/Meditron.Cli/bin/Release/net10.0/meditron")]
p = argparse.ArgumentParser()
p.add_argument("--rows", default="copy,node"); p.add_argument("--seconds", type=float, default=15); p.add_argument("--rounds", type=int, default=1)
p.add_argument("--faults", type=int, default=3); p.add_argument("--out")
options = p.parse_args()
raw = open(options.out, "a") if options.out else None
folder = tempfile.mkdtemp()
jobs = []
prefix = f"meditron-bench-{os.getpid()}"
config = os.path.join(folder, "machines.conf")
with open(config, "w") as f:
    f.write(f"""meditron {{
  model {{ preset = tiny, max-positions = 256 }}
  training {{ steps = 1000000, micro-batch = 4, global-batch = 8, sequence-length = 128, learning-rate = 3e-4, min-learning-rate = 3e-5, eval-interval = 0, log-interval = 1 }}
  parallel {{ data = 2 }}
  data {{ inputs = ["{root}/data/sample/*.jsonl"], tokenizer.vocabulary-size = 4079, split = "90,10,0", cache = "{folder}/data" }}
  checkpoint {{ interval = 0 }}
  run.folder = "{folder}/runs"
  node.workers = 1
  threads = 1
  device = cpu
}}""")


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True)


def record(**row):
    print("  ".join(f"{key} {value}" for key, value in row.items()), flush=True)
    if raw:
        raw.write(json.dumps(row) + "\n"); raw.flush()


def network(hosts):
    try:
        if subprocess.run(["ip", "netns", "add", f"{prefix}-0"]).returncode == 0:
            ip("netns", "del", f"{prefix}-0")
            if subprocess.run(["unshare", "--pid", "--uts", "--fork", "--kill-child", "--mount-proc", "true"]).returncode == 0:
                return make(hosts)
    except FileNotFoundError as e:
        print(e, file=sys.stderr)
    print("machines need namespaces of networks and processes: root, and the commands ip (package iproute2) and unshare (util-linux)", file=sys.stderr)
    sys.exit(3)


def make(hosts):
    ip("netns", "add", f"{prefix}-0"); ip("-n", f"{prefix}-0", "link", "add", "bridge", "type", "bridge"); ip("-n", f"{prefix}-0", "link", "set", "bridge", "up")
    for host in range(1, hosts + 1):
        name = f"{prefix}-{host}"
        ip("netns", "add", name)
        ip("link", "add", f"host{host}", "netns", f"{prefix}-0", "type", "veth", "peer", "name", "eth0", "netns", name)
        ip("-n", f"{prefix}-0", "link", "set", f"host{host}", "master", "bridge", "up")
        ip("-n", name, "addr", "add", f"10.78.0.{host}/24", "dev", "eth0"); ip("-n", name, "link", "set", "eth0", "up"); ip("-n", name, "link", "set", "lo", "up")


class Job:
    def __init__(self, name, *overrides):
        self.name, self.overrides, self.machines, self.step = name, overrides, {}, 0
        jobs.append(self)
        for machine in (1, 2, 3):
            self.start(machine)

    def start(self, machine):
        role, shipped = ("seed", "seed.conf") if machine == 1 else ("launcher", "worker.conf")
        command = ["ip", "netns", "exec", f"{prefix}-{machine}", "unshare", "--pid", "--uts", "--fork", "--kill-child", "--mount-proc", "sh", "-c",
                   f'echo machine{machine} > /proc/sys/kernel/hostname; exec "$@"', "machine",
                   *meditron, "node", "--role", role, "--plain", "--config", os.path.join(root, "hocon", shipped), "--config", config, "-c", f"meditron.run.name={self.name}", "-c", "meditron.cmd.port=0"]
        for override in self.overrides:
            command += ["-c", override]
        environment = dict(os.environ, MEDITRON_HOST=f"10.78.0.{machine}", MEDITRON_SEED="10.78.0.1", MEDITRON_SECRET="bench")
        self.machines[machine] = subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.PIPE if machine == 1 else subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True)

    def kill(self, machine):
        self.machines[machine].send_signal(signal.SIGKILL); self.machines[machine].wait()

    def lines(self):
        for line in self.machines[1].stdout:
            if match := re.match(r"step (\d+)/", line):
                self.step = int(match[1])
            yield time.time(), line
        raise SystemExit(f"job {self.name} has ended; see {folder}")

    def end(self):
        for machine in self.machines:
            if self.machines[machine].poll() is None:
                self.kill(machine)


def copy():
    for number in range(options.rounds):
        for setting in ("auto", "off"):
            job = Job(f"copy-{setting}-{number}", f"meditron.recovery.copies.across-machines={setting}")
            begin, first = None, 0
            for now, _ in job.lines():
                if begin is None and job.step >= 10:
                    begin, first = now, job.step
                if begin is not None and now - begin > options.seconds:
                    break
            waits = [float(entry["copy_seconds"]) for entry in map(json.loads, open(f"{folder}/runs/{job.name}/metrics.jsonl")) if "copy_seconds" in entry]
            record(row="copy", copies=setting, steps=job.step - first, steps_a_second=round((job.step - first) / (now - begin), 3), wait_ms_a_step=round(1000 * sum(waits) / len(waits), 2) if waits else 0)
            job.end()


def node():
    job = Job("node")
    for fault in range(options.faults):
        trained, killed, before, growing = 0, None, 0, False
        for now, line in job.lines():
            if re.search(r"training with 2 workers", line):
                trained = job.step
            if killed is None and trained is not None and job.step >= trained + 10 and "step" in line and (fault == 0 or growing):
                before, killed = job.step, time.time()
                job.kill(3)
            elif killed is None and re.search(r"training with 2 workers", line):
                growing = True
            elif killed is not None and re.match(r"step \d+/", line) and job.step > before:
                break
        events = [json.loads(entry) for entry in open(f"{folder}/runs/node/events.jsonl")]
        record(row="node", fault=fault, seconds=round(now - killed, 3), from_memory=not any(entry["event"] == "memory-lost" for entry in events))
        job.start(3)
    job.end()


def partition():
    job = Job("partition")
    for fault in range(options.faults):
        quiet, begun, healed, before, seconds = 0, None, None, 0, None
        for now, line in job.lines():
            stepped = re.match(r"step \d+/", line)
            if begun is None:
                # Both machines take part, and have taken some steps.
                quiet += 1 if stepped else 0
                if quiet >= 20:
                    before, begun = job.step, time.time()
                    ip("-n", f"{prefix}-3", "link", "set", "eth0", "down")
            elif seconds is None and stepped and job.step > before:
                seconds = now - begun
            elif seconds is not None and healed is None and stepped and job.step > before + 10:
                healed = time.time()
                ip("-n", f"{prefix}-3", "link", "set", "eth0", "up")
            elif healed is not None and re.search(r"training with 2 workers", line):
                back = now - healed
                break
        events = [json.loads(entry) for entry in open(f"{folder}/runs/partition/events.jsonl")]
        record(row="partition", fault=fault, seconds=round(seconds, 3), back=round(back, 3), from_memory=not any(entry["event"] == "memory-lost" for entry in events))
    job.end()


signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
try:
    network(3)
    for row in options.rows.split(","):
        {"copy": copy, "node": node, "partition": partition}[row]()
finally:
    for job in jobs:
        job.end()
    for host in range(0, 4):
        subprocess.run(["ip", "netns", "del", f"{prefix}-{host}"], stderr=subprocess.DEVNULL)
    shutil.rmtree(folder, ignore_errors=True)
