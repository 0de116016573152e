namespace Meditron.Simulation.Worlds;

/// <summary>Gives the engine virtual time, seeded randomness and the world's one thread.</summary>
internal sealed class NodeRuntime : EngineRuntime
{
    private readonly NodeProcess _process;
    private readonly List<Func<(Task Run, TimeSpan Timeout)>> _shutdowns = [];

    public NodeRuntime(NodeProcess process)
    {
        _process = process;
        Time = new VirtualTime(process);
        SharedPool = new Executor(process);
    }

    public override TimeProvider Time { get; }

    public override bool IsSimulated => true;

    public override IExecutor SharedPool { get; }

    public override TaskCreationOptions PromiseOptions => TaskCreationOptions.None;

    public override IExecutor NewThreads(string name, int count) => SharedPool;

    public override Random NewRandom(string purpose) => new(DeriveSeed(_process.World.Seed, _process.RandomPurpose(purpose)));

    public override bool IsPlanted(PlantedBug bug) => _process.World.IsPlanted(bug);

    public override T Share<T>(Func<T> make) => _process.World.Share(make);

    public override IDisposable OnProcessExit(Func<(Task Run, TimeSpan Timeout)> shutdown)
    {
        _shutdowns.Add(shutdown);
        return new Registration(() => _shutdowns.Remove(shutdown));
    }

    /// <summary>Tells the process to end, as SIGTERM does: it runs its shutdowns, and ends with the last of them or when their time is over.</summary>
    public void SignalTermination()
    {
        var runs = _shutdowns.Select(static shutdown => shutdown()).ToArray();
        var left = runs.Length;
        if (left == 0)
        {
            ExitProcess(0);
            return;
        }

        foreach (var (run, _) in runs)
        {
            run.ContinueWith(
                _ =>
                {
                    if (--left == 0)
                    {
                        ExitProcess(0);
                    }
                },
                CancellationToken.None,
                TaskContinuationOptions.None,
                _process.World.Tasks);
        }

        _process.World.At(runs.Max(static run => run.Timeout), _process, () => ExitProcess(0));
    }

    public override void ExitProcess(int code)
    {
        _process.World.Note(_process.Name, $"exits with code {code}");
        _process.World.Post(null, _process.Host.Kill);
    }

    private sealed class Executor(NodeProcess process) : IExecutor
    {
        public void Execute(IRunnable work) => process.World.Post(process, work);

        public void Shutdown()
        {
        }
    }

    private sealed class Registration(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
