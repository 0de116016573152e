using Meditron.Training.Chaos;
using Meditron.Training.Checkpoints;
using Meditron.Training.Distributed;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Distributed.Workers;
using Meditron.Training.Parallel;
using Meditron.Training.Recovery;

namespace Meditron.Simulation.Jobs;

/// <content>What a device does for a generation: prepare, connect and load, steps, checkpoints.</content>
internal sealed partial class SimulatedDevice
{
    private IEnumerator<DeviceWait> Prepare(PrepareDevice message)
    {
        _running = false;
        _control = StepControl.None;
        if (_memory is not null && _prepared?.Layout == message.Layout && _prepared.Rank == message.Rank)
        {
            // The same part of the model under a new number: only the connections are new.
            _abort.Clear();
            LeaveGroup();
        }
        else
        {
            if (_memory is { } memory)
            {
                memory.Open(Process);
                _retained.Add(memory);
            }

            Release();
        }

        _prepared = message;
        var (member, endpoint) = _site.Wires.Offer(Process);
        _member = member;
        member.Broken = Aborted;
        _abort.Register(message.Generation, Aborted);
        yield return new Work(_random.Milliseconds(1, 8));
        _parent.Tell(new DevicePrepared(message.Generation, message.Rank, [endpoint]));
    }

    private IEnumerator<DeviceWait> Connect(ConnectDevice message)
    {
        var (generation, rank, layout) = (message.Generation, _prepared!.Rank, _prepared.Layout);
        _group = _site.Wires.Find(generation, message.Ranks);
        yield return new Meeting(ExchangeKind.Connect, 0, AllRanks(layout), rank, ConnectTimeout);
        if (_memory is null)
        {
            yield return new Work(_random.Milliseconds(2, 20));
            _memory = _machine.Machine.Create(Process, layout, rank);
        }

        var start = message.Start;
        _site.Record.Connected(generation, start);
        if (start.States.Count > 0)
        {
            if (Reached(FaultPoint.MidRecovery, start.Step, out var pause))
            {
                yield return pause;
            }

            if (!Rewind(start.Step))
            {
                yield return new Work(_random.Milliseconds(2, 30));
                LoadFromMemory(start, layout, rank);
            }

            var gather = new Meeting(ExchangeKind.Restore, start.Step, layout.DataGroup(rank), _memory.UnitsOf(_current), ExchangeTimeout);
            yield return gather;
            _compute = Flatten(gather.All);
        }
        else
        {
            Invalidate();
            if (start.Checkpoint.Length > 0)
            {
                yield return new Work(_random.Milliseconds(10, 200), IsAbortable: false);
            }

            LoadDurable(start, layout, rank);
        }

        var ready = new GenerationReady { Generation = generation, Rank = rank, Step = Position.Step, State = _machine.Describe(_memory, isMaker: true) };
        ready.Taken.AddRange(_memory.History.Where(position => position.SamplesConsumed > 0 && position.Step <= Position.Step).Select(Told));

        _parent.Tell(new DeviceReady(ready));
    }

    private IEnumerator<DeviceWait> Step()
    {
        var (generation, rank, layout) = (_prepared!.Generation, _prepared.Rank, _prepared.Layout);
        var (before, step) = (Position, Position.Step + 1);
        var asks = _control;
        _control = StepControl.None;
        var begin = World.Now;
        DeviceWait pause;
        if (Reached(FaultPoint.BeforeForward, step, out pause))
        {
            yield return pause;
        }

        yield return new Work(_random.Milliseconds(Plan.ComputeMilliseconds * 0.8, Plan.ComputeMilliseconds * 1.2));
        if (Reached(FaultPoint.AfterBackward, step, out pause))
        {
            yield return pause;
        }

        var dataGroup = layout.DataGroup(rank);
        if (dataGroup.Count > 1)
        {
            yield return new Meeting(ExchangeKind.Reduce, step, dataGroup, rank, ExchangeTimeout);
        }

        if (Reached(FaultPoint.BeforeNorm, step, out pause))
        {
            yield return pause;
        }

        var shares = new MicroBatchShares(Plan.MicroBatches, layout.Data);
        var at = layout.At(rank);
        var part = new StepPart(asks, Hash.Add(Hash.Start, _compute), before.SamplesConsumed + shares.FirstOf(at.Data), shares.CountOf(at.Data));
        var norm = new Meeting(ExchangeKind.Norm, step, AllRanks(layout), part, ExchangeTimeout);
        yield return norm;
        var gradient = StepPart.Gradient(layout, step, norm.All);
        var asked = norm.All.Aggregate(StepControl.None, static (all, each) => all | ((StepPart)each).Asks);
        _site.Record.Committed(_group!, rank, step, gradient);
        if (Reached(FaultPoint.AfterNorm, step, out pause))
        {
            yield return pause;
        }

        var next = 1 - _current;
        if (_writer.IsRead(next))
        {
            yield return new UnreadVersion(next);
        }

        _memory!.Invalidate(next);
        var cell = ReferenceRun.CellOf(layout, rank);
        var (first, _) = _site.Reference.UnitsOf(layout, rank);
        var loss = _site.Reference.LossOf(step, gradient);
        var isSkipped = !double.IsFinite(loss);
        ulong[] units = [.. _memory.UnitsOf(_current).Select((unit, index) => isSkipped ? unit : ReferenceRun.Next(unit, cell * Plan.Units + first + index, gradient))];
        yield return new Work(_random.Milliseconds(0.5, 6));
        if (Reached(FaultPoint.MidUpdate, step, out pause))
        {
            yield return pause;
        }

        yield return new Work(_random.Milliseconds(0.5, 6));
        if (Reached(FaultPoint.MidAllGather, step, out pause))
        {
            yield return pause;
        }

        Publish(next, units, new StepPosition(
            step,
            before.SamplesConsumed + Plan.MicroBatches,
            before.Updates + (isSkipped ? 0 : 1),
            before.SkippedSteps + (isSkipped ? 1 : 0),
            loss,
            1,
            1,
            isSkipped ? before.InARow + 1 : 0));
        _current = next;
        var gather = new Meeting(ExchangeKind.Gather, step, dataGroup, units, ExchangeTimeout);
        yield return gather;
        _compute = Flatten(gather.All);
        ReleaseRetained();
        if (Reached(FaultPoint.AfterStep, step, out pause))
        {
            yield return pause;
        }

        var last = step >= Plan.Steps;
        var stop = last || asked.HasFlag(StepControl.Stop);
        if (stop || asked.HasFlag(StepControl.Checkpoint) || step % Plan.CheckpointInterval == 0)
        {
            Save();
        }

        var told = Told(Position);
        told.Seconds = (World.Now - begin).TotalSeconds;
        told.ComputeSeconds = Plan.ComputeMilliseconds / 1000;
        _parent.Tell(new DeviceStepped(told));
        if (stop || asked.HasFlag(StepControl.Pause))
        {
            Stopped(last ? StopCause.LastStep : asked.HasFlag(StepControl.Stop) ? StopCause.Stop : StopCause.Pause);
        }
        else
        {
            _self.Tell(new NextStep(generation));
        }
    }

    private void Control(StepControl asked)
    {
        if (_running)
        {
            _control |= asked;
        }
        else if (_memory is not null && asked.HasFlag(StepControl.Stop))
        {
            Save();
            Stopped(StopCause.Stop);
        }
    }

    private void Stopped(StopCause cause)
    {
        _running = false;
        _parent.Tell(new DeviceStopped(new GenerationStopped { Generation = _prepared!.Generation, Rank = _prepared.Rank, Step = Position.Step, Cause = cause }));
    }

    private void Save()
    {
        var layout = _prepared!.Layout;
        var position = new Meditron.Training.Distributed.Protocol.CheckpointPosition
        {
            Step = Position.Step,
            Generation = _prepared.Generation,
            Updates = Position.Updates,
            SkippedSteps = Position.SkippedSteps,
            SamplesConsumed = Position.SamplesConsumed,
            Layout = new Layout { Tensor = layout.Tensor, Pipeline = layout.Pipeline, Data = layout.Data },
        };
        position.History.AddRange(_memory!.History.Where(each => each.Step > 0 && each.Step <= Position.Step).TakeLast(StepHistory.Length).Select(each => DivergenceMessages.Message(CheckpointStep.Of(each))));
        var (rank, step) = (_prepared.Rank, Position.Step);
        _writer.Write(_memory!, _current, position, layout, rank, () => _site.Faults.Reached(FaultPoint.MidCheckpoint, step, rank, _machine));
    }

    private bool Rewind(int step)
    {
        for (var slot = 0; slot < StateArena.Slots; slot++)
        {
            if (_memory!.PositionOf(slot)?.Step == step)
            {
                _current = slot;
                return true;
            }
        }

        return false;
    }

    private void LoadFromMemory(StartFrom start, ParallelLayout layout, int rank)
    {
        Invalidate();
        var cell = ReferenceRun.CellOf(layout, rank);
        var (first, count) = _site.Reference.UnitsOf(layout, rank);
        var units = new ulong?[count];
        StepPosition? position = null;
        foreach (var handle in start.States.Where(handle => handle.Machine == _machine.Name))
        {
            var from = new ParallelLayout(handle.Layout.Tensor, handle.Layout.Pipeline, handle.Layout.Data);
            if (ReferenceRun.CellOf(from, handle.Rank) != cell)
            {
                continue;
            }

            var source = Find(handle);
            var slot = Enumerable.Range(0, StateArena.Slots).Where(each => source.PositionOf(each)?.Step == start.Step).DefaultIfEmpty(-1).First();
            if (slot < 0)
            {
                throw new CheckpointException($"The memory of rank {handle.Rank} of {from} has steps {string.Join(", ", source.Steps)} and no longer step {start.Step}.");
            }

            position = source.PositionOf(slot);
            _memory!.Remember(source.History.Where(each => each.Step <= start.Step));
            var there = _site.Reference.UnitsOf(from, handle.Rank).First;
            foreach (var (unit, index) in source.UnitsOf(slot).Select(static (unit, index) => (unit, index)))
            {
                if (there + index - first is var place && place >= 0 && place < count)
                {
                    units[place] = unit;
                }
            }
        }

        if (position is null || Array.Exists(units, static unit => unit is null))
        {
            throw new CheckpointException($"Memory holds {units.Count(static unit => unit is not null)} of the {count} units of rank {rank}.");
        }

        if (World.IsPlanted(PlantedMistake.NewcomersSamplesOff))
        {
            position = position with { SamplesConsumed = position.SamplesConsumed + 1 };
        }

        if (World.IsPlanted(PlantedMistake.SkippedStepsForgotten))
        {
            position = position with { SkippedSteps = 0, Updates = position.Step };
        }

        Publish(_current, [.. units.Select(static unit => unit!.Value)], position);
    }

    private ShardMemory Find(StateHandle handle)
    {
        var token = StateHolder.TokenOf(handle);
        if (_retained.Find(memory => memory.Token == token) is { } own)
        {
            return own;
        }

        try
        {
            var memory = _machine.Machine.Open(Process, handle.ProcessId, handle.Fd, token);
            memory.Close(Process);
            return memory;
        }
        catch (IOException exception)
        {
            throw new CheckpointException($"The state cannot be taken from memory: {exception.Message}", exception);
        }
    }

    private void LoadDurable(StartFrom start, ParallelLayout layout, int rank)
    {
        var cell = ReferenceRun.CellOf(layout, rank);
        var (first, count) = _site.Reference.UnitsOf(layout, rank);
        if (start.Checkpoint.Length > 0)
        {
            var (units, position, history) = _site.Disk.Read(start.Checkpoint);
            _memory!.Remember(history.Select(each => each.ToPosition()));
            Publish(_current, units[(cell * Plan.Units + first)..(cell * Plan.Units + first + count)], position);
            _compute = units[(cell * Plan.Units)..((cell + 1) * Plan.Units)];
        }
        else
        {
            Publish(_current, [.. _site.Reference.StateOf(0, cell, first, count)], new StepPosition(0, 0, 0, 0));
            _compute = [.. _site.Reference.StateOf(0, cell, 0, Plan.Units)];
        }
    }

    private void Publish(int slot, ulong[] units, StepPosition position)
    {
        _memory!.Publish(slot, units, position);
        _site.Record.Published(Process, _memory.Layout, _memory.Rank, units, position);
    }

    private void Invalidate()
    {
        for (var slot = 0; slot < StateArena.Slots; slot++)
        {
            _memory!.Invalidate(slot);
        }
    }

    private void ReleaseRetained()
    {
        foreach (var memory in _retained)
        {
            memory.Close(Process);
        }

        _retained.Clear();
    }

    /// <summary>Lets the faults of a point happen; the work goes on after the pause, unless the process has ended or stands still.</summary>
    private bool Reached(FaultPoint point, int step, out DeviceWait pause)
    {
        var time = _site.Faults.Reached(point, step, _prepared!.Rank, _machine);
        pause = new Work(time ?? TimeSpan.Zero, IsAbortable: time != PointFaults.ForEver);
        return time is not null;
    }

    private StepCompleted Told(StepPosition position) => new()
    {
        Generation = _prepared!.Generation,
        Rank = _prepared.Rank,
        Step = position.Step,
        Loss = position.Loss,
        GradientNorm = position.GradientNorm,
        LearningRate = position.LearningRate,
        Skipped = position.InARow > 0,
        SamplesConsumed = position.SamplesConsumed,
        Updates = position.Updates,
        SkippedSteps = position.SkippedSteps,
    };

    private static ulong[] Flatten(object[] parts) => [.. parts.SelectMany(static part => (ulong[])part)];

    private static int[] AllRanks(ParallelLayout layout) => [.. Enumerable.Range(0, layout.World)];
}
