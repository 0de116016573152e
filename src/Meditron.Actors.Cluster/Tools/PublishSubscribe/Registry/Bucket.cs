using System.Collections.Immutable;

namespace Meditron.Actors.Cluster.Tools.PublishSubscribe;

/// <summary>The registrations of one node, with those it has taken back lately.</summary>
internal sealed class Bucket(UniqueAddress owner)
{
    private readonly SortedDictionary<RegistryKey, RegistryEntry> _entries = [];
    private readonly SortedDictionary<RegistryKey, TimeSpan> _takenBack = [];

    // Some that were taken back up to this version are forgotten: who has less must be told everything.
    private long _forgotten;

    public UniqueAddress Owner => owner;

    public long Version { get; private set; }

    public RegistryEntry? Find(RegistryKey key) => _entries.GetValueOrDefault(key);

    public IEnumerable<RegistryEntry> Present => _entries.Values.Where(e => e.Receiver is not null);

    public void Set(RegistryEntry entry, TimeSpan now)
    {
        _entries[entry.Key] = entry;
        Version = Math.Max(Version, entry.Version);
        if (entry.Receiver is null)
        {
            _takenBack[entry.Key] = now;
        }
        else
        {
            _takenBack.Remove(entry.Key);
        }
    }

    public void MoveTo(long version) => Version = Math.Max(Version, version);

    /// <summary>Forgets everything, to be told all there is up to a version; what was taken back before it is not known any more.</summary>
    public void Clear(long version)
    {
        _entries.Clear();
        _takenBack.Clear();
        _forgotten = version;
    }

    /// <summary>What has changed since a version, in at most so many entries; null if nothing has. All at once for who has missed what is forgotten.</summary>
    public BucketDelta? Since(long version, int most)
    {
        if (Version <= version)
        {
            return null;
        }

        var replaces = version < _forgotten;
        var changes = _entries.Values.Where(e => replaces || e.Version > version).OrderBy(e => e.Version).ToList();
        var hasMore = !replaces && changes.Count > most;
        if (hasMore)
        {
            changes.RemoveRange(most, changes.Count - most);
        }

        return new BucketDelta(owner, replaces ? 0 : version, hasMore ? changes[^1].Version : Version, replaces, hasMore, [.. changes]);
    }

    /// <summary>Forgets what was taken back before a time.</summary>
    public void Prune(TimeSpan before)
    {
        foreach (var key in _takenBack.Where(t => t.Value < before).Select(t => t.Key).ToList())
        {
            _forgotten = Math.Max(_forgotten, _entries[key].Version);
            _entries.Remove(key);
            _takenBack.Remove(key);
        }
    }
}
