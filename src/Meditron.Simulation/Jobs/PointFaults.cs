using Meditron.Training.Chaos;

namespace Meditron.Simulation.Jobs;

/// <summary>Makes faults happen at the named points of a step and at moments of the coordinator's, by a plan that the seed draws.</summary>
internal sealed class PointFaults
{
    /// <summary>How long a device stops that hangs: until its process is ended.</summary>
    public static readonly TimeSpan ForEver = TimeSpan.FromDays(1);

    private static readonly string[] Moments = ["worker-joined", "generation", "generation-failed", "worker-lost", "memory-lost", "taken-over", "checkpoint", "growing", "worker-expelled"];

    private readonly TrainingSite _site;
    private readonly SeededRandom _random;
    private readonly List<(PointFault Fault, int Left)> _planned = [];
    private readonly Dictionary<string, int> _happened = new(StringComparer.Ordinal);
    private readonly List<LeaderFault> _leader = [];
    private readonly List<(TimeSpan Until, Action End)> _undo = [];

    public PointFaults(TrainingSite site)
    {
        _site = site;
        _random = site.World.Random("points");
        if (site.IsCalm)
        {
            return;
        }

        for (var left = _random.Pick([0, 1, 1, 2, 2, 3, 4]); left > 0; left--)
        {
            var fault = new PointFault(
                (FaultPoint)_random.Below(Enum.GetValues<FaultPoint>().Length),
                _random.Between(1, site.Plan.Steps + 1),
                _random.Below(site.Plan.Layout.World),
                _random.Chance(0.5) ? PointAction.Kill : _random.Chance(site.Plan.Layout.World == 1 ? 0.7 : 0.2) ? PointAction.Hang : (PointAction)_random.Below(Enum.GetValues<PointAction>().Length),
                _random.Pick([1, 1, 1, 2, 3]));
            site.World.Note("fault", $"planned: {fault}");
            _planned.Add((fault, fault.Times));
        }

        for (var left = _random.Pick([0, 0, 1, 1, 2]); left > 0; left--)
        {
            var fault = new LeaderFault(_random.Pick(Moments), _random.Between(1, 4));
            site.World.Note("fault", $"planned: {fault}");
            _leader.Add(fault);
        }
    }

    /// <summary>Whether faults may still happen.</summary>
    public bool HaveEnded { get; private set; }

    /// <summary>Whether all that was planned has happened.</summary>
    public bool AllHappened => _planned.Count == 0;

    /// <summary>A rank passes a point; gives how long it stops there, or null where nothing happens.</summary>
    public TimeSpan? Reached(FaultPoint point, int step, int rank, ProcessMachine machine)
    {
        if (HaveEnded || _planned.Count == 0)
        {
            return null;
        }

        for (var index = 0; index < _planned.Count; index++)
        {
            var (fault, left) = _planned[index];
            if (fault.Point == point && fault.Rank == rank && (fault.Step == step || (fault.Step < step && left == fault.Times)))
            {
                if (left == 1)
                {
                    _planned.RemoveAt(index);
                }
                else
                {
                    _planned[index] = (fault with { Step = step }, left - 1);
                }

                _site.World.Note("fault", $"{fault.Action} at {point} of step {step} on rank {rank}, {machine.Process.Name}");
                return Happen(fault.Action, point, machine);
            }
        }

        return null;
    }

    /// <summary>A leader tells of something.</summary>
    public void Happened(string what, NodeProcess leader)
    {
        var count = _happened[what] = _happened.GetValueOrDefault(what) + 1;
        if (!HaveEnded && _leader.RemoveAll(fault => fault.Event == what && fault.Occurrence == count) > 0)
        {
            _site.World.Note("fault", $"{leader.Name} is killed at {what} number {count}");
            _site.Kill(leader);
        }
    }

    /// <summary>Ends all faults.</summary>
    public void End()
    {
        HaveEnded = true;
        foreach (var (_, end) in _undo.ToList())
        {
            end();
        }

        _undo.Clear();
    }

    private TimeSpan? Happen(PointAction action, FaultPoint point, ProcessMachine machine)
    {
        switch (action)
        {
            case PointAction.Kill:
                _site.Kill(machine.Process);
                break;
            case PointAction.Stop:
                Stop(machine.Process);
                break;
            case PointAction.Throw:
                // The writer of checkpoints reports what it meets, and throws nothing.
                if (point != FaultPoint.MidCheckpoint)
                {
                    throw new PlannedException($"A planned fault at {point}.");
                }

                break;
            case PointAction.Slow:
                return _random.Milliseconds(50, 2_000);
            case PointAction.Hang when point != FaultPoint.MidCheckpoint:
                return ForEver;
            case PointAction.KillTwo:
                _site.KillWorker(_random, machine.Process);
                _site.Kill(machine.Process);
                break;
            case PointAction.KillOther:
                _site.KillWorker(_random, machine.Process);
                break;
            case PointAction.KillMachine:
                _site.PowerOff(machine.Machine, _random);
                break;
            case PointAction.KillLeader:
                _site.KillLeader();
                break;
            case PointAction.KillBoth:
                _site.KillLeader();
                _site.Kill(machine.Process);
                break;
            case PointAction.KillLauncher:
                _site.KillLauncher(machine.Machine);
                break;
            case PointAction.KillDatabase:
                _site.KillDatabase(_random);
                break;
            case PointAction.Isolate:
                Isolate(machine.Machine);
                break;
        }

        return TimeSpan.Zero;
    }

    private void Stop(NodeProcess process)
    {
        process.Pause();
        Later(_random.Milliseconds(200, 8_000), () =>
        {
            if (process is { IsAlive: true, IsPaused: true })
            {
                _site.World.Note("fault", $"{process.Name} goes on");
                process.Resume();
            }
        });
    }

    private void Isolate(TrainingMachine machine)
    {
        var cut = new Cuts(_site.World.Network, 0.3);
        foreach (var here in machine.Places)
        {
            foreach (var there in _site.Fleet.Machines.Where(each => !machine.Places.Contains(each)))
            {
                cut.Add(here.Host, there.Host);
                cut.Add(there.Host, here.Host);
            }
        }

        Later(_random.Milliseconds(200, 8_000), cut.Repair);
    }

    private void Later(TimeSpan after, Action end)
    {
        var entry = (_site.World.Now + after, end);
        _undo.Add(entry);
        _site.World.At(after, null, () =>
        {
            if (_undo.Remove(entry))
            {
                end();
            }
        });
    }
}
