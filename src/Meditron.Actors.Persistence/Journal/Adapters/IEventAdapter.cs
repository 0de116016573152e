namespace Meditron.Actors.Persistence.Journal;

/// <summary>Turns events into what the journal stores.</summary>
public interface IWriteEventAdapter
{
    /// <summary>A hint on the event's type, stored with it; empty for none.</summary>
    string Manifest(object evt);

    /// <summary>What is stored.</summary>
    object ToJournal(object evt);
}

/// <summary>Turns what the journal has stored into events.</summary>
public interface IReadEventAdapter
{
    /// <summary>The events that a stored one stands for: none, one or several.</summary>
    IEventSequence FromJournal(object evt, string manifest);
}

/// <summary>Turns events into what the journal stores, and back.</summary>
public interface IEventAdapter : IWriteEventAdapter, IReadEventAdapter;

/// <summary>Leaves events as they are.</summary>
public sealed class IdentityEventAdapter : IEventAdapter
{
    private IdentityEventAdapter()
    {
    }

    /// <summary>The one instance.</summary>
    public static IdentityEventAdapter Instance { get; } = new();

    /// <inheritdoc/>
    public string Manifest(object evt) => string.Empty;

    /// <inheritdoc/>
    public object ToJournal(object evt) => evt;

    /// <inheritdoc/>
    public IEventSequence FromJournal(object evt, string manifest) => EventSequence.Single(evt);
}

/// <summary>Reads with one adapter, and stores events as they are.</summary>
internal sealed class NoopWriteEventAdapter(IReadEventAdapter adapter) : IEventAdapter
{
    public string Manifest(object evt) => string.Empty;

    public object ToJournal(object evt) => evt;

    public IEventSequence FromJournal(object evt, string manifest) => adapter.FromJournal(evt, manifest);
}

/// <summary>Stores with one adapter, and reads events as they are.</summary>
internal sealed class NoopReadEventAdapter(IWriteEventAdapter adapter) : IEventAdapter
{
    public string Manifest(object evt) => adapter.Manifest(evt);

    public object ToJournal(object evt) => adapter.ToJournal(evt);

    public IEventSequence FromJournal(object evt, string manifest) => EventSequence.Single(evt);
}

/// <summary>Reads with several adapters, one after the other; stores nothing.</summary>
public sealed class CombinedReadEventAdapter : IEventAdapter
{
    private readonly IEventAdapter[] _adapters;

    /// <summary>Combines adapters.</summary>
    public CombinedReadEventAdapter(IEnumerable<IEventAdapter> adapters) => _adapters = [.. adapters];

    /// <summary>The adapters.</summary>
    public IEnumerable<IEventAdapter> Adapters => _adapters;

    /// <inheritdoc/>
    public string Manifest(object evt) => throw OnlyReads();

    /// <inheritdoc/>
    public object ToJournal(object evt) => throw OnlyReads();

    /// <inheritdoc/>
    public IEventSequence FromJournal(object evt, string manifest) =>
        EventSequence.Create(_adapters.SelectMany(adapter => adapter.FromJournal(evt, manifest).Events).ToArray());

    private static Pattern.IllegalStateException OnlyReads() =>
        new("Several event adapters are bound to one type; they can read events together, but only one can write them. Bind one adapter that writes.");
}
