"""The table of scripts/chaos.sh: what was measured, what was to be shown, and whether it was."""
import os, platform, subprocess


def machine():
    """What the figures were taken on, in a line."""
    fields = {}
    with open("/proc/cpuinfo") as f:
        for line in f:
            name, _, value = line.partition(":")
            fields.setdefault(name.strip(), value.strip())
    with open("/proc/meminfo") as f:
        memory = int(f.readline().split()[1]) / 1048576
    dotnet = subprocess.run(["dotnet", "--version"], capture_output=True, text=True).stdout.strip()
    model = f"family {fields.get('cpu family')} model {fields.get('model')}" if fields.get("model name", "unknown") == "unknown" else fields["model name"]
    return f"{len(os.sched_getaffinity(0))} cores of {fields.get('vendor_id', platform.machine())} {model}, {memory:.0f} GiB, Linux {platform.release()}, .NET SDK {dotnet}, load {os.getloadavg()[0]:.1f} at the start"


def quantile(values, q):
    """The value at a share of the way from the least to the greatest."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))]


class Table:
    """Rows as they come; each is told at once, and all of them at the end."""

    def __init__(self):
        self.rows, self.failed = [], []

    def add(self, what, figure, *goals, note=""):
        """A row. Goals: what each is of, the figure, the most (or, negative, the least) that it may be, and how such a figure is written."""
        parts = [(f"{name} {'at least' if limit < 0 else 'at most'} {form.format(abs(limit))}", value <= limit if limit >= 0 else value >= -limit) for name, value, limit, form in goals]
        goal = "; ".join(part for part, _ in parts)
        missed = [part for part, met in parts if not met]
        verdict = "" if not parts else "met" if not missed else "MISSED" + (f": {'; '.join(missed)}" if len(parts) > 1 else "")
        self.put(what, figure + (f"; {note}" if note else ""), goal, verdict)

    def fail(self, what, why):
        """A row that could not be measured: the job died, or something hung."""
        self.failed.append(what)
        self.put(what, str(why).strip().splitlines()[0], "", "FAILED")

    def skip(self, what, why):
        """A row that this machine cannot have."""
        self.put(what, why, "", "skipped")

    def put(self, *cells):
        self.rows.append(cells)
        print(f"{cells[0]}: {cells[1]}" + (f" (goal: {cells[2]}: {cells[3]})" if cells[2] else f" ({cells[3]})" if cells[3] else ""), flush=True)

    def text(self):
        lines = [("fault", "measured", "goal", ""), *self.rows]
        widths = [max(len(cells[column]) for cells in lines) for column in range(4)]
        ruled = [lines[0], tuple("-" * max(3, width) for width in widths), *self.rows]
        return "\n".join("| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths)) + " |" for cells in ruled)
