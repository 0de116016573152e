using System.Globalization;

namespace Meditron.Simulation.Clusters;

/// <summary>On each node actors that come and go, and one that watches such actors on the other nodes, one after the other.</summary>
internal sealed class WatchPart(World world) : ClusterPart
{
    private const string HostName = "watched";

    /// <summary>What must hold of it.</summary>
    public WatchCheck Check { get; } = new(world);

    public override void OnStarted(ClusterNode node)
    {
        var (process, check) = (node.Process, Check);
        var name = string.Create(CultureInfo.InvariantCulture, $"{node.Name}.{process.Incarnation}");
        var lives = world.Random($"watched/{name}");
        node.System.ActorOf(Props.Create(() => new SubjectHost(process, check, lives)), HostName);
        var hosts = node.OtherAddresses.Select(static address => $"{address}/user/{HostName}").ToArray();
        var choices = world.Random($"watcher/{name}");
        node.System.ActorOf(Props.Create(() => new Watcher(process, check, choices, hosts)), "watcher");
    }

    public override void OnEnded(ClusterNode node) => Check.Ended(node.Process);

    /// <summary>Tells the check who is a member of the cluster.</summary>
    public void Follow(SimulatedCluster cluster)
    {
        Check.IsMember = (by, process) =>
            cluster.Nodes.FirstOrDefault(node => node.Process == by) is { IsMember: true } watcher
            && cluster.Nodes.FirstOrDefault(node => node.Process == process) is { IsMember: true } watched
            && watcher.Cluster.State.Members.Any(member => member.UniqueAddress.Equals(watched.Cluster.SelfUniqueAddress));
    }

    /// <summary>Makes an actor for whoever asks.</summary>
    private sealed class SubjectHost : ReceiveActor
    {
        public SubjectHost(NodeProcess process, WatchCheck check, SeededRandom random)
        {
            var made = 0;
            Receive<string>(_ =>
            {
                var subject = Context.ActorOf(Props.Create(() => new Subject(process, check, random)), string.Create(CultureInfo.InvariantCulture, $"{++made}"));
                subject.Forward("introduce yourself");
            });
        }
    }

    /// <summary>Lives for a while; most of the time it ends while it is watched.</summary>
    private sealed class Subject : ReceiveActor, IWithTimers
    {
        private readonly NodeProcess _process;
        private readonly WatchCheck _check;
        private readonly SeededRandom _random;

        public Subject(NodeProcess process, WatchCheck check, SeededRandom random)
        {
            _process = process;
            _check = check;
            _random = random;
            Receive<string>(message => message == "end", _ => Context.Stop(Self));
            Receive<string>(_ => Sender.Tell("watch me"));
        }

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PreStart()
        {
            _check.Started(_process, Self);
            Timers.StartSingleTimer("end", "end", _random.Milliseconds(20, 6_000));
        }

        protected override void PostStop() => _check.Stopped(_process, Self);
    }

    /// <summary>Asks for an actor, watches it until it ends, or gives up, and asks for the next.</summary>
    private sealed class Watcher : ReceiveActor, IWithTimers
    {
        private static readonly TimeSpan Again = TimeSpan.FromSeconds(2);

        private readonly NodeProcess _process;
        private readonly WatchCheck _check;
        private readonly SeededRandom _random;
        private readonly string[] _hosts;
        private IActorRef? _watched;

        public Watcher(NodeProcess process, WatchCheck check, SeededRandom random, string[] hosts)
        {
            _process = process;
            _check = check;
            _random = random;
            _hosts = hosts;
            Receive<string>(message => message == "next", _ => Next());
            Receive<string>(message => message == "give up", _ => GiveUp());
            Receive<string>(message => message == "watch me", _ => Watch(Sender));
            Receive<Terminated>(Told);
        }

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void PreStart() => Plan();

        private void Plan() => Timers.StartSingleTimer("next", "next", _random.Milliseconds(100, 4_000));

        private void Next()
        {
            Context.ActorSelection(_random.Pick(_hosts)).Tell("an actor");
            Timers.StartSingleTimer("next", "next", Again);
        }

        private void Watch(IActorRef actor)
        {
            if (_watched is not null)
            {
                return;
            }

            Timers.Cancel("next");
            _watched = actor;
            _check.Watches(_process, actor);
            Context.Watch(actor);
            if (_random.Chance(0.2))
            {
                Timers.StartSingleTimer("give up", "give up", _random.Milliseconds(1, 2_000));
            }
        }

        private void GiveUp()
        {
            if (_watched is { } watched)
            {
                Context.Unwatch(watched);
                _check.GivesUp(_process, watched);
                _watched = null;
                Plan();
            }
        }

        private void Told(Terminated end)
        {
            _check.IsTold(_process, end.ActorRef);
            _watched = null;
            Timers.Cancel("give up");
            Plan();
        }
    }
}
