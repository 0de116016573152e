using Meditron.Actors.Configuration;
using Meditron.Actors.Dispatch;
using Meditron.Actors.Event;
using Meditron.Actors.Util;

namespace Meditron.Actors.Actor;

/// <summary>
/// Ends an actor system in phases, each after those it depends on (<c>akka.coordinated-shutdown.phases</c>); the tasks of one
/// phase run side by side, within the phase's timeout.
/// </summary>
public sealed partial class CoordinatedShutdown : IExtension
{
    /// <summary>The first phase, for an application's own tasks.</summary>
    public const string PhaseBeforeServiceUnbind = "before-service-unbind";

    /// <summary>The phase that stops accepting connections.</summary>
    public const string PhaseServiceUnbind = "service-unbind";

    /// <summary>The phase that waits for requests in progress.</summary>
    public const string PhaseServiceRequestsDone = "service-requests-done";

    /// <summary>The phase that ends connections.</summary>
    public const string PhaseServiceStop = "service-stop";

    /// <summary>The phase before the node leaves the cluster, for an application's own tasks.</summary>
    public const string PhaseBeforeClusterShutdown = "before-cluster-shutdown";

    /// <summary>The phase that hands shards over.</summary>
    public const string PhaseClusterShardingShutdownRegion = "cluster-sharding-shutdown-region";

    /// <summary>The phase in which the node announces that it leaves.</summary>
    public const string PhaseClusterLeave = "cluster-leave";

    /// <summary>The phase that hands singletons over.</summary>
    public const string PhaseClusterExiting = "cluster-exiting";

    /// <summary>The phase that waits until the others have seen the node leave.</summary>
    public const string PhaseClusterExitingDone = "cluster-exiting-done";

    /// <summary>The phase that stops the cluster's actors.</summary>
    public const string PhaseClusterShutdown = "cluster-shutdown";

    /// <summary>The phase before the actor system terminates, for an application's own tasks.</summary>
    public const string PhaseBeforeActorSystemTerminate = "before-actor-system-terminate";

    /// <summary>The phase that terminates the actor system, and the process where <c>exit-clr</c> says so.</summary>
    public const string PhaseActorSystemTerminate = "actor-system-terminate";

    private readonly Lock _sync = new();
    private readonly IReadOnlyDictionary<string, ShutdownPhase> _phases;
    private readonly IReadOnlyList<string> _order;
    private readonly Dictionary<string, List<PhaseTask>> _tasks = new(StringComparer.Ordinal);
    private readonly EngineRuntime _runtime;
    private readonly ILoggingAdapter _log;
    private TaskCompletionSource<Done>? _run;
    private volatile Reason? _reason;

    internal CoordinatedShutdown(ExtendedActorSystem system, IReadOnlyDictionary<string, ShutdownPhase> phases)
    {
        System = system;
        _phases = phases;
        _order = ShutdownPhase.Sort(phases);
        _runtime = ((ActorSystemImpl)system).Runtime;
        _log = Logging.GetLogger(system, this);
    }

    /// <summary>The actor system.</summary>
    public ExtendedActorSystem System { get; }

    /// <summary>Why the shutdown runs, once it does.</summary>
    public Reason? ShutdownReason => _reason;

    /// <summary>The longest that all phases with tasks may take together.</summary>
    public TimeSpan TotalTimeout
    {
        get
        {
            lock (_sync)
            {
                return _tasks.Keys.Aggregate(TimeSpan.Zero, (total, phase) => total + _phases[phase].Timeout);
            }
        }
    }

    /// <summary>The phases in the order in which they run.</summary>
    internal IReadOnlyList<string> Order => _order;

    /// <summary>The shutdown of an actor system.</summary>
    public static CoordinatedShutdown Get(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return system.WithExtension<CoordinatedShutdown, CoordinatedShutdownExtension>();
    }

    /// <summary>Adds a task to a phase; the name is for the log.</summary>
    public void AddTask(string phase, string taskName, Func<Task<Done>> task)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (string.IsNullOrEmpty(taskName))
        {
            throw new ArgumentException("A task of the coordinated shutdown needs a name.", nameof(taskName));
        }

        try
        {
            Known(phase);
        }
        catch (ArgumentException unknown)
        {
            throw new Configuration.ConfigurationException(unknown.Message, unknown);
        }

        lock (_sync)
        {
            if (!_tasks.TryGetValue(phase, out List<PhaseTask>? tasks))
            {
                tasks = [];
                _tasks[phase] = tasks;
            }

            tasks.Add(new PhaseTask(taskName, task));
        }
    }

    /// <summary>How long the tasks of a phase may take.</summary>
    public TimeSpan Timeout(string phase) => Known(phase).Timeout;

    /// <summary>
    /// Runs all phases, or those from <paramref name="fromPhase"/> on. Only the first call runs anything; all calls give the
    /// same task, which fails if a phase fails that has <c>recover = off</c>.
    /// </summary>
    public Task<Done> Run(Reason reason, string? fromPhase = null)
    {
        ArgumentNullException.ThrowIfNull(reason);
        int start = 0;
        if (fromPhase is not null)
        {
            Known(fromPhase);
            start = _order.ToList().IndexOf(fromPhase);
        }

        lock (_sync)
        {
            if (_run is not null)
            {
                return _run.Task;
            }

            _run = _runtime.NewPromise<Done>();
            _reason = reason;
        }

        _log.Debug("Coordinated shutdown runs because of {0}, from phase {1}.", reason.GetType().Name, _order.Count > start ? _order[start] : "none");
        Continue(start);
        return _run.Task;
    }

    // Each phase starts on the shared pool: whoever called Run, or ended the phase before, may itself be stopped by this phase.
    private void Continue(int index) => _runtime.SharedPool.Execute(new ActionRunnable(() => RunPhase(index)));

    private void RunPhase(int index)
    {
        if (index >= _order.Count)
        {
            _run!.TrySetResult(Done.Instance);
            return;
        }

        string name = _order[index];
        ShutdownPhase phase = _phases[name];
        PhaseTask[] tasks = TasksOf(name);
        if (!phase.Enabled || tasks.Length == 0)
        {
            if (tasks.Length > 0)
            {
                _log.Info("Coordinated shutdown: phase {0} is disabled; its tasks {1} do not run.", name, string.Join(", ", tasks.Select(t => t.Name)));
            }

            RunPhase(index + 1);
            return;
        }

        _log.Debug("Coordinated shutdown: phase {0} with {1}.", name, string.Join(", ", tasks.Select(t => t.Name)));
        new PhaseRun(this, index, phase, tasks).Start();
    }

    private PhaseTask[] TasksOf(string phase)
    {
        lock (_sync)
        {
            return _tasks.TryGetValue(phase, out List<PhaseTask>? tasks) ? [.. tasks] : [];
        }
    }

    private void PhaseEnded(int index, ShutdownPhase phase, Exception? failure)
    {
        if (failure is null || phase.Recover)
        {
            Continue(index + 1);
            return;
        }

        _log.Error(failure, "Coordinated shutdown ends at phase {0}, which failed and has recover = off.", _order[index]);
        _run!.TrySetException(failure);
    }

    private ShutdownPhase Known(string phase) => phase is not null && _phases.TryGetValue(phase, out ShutdownPhase? known)
        ? known
        : throw new ArgumentException($"Coordinated shutdown has no phase '{phase}'; akka.coordinated-shutdown.phases has {string.Join(", ", _order)}.", nameof(phase));

    private sealed record PhaseTask(string Name, Func<Task<Done>> Start);

    /// <summary>One phase in progress: ends once, with its last task or its timeout.</summary>
    private sealed class PhaseRun(CoordinatedShutdown owner, int index, ShutdownPhase phase, PhaseTask[] tasks)
    {
        private int _left = tasks.Length;
        private int _ended;
        private Exception? _failure;
        private ICancelable? _timeout;

        internal void Start()
        {
            _timeout = owner.System.Scheduler.Advanced.ScheduleOnceCancelable(phase.Timeout, TimedOut);
            foreach (PhaseTask task in tasks)
            {
                Task<Done> started;
                try
                {
                    started = task.Start() ?? Task.FromException<Done>(new InvalidOperationException("It gave no task to wait for (null)."));
                }
                catch (Exception e)
                {
                    started = Task.FromException<Done>(e);
                }

                started.OnCompleted(ended => TaskEnded(task, ended));
            }
        }

        private void TaskEnded(PhaseTask task, Task ended)
        {
            if (!ended.IsCompletedSuccessfully)
            {
                Exception failure = ended.Failure();
                Interlocked.CompareExchange(ref _failure, failure, null);
                owner._log.Warning(failure, "Coordinated shutdown: task {0} of phase {1} failed: {2}", task.Name, owner._order[index], failure.Message);
            }

            if (Interlocked.Decrement(ref _left) == 0)
            {
                End(_failure);
            }
        }

        private void TimedOut()
        {
            string text = $"Coordinated shutdown: {Volatile.Read(ref _left)} of the tasks of phase {owner._order[index]} did not end within {phase.Timeout} (tasks: {string.Join(", ", tasks.Select(t => t.Name))}).";
            End(new TimeoutException(text), () => owner._log.Warning("{0}", text));
        }

        private void End(Exception? failure, Action? report = null)
        {
            if (Interlocked.Exchange(ref _ended, 1) != 0)
            {
                return;
            }

            _timeout?.Cancel();
            report?.Invoke();
            owner.PhaseEnded(index, phase, failure);
        }
    }
}
