using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Meditron.Training.Distributed;

namespace Meditron.Simulation.Worlds;

/// <summary>A world on one thread in virtual time: each step runs one piece of ready work, chosen by the seed.</summary>
/// <remarks>
/// Work is ready when a mailbox has a message, a timer is due, or a network or disk operation has come through. Each step takes a little virtual time, so that
/// timers fall due between the messages of others. Nothing here uses the platform's clock, threads or randomness.
/// </remarks>
internal sealed class World : IDisposable
{
    private readonly PriorityQueue<TimedStep, (long Due, long Order)> _timed = new(256);
    private readonly SeededRandom _schedule;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly PlantedBugs _bugs;
    private readonly Dictionary<Type, object> _shared = [];
    private readonly double _delayed;
    private readonly double _delayMilliseconds;
    private Ready[] _ready = new Ready[256];
    private int _count;
    private long _order;
    private ulong _digest = 14695981039346656037UL;
    private SimulationException? _violation;
    private SimulationException? _foreign;

    public World(ulong seed, EventLog? log = null, PlantedBugs? bugs = null)
    {
        Seed = seed;
        _bugs = bugs ?? PlantedBugs.None;
        Log = log ?? EventLog.None;
        _schedule = Random("schedule");
        Tasks = new WorldTasks(this);
        Network = new Network.Fabric(this);

        // Some worlds run every piece of work at once, others keep some of it waiting for a while, as a busy machine does.
        var style = Random("style");
        _delayed = style.Pick([0.0, 0.002, 0.02, 0.1]);
        _delayMilliseconds = style.Pick([0.2, 2.0, 20.0]);
    }

    public ulong Seed { get; }

    public EventLog Log { get; }

    public WorldTasks Tasks { get; }

    public Network.Fabric Network { get; }

    /// <summary>Virtual time since the beginning.</summary>
    public TimeSpan Now => TimeSpan.FromTicks(Ticks);

    public long Ticks { get; private set; }

    /// <summary>The number of steps so far.</summary>
    public long Steps { get; private set; }

    /// <summary>A number over all choices so far: two runs with the same digest took the same steps.</summary>
    public ulong Digest => _digest;

    /// <summary>Whose work runs now; null for the world's own.</summary>
    public NodeProcess? Running { get; private set; }

    /// <summary>Whether this is the world's thread.</summary>
    public bool IsMine => Environment.CurrentManagedThreadId == _thread;

    /// <summary>The first thing that did not hold, if any.</summary>
    public SimulationException? Violation => _violation ?? Volatile.Read(ref _foreign);

    /// <summary>Told of every log entry of level ERROR.</summary>
    public Action<NodeProcess, Error>? ErrorLogged { get; set; }

    /// <summary>Whether a mistake is made on purpose.</summary>
    public bool IsPlanted(PlantedBug bug) => _bugs.Contains(bug);

    /// <summary>Whether a mistake of the trainer's is made on purpose.</summary>
    public bool IsPlanted(PlantedMistake mistake) => _bugs.Contains(mistake);

    /// <summary>What all systems of the world share, which changes no step.</summary>
    public T Share<T>(Func<T> make)
        where T : class
    {
        if (!_shared.TryGetValue(typeof(T), out var shared))
        {
            _shared[typeof(T)] = shared = make();
        }

        return (T)shared;
    }

    /// <summary>A generator for one purpose.</summary>
    public SeededRandom Random(string purpose) => new(Seed, purpose);

    /// <summary>Notes what happens.</summary>
    public void Note(string node, string text) => Log.Write(Ticks, node, text);

    /// <summary>Notes what happens; the text is made only if the log is on.</summary>
    public void Note(string node, [InterpolatedStringHandlerArgument("")] ref NoteText text)
    {
        if (Log.IsOn)
        {
            Log.Write(Ticks, node, text.ToString());
        }
    }

    /// <summary>Something that must hold did not: the run ends with it.</summary>
    public void Violate(string invariant, string message, Exception? cause = null)
    {
        if (_violation is null)
        {
            _violation = new SimulationException(invariant, $"{message} (virtual time {Now.TotalSeconds:F4} s)", cause);
            Note("world", $"VIOLATION {invariant}: {message}");
            if (cause is not null)
            {
                Note("world", $"{cause}");
            }
        }
    }

    /// <summary>Makes work ready.</summary>
    public void Post(NodeProcess? owner, IRunnable work)
    {
        Check();
        if (_delayed > 0 && _schedule.Chance(_delayed))
        {
            At(_schedule.Milliseconds(0, _delayMilliseconds), owner, work);
            return;
        }

        MakeReady(owner, work);
    }

    /// <summary>Makes an action ready.</summary>
    public void Post(NodeProcess? owner, Action action) => Post(owner, new ActionStep(action));

    /// <summary>Makes work ready after a time.</summary>
    public TimedStep At(TimeSpan delay, NodeProcess? owner, IRunnable work)
    {
        Check();
        var step = new TimedStep(owner, work);
        _timed.Enqueue(step, (Ticks + Math.Max(0, delay.Ticks), _order++));
        return step;
    }

    /// <summary>Runs an action after a time.</summary>
    public TimedStep At(TimeSpan delay, NodeProcess? owner, Action action) => At(delay, owner, new ActionStep(action));

    /// <summary>Runs until a condition holds; false if it does not within a time, or nothing is left to do, or something was violated.</summary>
    public bool RunUntil(Func<bool> condition, TimeSpan within)
    {
        var end = Ticks + within.Ticks;
        while (!condition())
        {
            if (Violation is not null || !RunStep(end))
            {
                return Violation is null && condition();
            }
        }

        return true;
    }

    /// <summary>Runs until a condition holds that is looked at every so often; false if it does not within a time, or something was violated.</summary>
    public bool RunUntil(Func<bool> condition, TimeSpan within, TimeSpan every)
    {
        var end = Now + within;
        while (Violation is null)
        {
            if (condition())
            {
                return true;
            }

            if (Now >= end)
            {
                return false;
            }

            RunFor(every);
        }

        return false;
    }

    /// <summary>After how many steps a world counts as one that never comes to rest.</summary>
    public long MostSteps { get; set; } = long.MaxValue;

    /// <summary>How many processors the machines of the world have together: with so many, a step takes the world as much less time.</summary>
    public int Processors { get; set; } = 1;

    /// <summary>Runs for a time.</summary>
    public void RunFor(TimeSpan time)
    {
        var end = Ticks + time.Ticks;
        while (Violation is null && RunStep(end))
        {
        }
    }

    /// <summary>Runs code in the world, so that what it awaits goes on in the world.</summary>
    public void Enter(Action body)
    {
        // An await would go on in the caller's context, if it had one, rather than in the world.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        var task = new Task(body);
        try
        {
            Tasks.Enter(task);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }

        if (task.Exception is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure.InnerException!);
        }
    }

    /// <summary>Runs code as a process's own.</summary>
    public void As(NodeProcess? process, Action body)
    {
        var before = Running;
        Running = process;
        try
        {
            body();
        }
        finally
        {
            Running = before;
        }
    }

    /// <summary>Refuses whoever comes from another thread: in a world there is only one.</summary>
    public void Check()
    {
        if (IsMine)
        {
            return;
        }

        var violation = new SimulationException(
            "one thread", $"Work was given to the world from thread {Environment.CurrentManagedThreadId}, which is not its own: something uses the thread pool or a real timer. {Environment.StackTrace}");
        Interlocked.CompareExchange(ref _foreign, violation, null);
        throw violation;
    }

    public void Dispose()
    {
        _timed.Clear();
        Array.Clear(_ready);
        _count = 0;
    }

    private bool RunStep(long end)
    {
        MakeDueReady();
        if (_count == 0)
        {
            if (!_timed.TryPeek(out _, out var next) || next.Due > end)
            {
                // Nothing happens until then; a world without work stands still for ever.
                Ticks = Math.Max(Ticks, end);
                return false;
            }

            Ticks = Math.Max(Ticks, next.Due);
            MakeDueReady();
        }

        if (Ticks > end)
        {
            return false;
        }

        if (_count == 0)
        {
            return true;
        }

        var index = _schedule.Below(_count);
        var (owner, work) = _ready[index];
        _ready[index] = _ready[--_count];
        _ready[_count] = default;
        if (owner is { IsAlive: false })
        {
            return true;
        }

        if (owner is { IsPaused: true })
        {
            owner.Hold(work);
            return true;
        }

        if (++Steps > MostSteps)
        {
            Violate("no endless activity", $"{Steps} steps were taken in {Now.TotalSeconds:F0} s: something is done again and again");
            return false;
        }

        Ticks += Math.Max(1, _schedule.Between(5, 150) / Processors);
        _digest = (_digest ^ (ulong)(index + (_count << 12)) ^ (ulong)Ticks) * 1099511628211UL;
        Running = owner;
        try
        {
            work.Run();
        }
        catch (Exception e)
        {
            Violate("no unhandled exception", $"{owner?.Name ?? "world"}: a step failed with {e.GetType().Name}: {e.Message}", e);
        }
        finally
        {
            Running = null;
        }

        return true;
    }

    private void MakeDueReady()
    {
        while (_timed.TryPeek(out var step, out var at) && (step.Cancelled || at.Due <= Ticks))
        {
            _timed.Dequeue();
            if (!step.Cancelled)
            {
                step.Cancelled = true;
                MakeReady(step.Owner, step.Work);
            }
        }
    }

    private void MakeReady(NodeProcess? owner, IRunnable work)
    {
        if (_count == _ready.Length)
        {
            Array.Resize(ref _ready, _count * 2);
        }

        _ready[_count++] = new Ready(owner, work);
    }

    private readonly record struct Ready(NodeProcess? Owner, IRunnable Work);
}
