using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Distributed.Launching;

/// <summary>Owns the worker processes of one machine: starts them and warm standbys, takes over those that run already, starts those that end again with growing waits, and ends them all at the end.</summary>
public sealed class NodeLauncher : ReceiveActor, IWithTimers
{
    private readonly NodeLauncherOptions options;
    private readonly IWorkerProcesses processes;
    private readonly TimeProvider time;
    private readonly Action<IReadOnlyList<int>> ended;
    private readonly ILoggingAdapter log = Context.GetLogger();
    private readonly Slot[] slots;
    private IActorRef? stopping;

    /// <summary>Makes the launcher.</summary>
    /// <param name="options">What to keep running.</param>
    /// <param name="processes">Starts processes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="ended">Told the exit codes by slot once all processes have ended and none is started again.</param>
    public NodeLauncher(NodeLauncherOptions options, IWorkerProcesses processes, TimeProvider time, Action<IReadOnlyList<int>> ended)
    {
        this.options = options;
        this.processes = processes;
        this.time = time;
        this.ended = ended;
        slots = [.. Enumerable.Range(0, options.Workers + options.Standbys).Select(index => new Slot { IsStandby = index >= options.Workers })];
        Receive<StartSlot>(start => Start(start.Index));
        Receive<Exited>(Ended);
        Receive<StopWorkers>(_ => Stop());
        Receive<EndWorker>(end =>
        {
            if (Array.Find(slots, slot => slot.Process?.Id == end.ProcessId) is { } slot)
            {
                log.Warning("Process {0} is ended: {1}.", end.ProcessId, end.Reason);
                slot.Process!.Kill();
            }
        });
        Receive<KillWorkers>(_ => Array.ForEach(slots, slot => slot.Process?.Kill()));
        Receive<GetProcesses>(_ => Sender.Tell(new ProcessIds([.. slots.Select(slot => slot.Process?.Id ?? 0)])));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>The actor's properties.</summary>
    public static Props PropsFor(NodeLauncherOptions options, IWorkerProcesses processes, TimeProvider time, Action<IReadOnlyList<int>> ended) =>
        Props.Create(() => new NodeLauncher(options, processes, time, ended));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        for (var index = 0; index < slots.Length; index++)
        {
            Start(index);
        }
    }

    /// <summary>The processes go on: another launcher may take them over. <see cref="StopWorkers"/> ends them.</summary>
    protected override void PostStop() => Array.ForEach(slots, slot => slot.Process?.Dispose());

    private void Start(int index)
    {
        var slot = slots[index];
        if (stopping is not null || slot.Process is not null)
        {
            return;
        }

        var self = Self;
        var number = ++slot.Starts;
        try
        {
            slot.Started = time.GetTimestamp();
            slot.Process = processes.Start(index, slot.IsStandby, code => self.Tell(new Exited(index, number, code)));
            log.Info("Worker {0} is process {1}{2}.", index, slot.Process.Id, slot.IsStandby ? " (standby)" : "");
        }
        catch (IOException exception)
        {
            log.Error("Worker {0} could not be started: {1}", index, exception.Message);
            Again(index);
        }
    }

    private void Ended(Exited exited)
    {
        var slot = slots[exited.Index];
        if (exited.Number != slot.Starts)
        {
            return;
        }

        slot.Process?.Dispose();
        slot.Process = null;
        if (stopping is not null)
        {
            Answer();
            return;
        }

        if (exited.Code == 0 || options.Final.Contains(exited.Code))
        {
            log.Info("Worker {0} ended with code {1} and is not started again.", exited.Index, exited.Code);
            Final(slot, exited.Code);
            return;
        }

        log.Warning("Worker {0} ended with code {1}.", exited.Index, exited.Code);
        if (time.GetElapsedTime(slot.Started) >= options.HealthyAfter)
        {
            slot.Failures = 0;
        }

        if (IsSpent(slot))
        {
            GiveUp(exited.Index, exited.Code);
            return;
        }

        Again(exited.Index);
    }

    private void Final(Slot slot, int code)
    {
        slot.FinalCode = code;
        if (slots.All(each => each.FinalCode is not null))
        {
            ended([.. slots.Select(each => each.FinalCode!.Value)]);
        }
    }

    /// <summary>Whether a slot has been started again as often as it may.</summary>
    private bool IsSpent(Slot slot)
    {
        while (slot.Restarts.Count > 0 && time.GetElapsedTime(slot.Restarts.Peek()) > options.RestartsWindow)
        {
            slot.Restarts.Dequeue();
        }

        slot.Restarts.Enqueue(time.GetTimestamp());
        return options.RestartsMax > 0 && slot.Restarts.Count > options.RestartsMax;
    }

    private void GiveUp(int index, int code)
    {
        var text = $"Worker {index} has been started again {options.RestartsMax} times within {options.RestartsWindow} (meditron.recovery.restarts-max), ends with code {code}, and is given up. Its log says why; start the job or this machine's launcher again once that is put right.";
        log.Error("{0}", text);
        options.GivenUp(text);
        Final(slots[index], code);
    }

    private void Again(int index)
    {
        var slot = slots[index];
        var wait = TimeSpan.FromTicks(Math.Min(options.MaxBackoff.Ticks, options.MinBackoff.Ticks << Math.Min(slot.Failures, 20)));
        slot.Failures++;
        Timers.StartSingleTimer(index, new StartSlot(index), wait);
    }

    private void Stop()
    {
        stopping = Sender;
        Array.ForEach(slots, slot => slot.Process?.Terminate());
        Timers.StartSingleTimer("kill", KillWorkers.Instance, options.StopTimeout);
        Answer();
    }

    private void Answer()
    {
        if (slots.All(slot => slot.Process is null))
        {
            Timers.Cancel("kill");
            stopping!.Tell(new WorkersStopped());
        }
    }

    private sealed class Slot
    {
        public bool IsStandby { get; init; }

        public IWorkerProcess? Process { get; set; }

        public long Started { get; set; }

        public int Starts { get; set; }

        public int Failures { get; set; }

        /// <summary>Gets when it was started again, lately.</summary>
        public Queue<long> Restarts { get; } = new();

        /// <summary>Gets or sets the exit code after which it is not started again.</summary>
        public int? FinalCode { get; set; }
    }

    private sealed record StartSlot(int Index) : INoSerializationVerificationNeeded;

    private sealed record Exited(int Index, int Number, int Code) : INoSerializationVerificationNeeded;

    private sealed class KillWorkers : INoSerializationVerificationNeeded
    {
        public static KillWorkers Instance { get; } = new();
    }
}
