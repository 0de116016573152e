using System.Collections.Concurrent;
using Meditron.Llama;
using Meditron.Training.Distributed;
using Meditron.Training.Distributed.Checkpointing;
using Meditron.Training.Distributed.Coordination;
using Meditron.Training.Distributed.Journals;
using Meditron.Training.Distributed.Nodes;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Parallel;
using Meditron.Training.Settings;

namespace Meditron.Training.Tests.Distributed;

/// <summary>One incarnation of a job's coordinators, in an actor system of its own that is configured as a seed's is.</summary>
internal sealed class Incarnation : IDisposable
{
    public const int Steps = 10;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly ActorSystem system;
    private readonly ConcurrentQueue<object> heard = new();

    public Incarnation(string run, string folder, LlamaConfig model, bool isKept, params string[] database)
    {
        var loaded = SettingsLoader.Load([], database);
        var alone = ConfigurationFactory.ParseString(
            """
            akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
            akka.coordinated-shutdown.exit-clr = off
            akka.loggers = []
            """);
        system = ActorSystem.Create("meditron", alone.WithFallback(NodeConfiguration.Create(loaded, NodeRoles.Seed, Path.Combine(folder, "journal.db"))));
        var listener = system.ActorOf(Props.Create(() => new Listener()), "listener");
        var checkpoints = CheckpointCoordinator.PropsFor(
            new CheckpointCoordinatorOptions
            {
                Run = run, Folder = Path.Combine(folder, "checkpoints"), Context = new CheckpointContext(model, "", "", ""), KeepLast = 2, KeepEvery = 0, KeepBest = 0,
            },
            listener);
        Checkpoints = system.ActorOf(isKept ? CheckpointKeeper.PropsFor(CheckpointCoordinator.IdOf(run), checkpoints, listener) : checkpoints, "checkpoint-coordinator");
        Coordinator = system.ActorOf(
            TrainingCoordinator.PropsFor(new CoordinatorOptions { Run = run, Layout = new ParallelLayout(1, 1, 2), Steps = Steps, Fingerprint = [], SilenceTimeout = TimeSpan.FromHours(1), AssessmentTimeout = Deadline, TakeOverTimeout = Deadline }, Checkpoints, Log),
            "training-coordinator");
        listener.Tell(Coordinator);
        var ended = Ended;
        system.ActorOf(Props.Create(() => new Watcher(Coordinator, ended)), "watcher");
    }

    public RecordingJobLog Log { get; } = new();

    public IActorRef Coordinator { get; }

    public IActorRef Checkpoints { get; }

    /// <summary>Set once the training coordinator has stopped.</summary>
    public ManualResetEventSlim Ended { get; } = new();

    /// <summary>Generations that workers were told to prepare for.</summary>
    public IReadOnlyList<long> Prepared => [.. heard.OfType<PrepareGeneration>().Select(prepare => prepare.Generation)];

    public TrainingStatus Status() => Coordinator.Ask<TrainingStatus>(new GetTrainingStatus(), Deadline).GetAwaiter().GetResult();

    public NewestCheckpoint Newest() => Checkpoints.Ask<NewestCheckpoint>(new GetNewestCheckpoint(), Deadline).GetAwaiter().GetResult();

    /// <summary>Starts a worker that holds what it says.</summary>
    /// <param name="id">What it is called.</param>
    /// <param name="state">What it holds.</param>
    /// <param name="taken">The steps that it remembers.</param>
    public IActorRef Join(string id, WorkerState? state = null, params int[] taken) => Join(id, state, state?.Generation ?? 0, taken);

    /// <summary>Starts a worker that remembers the steps of a generation that need not be its own.</summary>
    public IActorRef Join(string id, WorkerState? state, long generation, int[] taken)
    {
        var (coordinator, holds) = (Coordinator, state ?? new WorkerState());
        Action<object> hear = heard.Enqueue;
        StepCompleted[] steps = [.. taken.Select(step => new StepCompleted { Generation = generation, Rank = holds.Rank, Step = step })];
        return system.ActorOf(Props.Create(() => new ScriptedWorker(id, holds, coordinator, hear, steps)), id);
    }

    public void Stop(IActorRef worker) => system.Stop(worker);

    /// <summary>Ends at once, as a process does that is killed: nobody takes leave.</summary>
    public void Dispose()
    {
        system.Terminate().Wait(Deadline);
        Ended.Dispose();
    }

    /// <summary>Passes on what the checkpoint coordinator tells.</summary>
    private sealed class Listener : ReceiveActor, IWithUnboundedStash
    {
        public Listener()
        {
            Receive<IActorRef>(coordinator =>
            {
                Stash.UnstashAll();
                Become(() => ReceiveAny(coordinator.Forward));
            });
            ReceiveAny(_ => Stash.Stash());
        }

        public IStash Stash { get; set; } = null!;
    }

    private sealed class Watcher : ReceiveActor
    {
        public Watcher(IActorRef watched, ManualResetEventSlim ended)
        {
            Context.Watch(watched);
            Receive<Terminated>(_ =>
            {
                if (!ended.IsSet)
                {
                    ended.Set();
                }
            });
        }
    }
}
