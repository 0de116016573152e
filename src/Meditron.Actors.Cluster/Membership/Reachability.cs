using System.Collections.Immutable;

namespace Meditron.Actors.Cluster;

/// <summary>Who observes whom as reachable: a table that each observer writes its own rows of, with a version of those rows.</summary>
/// <remarks>Only what is not reachable has a row. A subject is reachable when no observer has a row that says otherwise.</remarks>
internal sealed class Reachability : IEquatable<Reachability>
{
    private readonly ImmutableSortedDictionary<UniqueAddress, Observer> _observers;
    private ImmutableSortedDictionary<UniqueAddress, ReachabilityStatus>? _aggregated;

    private Reachability(ImmutableSortedDictionary<UniqueAddress, Observer> observers) => _observers = observers;

    /// <summary>Everybody is reachable.</summary>
    public static readonly Reachability Empty = new(ImmutableSortedDictionary<UniqueAddress, Observer>.Empty);

    /// <summary>One row: what an observer says of a subject, and at which version of its rows it said so.</summary>
    public sealed record Record(UniqueAddress Observer, UniqueAddress Subject, ReachabilityStatus Status, long Version);

    private sealed record Observer(long Version, ImmutableSortedDictionary<UniqueAddress, Record> Rows)
    {
        public static readonly Observer Empty = new(0, ImmutableSortedDictionary<UniqueAddress, Record>.Empty);
    }

    /// <summary>All rows, in the order of observers and subjects.</summary>
    public IEnumerable<Record> Records => _observers.Values.SelectMany(o => o.Rows.Values);

    /// <summary>The version of each observer's rows.</summary>
    public IEnumerable<KeyValuePair<UniqueAddress, long>> Versions => _observers.Select(o => KeyValuePair.Create(o.Key, o.Value.Version));

    /// <summary>Whether nobody is observed as anything but reachable.</summary>
    public bool IsAllReachable => _observers.Values.All(o => o.Rows.IsEmpty);

    /// <summary>Rebuilds a table from its rows and versions, as they came over the wire.</summary>
    public static Reachability Create(IEnumerable<Record> records, IEnumerable<KeyValuePair<UniqueAddress, long>> versions)
    {
        var observers = ImmutableSortedDictionary.CreateBuilder<UniqueAddress, Observer>();
        foreach (var (observer, version) in versions)
        {
            observers[observer] = new Observer(version, ImmutableSortedDictionary<UniqueAddress, Record>.Empty);
        }

        foreach (var record in records)
        {
            if (record.Status != ReachabilityStatus.Reachable)
            {
                var observer = observers.GetValueOrDefault(record.Observer, Observer.Empty);
                observers[record.Observer] = new Observer(
                    Math.Max(observer.Version, record.Version), observer.Rows.SetItem(record.Subject, record));
            }
        }

        return new Reachability(observers.ToImmutable());
    }

    /// <summary>The observer does not hear from the subject.</summary>
    public Reachability Unreachable(UniqueAddress observer, UniqueAddress subject) => Change(observer, subject, ReachabilityStatus.Unreachable);

    /// <summary>The observer hears from the subject again.</summary>
    public Reachability Reachable(UniqueAddress observer, UniqueAddress subject) => Change(observer, subject, ReachabilityStatus.Reachable);

    /// <summary>The observer knows that the subject can never be heard from again.</summary>
    public Reachability Terminated(UniqueAddress observer, UniqueAddress subject) => Change(observer, subject, ReachabilityStatus.Terminated);

    /// <summary>What the observer says of the subject.</summary>
    public ReachabilityStatus Status(UniqueAddress observer, UniqueAddress subject) =>
        _observers.TryGetValue(observer, out var o) && o.Rows.TryGetValue(subject, out var row) ? row.Status : ReachabilityStatus.Reachable;

    /// <summary>What all observers together say of the subject: terminated if any says so, else unreachable if any says so.</summary>
    public ReachabilityStatus Status(UniqueAddress subject) => Aggregated.GetValueOrDefault(subject, ReachabilityStatus.Reachable);

    /// <summary>Whether no observer says otherwise.</summary>
    public bool IsReachable(UniqueAddress subject) => Status(subject) == ReachabilityStatus.Reachable;

    /// <summary>Whether the observer does not say otherwise.</summary>
    public bool IsReachable(UniqueAddress observer, UniqueAddress subject) => Status(observer, subject) == ReachabilityStatus.Reachable;

    /// <summary>All subjects that some observer says are not reachable.</summary>
    public IEnumerable<UniqueAddress> AllUnreachableOrTerminated => Aggregated.Keys;

    /// <summary>All subjects that are unreachable and that nobody knows to be terminated.</summary>
    public IEnumerable<UniqueAddress> AllUnreachable =>
        Aggregated.Where(s => s.Value == ReachabilityStatus.Unreachable).Select(s => s.Key);

    /// <summary>The subjects that one observer says are unreachable.</summary>
    public IEnumerable<UniqueAddress> AllUnreachableFrom(UniqueAddress observer) =>
        _observers.TryGetValue(observer, out var o)
            ? o.Rows.Values.Where(r => r.Status == ReachabilityStatus.Unreachable).Select(r => r.Subject)
            : [];

    /// <summary>For each subject that is not reachable, who says so.</summary>
    public ImmutableSortedDictionary<UniqueAddress, ImmutableSortedSet<UniqueAddress>> ObserversGroupedByUnreachable =>
        Records.GroupBy(r => r.Subject).ToImmutableSortedDictionary(g => g.Key, g => g.Select(r => r.Observer).ToImmutableSortedSet());

    /// <summary>All who have rows.</summary>
    public IEnumerable<UniqueAddress> AllObservers => _observers.Where(o => !o.Value.Rows.IsEmpty).Select(o => o.Key);

    /// <summary>Joins two tables: of each observer among <paramref name="allowed"/> the newer rows, about subjects among <paramref name="allowed"/>.</summary>
    public Reachability Merge(IReadOnlySet<UniqueAddress> allowed, Reachability other)
    {
        var merged = ImmutableSortedDictionary.CreateBuilder<UniqueAddress, Observer>();
        foreach (var name in _observers.Keys.Union(other._observers.Keys))
        {
            if (!allowed.Contains(name))
            {
                continue;
            }

            var mine = _observers.GetValueOrDefault(name, Observer.Empty);
            var theirs = other._observers.GetValueOrDefault(name, Observer.Empty);
            merged[name] = Restrict(mine.Version >= theirs.Version ? mine : theirs, allowed);
        }

        return new Reachability(merged.ToImmutable());
    }

    /// <summary>The table without any trace of these nodes, as observers and as subjects.</summary>
    public Reachability Remove(IReadOnlySet<UniqueAddress> nodes)
    {
        var kept = ImmutableSortedDictionary.CreateBuilder<UniqueAddress, Observer>();
        foreach (var (name, observer) in _observers)
        {
            if (!nodes.Contains(name))
            {
                kept[name] = observer.Rows.Keys.Any(nodes.Contains)
                    ? observer with { Rows = observer.Rows.RemoveRange(observer.Rows.Keys.Where(nodes.Contains)) }
                    : observer;
            }
        }

        return new Reachability(kept.ToImmutable());
    }

    /// <summary>The table without what these observers say.</summary>
    public Reachability RemoveObservers(IReadOnlySet<UniqueAddress> nodes) =>
        nodes.Count == 0 ? this : new Reachability(_observers.RemoveRange(nodes));

    /// <inheritdoc/>
    public bool Equals(Reachability? other) =>
        other is not null && Records.SequenceEqual(other.Records) && Versions.SequenceEqual(other.Versions);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Reachability);

    /// <inheritdoc/>
    public override int GetHashCode() => Records.Aggregate(0, (hash, r) => HashCode.Combine(hash, r));

    /// <inheritdoc/>
    public override string ToString() =>
        string.Join(", ", Records.Select(r => $"[{r.Observer.Address} -> {r.Subject.Address}: {r.Status} ({r.Version})]"));

    private ImmutableSortedDictionary<UniqueAddress, ReachabilityStatus> Aggregated => _aggregated ??= Aggregate();

    private ImmutableSortedDictionary<UniqueAddress, ReachabilityStatus> Aggregate()
    {
        var result = ImmutableSortedDictionary.CreateBuilder<UniqueAddress, ReachabilityStatus>();
        foreach (var record in Records)
        {
            if (result.GetValueOrDefault(record.Subject) != ReachabilityStatus.Terminated)
            {
                result[record.Subject] = record.Status;
            }
        }

        return result.ToImmutable();
    }

    private Reachability Change(UniqueAddress observer, UniqueAddress subject, ReachabilityStatus status)
    {
        var before = Status(observer, subject);

        // Terminated is final: the same incarnation never comes back.
        if (before == status || (before == ReachabilityStatus.Terminated && status == ReachabilityStatus.Unreachable))
        {
            return this;
        }

        var rows = _observers.GetValueOrDefault(observer, Observer.Empty);
        var version = rows.Version + 1;
        var changed = status == ReachabilityStatus.Reachable
            ? rows.Rows.Remove(subject)
            : rows.Rows.SetItem(subject, new Record(observer, subject, status, version));
        return new Reachability(_observers.SetItem(observer, new Observer(version, changed)));
    }

    private static Observer Restrict(Observer observer, IReadOnlySet<UniqueAddress> allowed)
    {
        var foreign = observer.Rows.Keys.Where(s => !allowed.Contains(s)).ToList();
        return foreign.Count == 0 ? observer : observer with { Rows = observer.Rows.RemoveRange(foreign) };
    }
}
