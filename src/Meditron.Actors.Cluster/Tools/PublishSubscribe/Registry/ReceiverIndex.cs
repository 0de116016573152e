using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster.Tools.PublishSubscribe;

/// <summary>Finds the nodes on which somebody is registered under a key, in the order of their addresses.</summary>
internal sealed class ReceiverIndex
{
    private readonly Dictionary<RegistryKey, SortedDictionary<UniqueAddress, IActorRef>> _receivers = [];
    private readonly Dictionary<string, SortedSet<string>> _groups = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _topics = new(StringComparer.Ordinal);

    public IEnumerable<string> Topics => _topics.Keys;

    public IEnumerable<KeyValuePair<UniqueAddress, IActorRef>> Find(RegistryKey key) =>
        _receivers.TryGetValue(key, out var found) ? found : Enumerable.Empty<KeyValuePair<UniqueAddress, IActorRef>>();

    public IEnumerable<string> GroupsOf(string topic) => _groups.TryGetValue(topic, out var found) ? found : [];

    public void Add(UniqueAddress owner, RegistryKey key, IActorRef receiver)
    {
        if (!_receivers.TryGetValue(key, out var found))
        {
            _receivers[key] = found = [];
            Count(key, 1);
        }

        found[owner] = receiver;
    }

    public void Remove(UniqueAddress owner, RegistryKey key)
    {
        if (_receivers.TryGetValue(key, out var found) && found.Remove(owner) && found.Count == 0)
        {
            _receivers.Remove(key);
            Count(key, -1);
        }
    }

    private void Count(RegistryKey key, int change)
    {
        if (key.Kind == RegistryKind.Path)
        {
            return;
        }

        var count = _topics.GetValueOrDefault(key.Name) + change;
        if (count == 0)
        {
            _topics.Remove(key.Name);
        }
        else
        {
            _topics[key.Name] = count;
        }

        if (key.Kind == RegistryKind.Group)
        {
            CountGroup(key, change);
        }
    }

    private void CountGroup(RegistryKey key, int change)
    {
        if (!_groups.TryGetValue(key.Name, out var groups))
        {
            _groups[key.Name] = groups = new SortedSet<string>(StringComparer.Ordinal);
        }

        if (change > 0)
        {
            groups.Add(key.Group);
        }
        else
        {
            groups.Remove(key.Group);
            if (groups.Count == 0)
            {
                _groups.Remove(key.Name);
            }
        }
    }
}
