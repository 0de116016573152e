namespace Meditron.Simulation.Checks;

/// <summary>Whoever watches an actor is told of its end: always, not before it has come, and not after having given up watching.</summary>
internal sealed class WatchCheck(World world)
{
    private const string AlwaysTold = "whoever watches is told of the end";
    private const string NotBefore = "no end is told before it has come";
    private const string NotToOthers = "nobody is told who does not watch";

    private readonly Dictionary<string, Subject> _subjects = new(StringComparer.Ordinal);
    private readonly List<Watch> _open = [];
    private readonly List<Watch> _early = [];

    /// <summary>The number of ends that were told.</summary>
    public int Told { get; private set; }

    /// <summary>An actor starts that will be watched.</summary>
    public void Started(NodeProcess process, IActorRef actor) => _subjects[NameOf(process, actor)] = new Subject(process);

    /// <summary>It has stopped.</summary>
    public void Stopped(NodeProcess process, IActorRef actor) => _subjects[NameOf(process, actor)].HasStopped = true;

    /// <summary>Whether a process is a member for another one.</summary>
    public Func<NodeProcess, NodeProcess, bool> IsMember { get; set; } = static (_, _) => false;

    /// <summary>An actor in a process begins to watch another one.</summary>
    public void Watches(NodeProcess by, IActorRef actor)
    {
        var name = NameOf(by, actor);
        _open.Add(new Watch(by, name, world.Now, IsMember(by, _subjects[name].Process)));
    }

    /// <summary>It does not watch any more.</summary>
    public void GivesUp(NodeProcess by, IActorRef actor) => _open.Remove(Find(by, actor)!);

    /// <summary>It is told of the end.</summary>
    public void IsTold(NodeProcess by, IActorRef actor)
    {
        var name = NameOf(by, actor);
        if (Find(by, actor) is not { } watch)
        {
            world.Violate(NotToOthers, $"{by.Name} is told of the end of {name}, which it does not watch");
            return;
        }

        Told++;
        _open.Remove(watch);
        if (_subjects[name].IsAlive)
        {
            world.Note(by.Name, $"takes {name} for dead, which lives");
            _early.Add(watch);
        }
    }

    /// <summary>A process has ended, and with it all that watched there.</summary>
    public void Ended(NodeProcess process) => _open.RemoveAll(watch => watch.By == process);

    /// <summary>A condition that holds once all who watch now have been told; those whom they watch end by themselves.</summary>
    public Func<bool> AllAreTold()
    {
        var open = _open.ToArray();
        return () => !Array.Exists(open, _open.Contains);
    }

    /// <summary>Who has been waiting for longest.</summary>
    public string WhoWaits() => _open.Count == 0 ? "nobody waits" : $"{_open[0].By.Name} watches {_open[0].Subject} since {_open[0].Since.TotalSeconds:F3} s";

    /// <summary>What was told too early of an actor on a member is right only if that process is never spoken to again, and so is no member any more in the end.</summary>
    /// <remarks>What watches an actor on a newcomer ends also with the removal of an earlier incarnation at the same address, as in Akka.NET.</remarks>
    public void Finish()
    {
        var wrong = _early.Find(watch => watch.OnMember && watch.By.IsAlive && _subjects[watch.Subject].Process is { IsAlive: true } process && IsMember(watch.By, process));
        if (wrong is not null)
        {
            world.Violate(NotBefore, $"{wrong.By.Name} was told of the end of {wrong.Subject}, which lived, and whose process is a member still");
        }
    }

    /// <summary>The invariant of <see cref="AllAreTold"/>.</summary>
    public static string Invariant => AlwaysTold;

    private Watch? Find(NodeProcess by, IActorRef actor)
    {
        var name = NameOf(by, actor);
        return _open.Find(watch => watch.By == by && watch.Subject == name);
    }

    private static string NameOf(NodeProcess here, IActorRef actor) => $"{actor.Path.Address.Host ?? here.Name}{actor.Path.ToStringWithoutAddress()}#{actor.Path.Uid}";

    private sealed class Subject(NodeProcess process)
    {
        public NodeProcess Process { get; } = process;

        public bool HasStopped { get; set; }

        public bool IsAlive => !HasStopped && Process.IsAlive;
    }

    private sealed record Watch(NodeProcess By, string Subject, TimeSpan Since, bool OnMember);
}
