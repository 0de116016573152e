using Meditron.Actors.Actor;
using Meditron.Actors.Cluster.Tests.Nodes;

namespace Meditron.Actors.Cluster.Tests.Singleton;

/// <summary>Where the instances of a singleton register themselves while they live, for all nodes of a test.</summary>
internal sealed class SingletonRegister
{
    private readonly Lock _lock = new();
    private readonly List<UniqueAddress> _alive = [];
    private readonly List<string> _history = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public sealed record Where(IActorRef ReplyTo);

    public sealed record Stop
    {
        public static readonly Stop Instance = new();
    }

    public sealed record StopWhenTold
    {
        public static readonly StopWhenTold Instance = new();
    }

    /// <summary>The most instances that were alive at once.</summary>
    public int Most { get; private set; }

    public string[] History
    {
        get
        {
            lock (_lock)
            {
                return [.. _history];
            }
        }
    }

    /// <summary>A singleton that stops itself on <see cref="Stop"/>, and after being told again on <see cref="StopWhenTold"/>.</summary>
    public Props Props => Actor.Props.Create(() => new Instance(this));

    public async Task<UniqueAddress> RunsOn(TestNode node)
    {
        await Until(() => _alive.Contains(node.Node), $"the singleton runs on {node.Address}");
        return node.Node;
    }

    public Task RunsNowhere() => Until(() => _alive.Count == 0, "the singleton runs nowhere");

    public Task Says(string entry) => Until(() => _history.Contains(entry), entry);

    public async Task Until(Func<bool> condition, string what)
    {
        using var deadline = new CancellationTokenSource(TestNode.Deadline);
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (condition())
                {
                    return;
                }

                changed = _changed.Task;
            }

            try
            {
                await changed.WaitAsync(deadline.Token);
            }
            catch (OperationCanceledException e)
            {
                throw new TimeoutException($"Not so within {TestNode.Deadline}: {what}. History:\n{string.Join('\n', History)}", e);
            }
        }
    }

    private void Change(Action change, string entry)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            change();
            Most = Math.Max(Most, _alive.Count);
            _history.Add(entry);
            changed = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }

    private sealed class Instance : ReceiveActor
    {
        private readonly SingletonRegister _register;
        private readonly UniqueAddress _node = Cluster.Get(Context.System).SelfUniqueAddress;

        public Instance(SingletonRegister register)
        {
            _register = register;
            var stopsWhenToldAgain = false;
            Receive<StopWhenTold>(_ => stopsWhenToldAgain = true);
            Receive<Stop>(_ =>
            {
                _register.Change(() => { }, $"told to stop on {_node.Address.Port}");
                if (!stopsWhenToldAgain)
                {
                    Context.Stop(Self);
                }

                stopsWhenToldAgain = false;
            });
            Receive<string>(text =>
            {
                _register.Change(() => { }, $"got {text} on {_node.Address.Port}");
                Sender.Tell($"{text} from {_node.Address.Port}");
            });
        }

        protected override void PreStart() => _register.Change(() => _register._alive.Add(_node), $"started on {_node.Address.Port}");

        protected override void PostStop() => _register.Change(() => _register._alive.Remove(_node), $"stopped on {_node.Address.Port}");
    }
}
