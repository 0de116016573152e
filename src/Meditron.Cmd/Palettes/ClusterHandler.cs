using Meditron.Cmd.Parsing;

namespace Meditron.Cmd.Palettes;

/// <summary>Carries out the commands of the palette <c>cluster</c>.</summary>
internal sealed class ClusterHandler : CommandHandlerActor, IWithTimers
{
    /// <summary>How long a change of the membership is waited for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>What a command may take besides.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IActorRef _client = ActorRefs.Nobody;

    public ClusterHandler()
        : base(ClusterCommands.ClusterPalette)
    {
        Process("show", Show);
        Process("status", _ => Answer(MemberText.Status(_cluster.SelfMember, _cluster.SelfUniqueAddress, _cluster.State)));
        Process("join", Join);
        Process("leave", Leave);
        Process("down", Down);
        Process("down-unreachable", _ => DownUnreachable());
        Process("tail", _ => Tail());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    private void Show(Command command)
    {
        var role = command.GetValue("role");
        var state = _cluster.State;
        var members = state.Members.Where(member => role is null || member.HasRole(role)).ToList();
        if (role is not null && members.Count == 0 && state.AllRoles.Count > 0 && !state.AllRoles.Contains(role))
        {
            Answer($"Count: 0 nodes (no member has the role {role}; there are {string.Join(", ", state.AllRoles.Order(StringComparer.Ordinal))})");
            return;
        }

        Answer(MemberText.Table(members, state.Unreachable));
    }

    private void Join(Command command)
    {
        if (Target(command) is not { } address)
        {
            return;
        }

        if (_cluster.State.Members.Any(member => member.UniqueAddress.Equals(_cluster.SelfUniqueAddress)))
        {
            Fail($"{_cluster.SelfAddress} is a member of a cluster already: it must leave that one and be started again to join another.");
            return;
        }

        _log.Info("Told to join {0}", address);
        _client = Sender;
        Become(() =>
        {
            Receive<IsUp>(_ => Reply(new CommandResponse($"{_cluster.SelfAddress} is {MemberText.Status(_cluster.SelfMember)}")));
            Receive<GivenUp>(_ => Reply(new ErroredCommandResponse(
                $"{_cluster.SelfAddress} has not become a member through {address} within {Patience.TotalSeconds:0} s, and goes on trying. Is a member of a cluster running there, with the same system name and secret?")));
        });
        Timers.StartSingleTimer(GivenUp.Instance, GivenUp.Instance, Patience);
        _cluster.RegisterOnMemberUp(TellLater(Self, IsUp.Instance));
        _cluster.Join(address);
    }

    // Not a closure over this actor: the callback may outlive it.
    private static Action TellLater(IActorRef self, object message) => () => self.Tell(message, ActorRefs.NoSender);

    private void Leave(Command command)
    {
        var address = command.Has("address") ? Target(command) : _cluster.SelfAddress;
        if (address is not null && MemberAt(address) is { } member)
        {
            _log.Info("Told to let {0} leave", address);
            Await("left", [member]);
            _cluster.Leave(address);
        }
    }

    private void Down(Command command)
    {
        if (Target(command) is { } address && MemberAt(address) is { } member)
        {
            _log.Warning("Told to declare {0} dead", address);
            Await("been declared dead and removed", [member]);
            _cluster.Down(address);
        }
    }

    private void DownUnreachable()
    {
        var unreachable = _cluster.State.Unreachable.ToList();
        if (unreachable.Count == 0)
        {
            Answer("No member is unreachable.");
            return;
        }

        _log.Warning("Told to declare dead all that are unreachable: {0}", string.Join(", ", unreachable.Select(member => member.Address)));
        Await("been declared dead and removed", unreachable);
        foreach (var member in unreachable)
        {
            _cluster.Down(member.Address);
        }
    }

    private void Tail()
    {
        _client = Sender;
        Become(() => Receive<ClusterEvent.IClusterDomainEvent>(happened =>
        {
            if (MemberText.Event(happened) is { } text)
            {
                Reply(new CommandResponse(text, final: false));
            }
        }));
        _cluster.Subscribe(Self, ClusterEvent.InitialStateAsEvents, typeof(ClusterEvent.IClusterDomainEvent));
    }

    /// <summary>Waits until members are gone, whoever removes them.</summary>
    private void Await(string verb, IReadOnlyList<Member> members)
    {
        _client = Sender;
        var awaited = members.ToDictionary(member => member.UniqueAddress);
        Become(() =>
        {
            Receive<ClusterEvent.MemberRemoved>(removed => Gone(removed.Member.UniqueAddress));
            Receive<SelfIsRemoved>(_ => Gone(_cluster.SelfUniqueAddress));

            // The state that comes first tells of those that are gone by now.
            Receive<ClusterEvent.CurrentClusterState>(state =>
            {
                foreach (var gone in awaited.Keys.Where(each => !state.Members.Any(member => member.UniqueAddress.Equals(each))).ToList())
                {
                    Gone(gone);
                }
            });
            Receive<GivenUp>(_ => Reply(new ErroredCommandResponse(
                $"{string.Join(", ", awaited.Values.Select(member => member.Address))} has not {verb} within {Patience.TotalSeconds:0} s; see 'cluster show'. While a member is unreachable none is removed: 'cluster down-unreachable' declares such members dead.")));
        });
        Timers.StartSingleTimer(GivenUp.Instance, GivenUp.Instance, Patience);
        _cluster.Subscribe(Self, ClusterEvent.InitialStateAsSnapshot, typeof(ClusterEvent.MemberRemoved));
        if (awaited.ContainsKey(_cluster.SelfUniqueAddress))
        {
            _cluster.RegisterOnMemberRemoved(TellLater(Self, SelfIsRemoved.Instance));
        }

        void Gone(UniqueAddress address)
        {
            if (awaited.Remove(address, out var member))
            {
                Reply(new CommandResponse($"{member.Address} has {verb}", final: awaited.Count == 0));
            }
        }
    }

    private Address? Target(Command command)
    {
        var text = command.GetValue("address")!;
        var self = _cluster.SelfAddress;
        var full = text.Contains("://", StringComparison.Ordinal) ? text : $"{self.Protocol}://{self.System}@{text}";
        if (!Address.TryParse(full, out Address? address) || address.HasLocalScope || address.Port is null)
        {
            Fail($"'{text}' is no address of a node: expected is {self.Protocol}://{self.System}@HOST:PORT, or HOST:PORT.");
            return null;
        }

        if (address.System != self.System || address.Protocol != self.Protocol)
        {
            Fail($"'{text}' is of another system: the addresses of this cluster start with {self.Protocol}://{self.System}@.");
            return null;
        }

        return address;
    }

    private Member? MemberAt(Address address)
    {
        var members = _cluster.State.Members;
        if (members.FirstOrDefault(member => member.Address.Equals(address)) is { } found)
        {
            return found;
        }

        var addresses = members.Select(member => member.Address.ToString()).ToList();
        Fail(addresses.Count == 0
            ? $"{address} is no member: this node is in no cluster."
            : $"{address} is no member of this cluster.{Spelling.Suggestion(address.ToString(), addresses)} Its members are {string.Join(", ", addresses)}.");
        return null;
    }

    private void Answer(string text) => Sender.Tell(new CommandResponse(text));

    private void Fail(string text) => Sender.Tell(new ErroredCommandResponse(text));

    private void Reply(CommandResponse response) => _client.Tell(response);

    private sealed class IsUp : INoSerializationVerificationNeeded
    {
        public static readonly IsUp Instance = new();
    }

    private sealed class SelfIsRemoved : INoSerializationVerificationNeeded
    {
        public static readonly SelfIsRemoved Instance = new();
    }

    private sealed class GivenUp : INoSerializationVerificationNeeded
    {
        public static readonly GivenUp Instance = new();
    }
}
