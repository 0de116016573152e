using Meditron.Training.Checkpoints;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Distributed.Workers;
using Meditron.Training.Parallel;
using Meditron.Training.Recovery;

namespace Meditron.Simulation.Jobs;

/// <summary>
/// Takes the place of a <see cref="DeviceActor"/>: the same messages, the same order of what it does and keeps, and hashes in place of tensors. Its work takes
/// virtual time, in which messages wait, as they do while a real device computes.
/// </summary>
internal sealed partial class SimulatedDevice : ReceiveActor
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ExchangeTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan AbortTime = TimeSpan.FromMilliseconds(20);

    private readonly TrainingSite _site;
    private readonly ProcessMachine _machine;
    private readonly DeviceAbort _abort;
    private readonly SeededRandom _random;
    private readonly IActorRef _parent = Context.Parent;
    private readonly IActorRef _self;
    private readonly Queue<object> _messages = new();
    private readonly ShardWriter _writer;
    private readonly List<ShardMemory> _retained = [];
    private PrepareDevice? _prepared;
    private GroupMember? _member;
    private GenerationGroup? _group;
    private ShardMemory? _memory;
    private int _current;
    private ulong[] _compute = [];
    private bool _running;
    private StepControl _control;
    private IEnumerator<DeviceWait>? _work;
    private (long Generation, int Rank) _workOf;
    private DeviceWait? _waiting;
    private Exchange? _exchange;
    private long _wait;
    private string? _broken;

    public SimulatedDevice(TrainingSite site, ProcessMachine machine, DeviceAbort abort)
    {
        _site = site;
        _machine = machine;
        _abort = abort;
        _self = Self;
        _random = site.World.Random($"device/{site.NextNumber()}");
        _writer = new ShardWriter(site, machine.Process, Saved);
        Receive<Resume>(Resumed);
        ReceiveAny(message =>
        {
            if (_work is null)
            {
                Handle(message);
                Drain();
            }
            else
            {
                _messages.Enqueue(message);
            }
        });
    }

    private NodeProcess Process => _machine.Process;

    private World World => _site.World;

    private JobPlan Plan => _site.Plan;

    private StepPosition Position => _memory!.PositionOf(_current)!;

    public static Props PropsFor(TrainingSite site, ProcessMachine machine, DeviceAbort abort) => Props.Create(() => new SimulatedDevice(site, machine, abort));

    protected override void PostStop()
    {
        _wait++;
        _writer.Stop();
        Release();
        foreach (var memory in _retained)
        {
            memory.Close(Process);
        }
    }

    private void Handle(object message)
    {
        switch (message)
        {
            case PrepareDevice prepare:
                Guarded(prepare.Generation, prepare.Rank, Prepare(prepare));
                break;
            case ConnectDevice connect:
                Guarded(connect.Generation, _prepared?.Rank ?? -1, Connect(connect));
                break;
            case RunDevice run when run.Generation == _prepared?.Generation && _memory is not null:
                _running = true;
                _self.Tell(new NextStep(run.Generation));
                break;
            case ControlDevice control when control.Generation == _prepared?.Generation:
                Control(control.Control);
                break;
            case NextStep next when _running && next.Generation == _prepared?.Generation:
                Guarded(next.Generation, _prepared.Rank, Step());
                break;
            case WarmUpDevice:
                Begin(0, -1, WarmUp());
                break;
            case ReportStates question:
                _parent.Tell(new DeviceStates(question.Correlation, [.. Handles()]));
                break;
        }
    }

    private void Drain()
    {
        while (_work is null && _messages.TryDequeue(out var message))
        {
            Handle(message);
        }
    }

    private void Guarded(long generation, int rank, IEnumerator<DeviceWait> work)
    {
        _workOf = (generation, rank);
        try
        {
            _abort.ThrowIfAborted(generation);
        }
        catch (OperationCanceledException exception)
        {
            Failed("communication", exception.Message, null);
            return;
        }

        Begin(generation, rank, work);
    }

    private void Begin(long generation, int rank, IEnumerator<DeviceWait> work)
    {
        _workOf = (generation, rank);
        _work = work;
        Advance();
    }

    /// <summary>Does the work up to its next wait.</summary>
    private void Advance()
    {
        try
        {
            if (_work!.MoveNext())
            {
                Await(_work.Current);
                return;
            }

            Rest();
        }
        catch (CheckpointException exception)
        {
            Rest();
            Failed("checkpoint", exception.Message, exception.Folder);
        }
        catch (OperationCanceledException exception)
        {
            Rest();
            Failed("communication", exception.Message, null);
        }
    }

    private void Await(DeviceWait wait)
    {
        _waiting = wait;
        var number = ++_wait;
        if (_broken is { } broken && wait is Meeting)
        {
            Wake(number, AbortTime, broken);
            return;
        }

        _ = _abort.Progress.Enter(wait switch
        {
            Work => DeviceActivity.Computing,
            Meeting => DeviceActivity.Waiting,
            _ => DeviceActivity.Storing,
        });
        switch (wait)
        {
            case Work work:
                Wake(number, work.Time, null);
                break;
            case Meeting meeting:
                Wake(number, meeting.Timeout, $"a rank did not come to {meeting.Kind} of step {meeting.Step} within {meeting.Timeout}");
                _exchange = _group!.Enter(meeting.Kind, meeting.Step, meeting.Ranks, _prepared!.Rank, meeting.Contribution, all =>
                {
                    meeting.All = all;
                    _self.Tell(new Resume(number, null));
                });
                break;
            case UnreadVersion version:
                _writer.WhenUnread(version.Slot, () => _self.Tell(new Resume(number, null)));
                break;
        }
    }

    private void Rest()
    {
        _work = null;
        _ = _abort.Progress.Enter(DeviceActivity.Idle);
    }

    private void Wake(long number, TimeSpan after, string? failure) => World.At(after, Process, () => _self.Tell(new Resume(number, failure)));

    private void Resumed(Resume resume)
    {
        if (resume.Number != _wait || _work is null)
        {
            return;
        }

        _exchange?.Forget(_member!);
        _exchange = null;
        _waiting = null;
        if (resume.Failure is { } failure)
        {
            Rest();
            Failed("communication", failure, null);
        }
        else
        {
            Advance();
        }

        Drain();
    }

    /// <summary>Ends what the device waits for; what it computes ends a little later.</summary>
    private void Aborted(string reason)
    {
        _broken ??= reason;
        if (_waiting is { CanBeAborted: true })
        {
            Wake(_wait, _waiting is Work ? _random.Time(TimeSpan.Zero, AbortTime) : TimeSpan.Zero, reason);
        }
    }

    private void Failed(string kind, string error, string? checkpoint)
    {
        _running = false;
        _parent.Tell(new DeviceFailed(new GenerationFailed
        {
            Generation = _workOf.Generation,
            Rank = _workOf.Rank,
            Step = _memory?.PositionOf(_current)?.Step ?? 0,
            Kind = kind,
            Error = error,
            Checkpoint = checkpoint ?? "",
        }));
    }

    private void Saved(DeviceSaved saved) => _parent.Tell(saved);

    private IEnumerable<StateHandle> Handles()
    {
        var handles = _retained.Select(memory => _machine.Describe(memory, isMaker: false));
        return _memory is null ? handles : handles.Append(_machine.Describe(_memory, isMaker: true));
    }

    private IEnumerator<DeviceWait> WarmUp()
    {
        if (_prepared is null)
        {
            yield return new Work(_random.Milliseconds(300, 2_500), IsAbortable: false);
        }

        _parent.Tell(new DeviceWarm());
    }

    private void LeaveGroup()
    {
        if (_member is { } member)
        {
            member.Broken = null;
            _group?.Leave(member);
            member.HasLeft = true;
        }

        _member = null;
        _group = null;
        _broken = null;
    }

    private void Release()
    {
        _abort.Clear();
        LeaveGroup();
        _memory?.Close(Process);
        _memory = null;
        _compute = [];
    }

    /// <summary>Goes on with the work, or fails it.</summary>
    private sealed record Resume(long Number, string? Failure) : INoSerializationVerificationNeeded;

    /// <summary>Take the next step.</summary>
    private sealed record NextStep(long Generation) : INoSerializationVerificationNeeded;
}
