namespace Meditron.Simulation.Worlds;

/// <summary>Gives the engine virtual time, seeded randomness and the world's one thread.</summary>
internal sealed class NodeRuntime : EngineRuntime
{
    private readonly NodeProcess _process;

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

    public override IDisposable OnProcessExit(Func<(Task Run, TimeSpan Timeout)> shutdown) => Nothing.Instance;

    public override void ExitProcess(int code)
    {
        _process.World.Note(_process.Name, "exits");
        _process.World.Post(null, _process.Host.Kill);
    }

    private sealed class Executor(NodeProcess process) : IExecutor
    {
        public void Execute(IRunnable work) => process.World.Post(process, work);

        public void Shutdown()
        {
        }
    }

    private sealed class Nothing : IDisposable
    {
        public static readonly Nothing Instance = new();

        public void Dispose()
        {
        }
    }
}
