namespace Meditron.Simulation.Network;

/// <summary>The wires between the machines: how long a packet takes in each direction, and which directions are cut.</summary>
/// <remarks>
/// What it models is TCP as a process sees it: a stream is delayed, stalls and goes on after a repair, breaks for both ends or for one only, and is refused or
/// reset by a machine that does not know it. Nothing above TCP is duplicated or reordered within a connection; between connections every order is possible.
/// </remarks>
internal sealed class Fabric
{
    private readonly World _world;
    private readonly SeededRandom _random;
    private readonly List<NodeHost> _hosts = [];
    private readonly SortedDictionary<string, Listener> _listeners = new(StringComparer.Ordinal);
    private readonly List<SimulatedConnection> _connections = [];
    private readonly Dictionary<(int From, int To), int> _cut = [];
    private readonly Dictionary<(int From, int To), (double Factor, double Loss)> _slow = [];
    private readonly double _latency;
    private readonly double _jitter;
    private int _numbers;

    public Fabric(World world)
    {
        _world = world;
        _random = world.Random("network");
        _latency = _random.Pick([0.05, 0.2, 1.0, 5.0]);
        _jitter = _random.Pick([0.1, 1.0, 4.0]);
    }

    public World World => _world;

    public SeededRandom Random => _random;

    public int NextNumber() => ++_numbers;

    /// <summary>Adds a machine.</summary>
    public int Add(NodeHost host)
    {
        _hosts.Add(host);
        return _hosts.Count - 1;
    }

    /// <summary>The machine of a name.</summary>
    public NodeHost? Find(string name) => _hosts.Find(host => host.Name == name);

    /// <summary>Whether packets of one machine reach another one.</summary>
    public bool Reaches(NodeHost from, NodeHost to) => from.IsPowered && to.IsPowered && (_cut.Count == 0 || !_cut.ContainsKey((from.Index, to.Index)));

    /// <summary>Whether packets come through in both directions.</summary>
    public bool AreConnected(NodeHost a, NodeHost b) => a == b || (Reaches(a, b) && Reaches(b, a));

    /// <summary>Cuts one direction; some of the streams through it break after a while, at both ends or at one. As many repairs undo as many cuts.</summary>
    public void Cut(NodeHost from, NodeHost to, double breaks = 0.3)
    {
        var direction = (from.Index, to.Index);
        _cut[direction] = _cut.GetValueOrDefault(direction) + 1;

        foreach (var connection in _connections.ToArray())
        {
            if (connection.IsBetween(from, to) && _random.Chance(breaks))
            {
                var end = connection;
                _world.At(_random.Milliseconds(0, 15_000), null, end.Lose);
            }
        }
    }

    /// <summary>Repairs one direction, unless it was cut more than once.</summary>
    public void Repair(NodeHost from, NodeHost to)
    {
        var direction = (from.Index, to.Index);
        if (!_cut.TryGetValue(direction, out var cuts))
        {
            return;
        }

        if (cuts > 1)
        {
            _cut[direction] = cuts - 1;
            return;
        }

        _cut.Remove(direction);
        GoOn();
    }

    /// <summary>Repairs everything.</summary>
    public void RepairAll()
    {
        _cut.Clear();
        _slow.Clear();
        GoOn();
    }

    /// <summary>Makes a direction slow by a factor and lets it lose packets, each of which comes again late; 1 and 0 for as good as others.</summary>
    public void Slow(NodeHost from, NodeHost to, double factor, double loss = 0)
    {
        if (factor == 1 && loss == 0)
        {
            _slow.Remove((from.Index, to.Index));
        }
        else
        {
            _slow[(from.Index, to.Index)] = (factor, loss);
        }
    }

    /// <summary>Breaks the streams between two machines, as a firewall that forgets them does.</summary>
    public void Break(NodeHost a, NodeHost b)
    {
        foreach (var connection in _connections.ToArray())
        {
            if (connection.IsBetween(a, b))
            {
                connection.Lose();
            }
        }
    }

    /// <summary>How long the next packet takes.</summary>
    public TimeSpan Delay(NodeHost from, NodeHost to)
    {
        if (from == to)
        {
            return TimeSpan.FromMicroseconds(20);
        }

        var milliseconds = _latency + (_jitter * _latency * _random.Fraction() * _random.Fraction());
        if (_slow.Count > 0 && _slow.TryGetValue((from.Index, to.Index), out var slow))
        {
            milliseconds *= slow.Factor;
            for (var again = 200.0; again < 2_000 && _random.Chance(slow.Loss); again *= 2)
            {
                milliseconds += again;
            }
        }

        return TimeSpan.FromMilliseconds(milliseconds);
    }

    /// <summary>When a sender that got no answer tries again once the way is free.</summary>
    public TimeSpan Retransmission() => _random.Milliseconds(1, 1200);

    public Listener Listen(NodeProcess process, int port, Func<string, IConnectionHandler?> accept)
    {
        var endpoint = $"{process.Name}:{port}";
        if (_listeners.TryGetValue(endpoint, out var other) && other.Process.IsAlive)
        {
            throw new NetworkException($"Cannot listen on {endpoint}: the port is in use.");
        }

        var listener = new Listener(this, process, endpoint, port, accept);
        _listeners[endpoint] = listener;
        return listener;
    }

    public void Remove(Listener listener)
    {
        if (_listeners.TryGetValue(listener.Endpoint, out var present) && present == listener)
        {
            _listeners.Remove(listener.Endpoint);
        }
    }

    public Listener? ListenerAt(string endpoint) => _listeners.TryGetValue(endpoint, out var listener) && listener.Process.IsAlive ? listener : null;

    public void Add(SimulatedConnection connection) => _connections.Add(connection);

    public void Remove(SimulatedConnection connection) => _connections.Remove(connection);

    /// <summary>Ends what a process had open; unless silently, its operating system tells the other ends.</summary>
    public void OnProcessEnded(NodeProcess process, bool silently)
    {
        foreach (var connection in _connections.ToArray())
        {
            if (connection.Owner == process)
            {
                connection.OnOwnerEnded(silently);
            }
        }
    }

    /// <summary>Something is reachable again: what waits is sent again after a while.</summary>
    public void GoOn()
    {
        foreach (var connection in _connections.ToArray())
        {
            connection.GoOn();
        }
    }
}
