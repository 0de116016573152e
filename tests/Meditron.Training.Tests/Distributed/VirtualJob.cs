using System.Collections.Concurrent;
using Meditron.Training.Distributed.Coordination;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Parallel;

namespace Meditron.Training.Tests.Distributed;

/// <summary>A coordinator over workers without devices, in virtual time that stands still until a test moves it.</summary>
internal sealed class VirtualJob : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private readonly ActorSystem system;
    private readonly TestScheduler scheduler;
    private readonly IActorRef coordinator;
    private readonly Dictionary<string, IActorRef> workers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ConcurrentQueue<object>> heard = new(StringComparer.Ordinal);
    private int processes = 100;
    private long signs;

    public VirtualJob(int data, Func<CoordinatorOptions, CoordinatorOptions>? change = null)
    {
        system = ActorSystem.Create("virtual", ConfigurationFactory.ParseString(
            """
            akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
            akka.persistence.journal.plugin = "akka.persistence.journal.inmem"
            akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
            akka.loggers = []
            """));
        scheduler = (TestScheduler)system.Scheduler;
        Checkpoints = system.ActorOf(Props.Create(() => new NoCheckpoints()), "checkpoints");
        var options = new CoordinatorOptions { Run = "job", Layout = new ParallelLayout(1, 1, data), Steps = 1000, Fingerprint = [] };
        coordinator = system.ActorOf(TrainingCoordinator.PropsFor(change?.Invoke(options) ?? options, Checkpoints, Log), "coordinator");
    }

    public RecordingJobLog Log { get; } = new();

    public IActorRef Checkpoints { get; }

    public TrainingStatus Status() => Ask<TrainingStatus>(new GetTrainingStatus());

    public T Ask<T>(object question)
    {
        var answer = coordinator.Ask<T>(question);
        Assert.True(answer.Wait(Deadline), $"{question} was not answered");
        return answer.Result;
    }

    /// <summary>Workers join, each a process of its own, on the machine that follows an @ in the name, where there is one, and all on the same otherwise.</summary>
    public void Join(params string[] ids)
    {
        foreach (var id in ids)
        {
            var description = new WorkerDescription { Id = id, Host = "host", Machine = id.Split('@') is [_, var machine] ? machine : "machine", ProcessId = ++processes, Device = "cpu", Threads = 1, Standby = id.StartsWith("standby", StringComparison.Ordinal) };
            Action<object> hear = heard.GetOrAdd(id, _ => new ConcurrentQueue<object>()).Enqueue;
            var leader = coordinator;
            workers[id] = system.ActorOf(Props.Create(() => new VirtualWorker(description, leader, hear)), $"{id}-{processes}");
            Log.Await("worker-joined");
        }
    }

    /// <summary>What stands for a machine joins, and never says anything else.</summary>
    public void JoinSilentAgent(string machine) =>
        system.ActorOf(Props.Create(() => new SilentAgent(machine, coordinator)), machine).Ask<ActorIdentity>(new Identify(machine)).Wait(Deadline);

    /// <summary>Ranks take a step together.</summary>
    public void Step(params string[] ids)
    {
        foreach (var id in ids)
        {
            workers[id].Tell(new VirtualWorker.Step(), ActorRefs.NoSender);
            Settle(id);
        }
    }

    /// <summary>A worker tells how its device gets on.</summary>
    public void Alive(string id, long progress, DeviceState device) => Say(id, new WorkerAlive { WorkerId = id, Progress = progress, Device = device });

    /// <summary>A worker tells the coordinator something, which comes to it before what the test does next.</summary>
    public void Say(string id, object message)
    {
        workers[id].Tell(new VirtualWorker.Say(message), ActorRefs.NoSender);
        Settle(id);
    }

    /// <summary>A worker's process ends.</summary>
    public void End(string id)
    {
        system.Stop(workers[id]);
        workers.Remove(id);
    }

    /// <summary>Moves time on, while the coordinator keeps up with it.</summary>
    /// <param name="time">How far.</param>
    /// <param name="meanwhile">Done at every tenth of a second.</param>
    public void Advance(TimeSpan time, Action? meanwhile = null)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += Tick)
        {
            scheduler.Advance(Tick);
            meanwhile?.Invoke();
            foreach (var id in workers.Keys)
            {
                Settle(id);
            }

            Status();
        }
    }

    /// <summary>Moves time on while some workers get on.</summary>
    public void Live(TimeSpan time, params string[] ids) => Advance(time, () =>
    {
        signs++;
        foreach (var id in ids)
        {
            Alive(id, signs, DeviceState.Computing);
        }
    });

    /// <summary>Moves time on while the coordinator has no processor.</summary>
    public void Sleep(TimeSpan time)
    {
        // Else it would see one tick after the other come at its time.
        Log.HoldUp();
        coordinator.Tell(new StateMended(), ActorRefs.NoSender);
        Log.Await("state-mended");
        scheduler.Advance(time);
        Log.Release();
        Status();
    }

    /// <summary>What a worker was told, of one kind, by all that the coordinator has done so far.</summary>
    public IReadOnlyList<T> Heard<T>(string id)
    {
        Status();
        Settle(id);
        return [.. heard[id].OfType<T>()];
    }

    public void Dispose() => system.Terminate().Wait(Deadline);

    /// <summary>Waits until a worker has done what it was told before this.</summary>
    private void Settle(string id)
    {
        var answer = workers[id].Ask<ActorIdentity>(new Identify(id));
        Assert.True(answer.Wait(Deadline), $"{id} did not answer");
    }

    private sealed class SilentAgent : ReceiveActor
    {
        public SilentAgent(string machine, IActorRef coordinator)
        {
            coordinator.Tell(new RegisterAgent { Id = machine, Machine = machine });
            ReceiveAny(_ => { });
        }
    }

    private sealed class NoCheckpoints : ReceiveActor
    {
        public NoCheckpoints() => Receive<GetNewestCheckpoint>(question => Sender.Tell(new NewestCheckpoint { Correlation = question.Correlation }));
    }
}
