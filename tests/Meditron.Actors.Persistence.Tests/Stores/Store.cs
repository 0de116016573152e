namespace Meditron.Actors.Persistence.Tests.Stores;

/// <summary>Where one test's events and snapshots are kept.</summary>
public abstract class Store : IDisposable
{
    /// <summary>What makes persistent actors use it.</summary>
    public abstract string Config { get; }

    public virtual void Dispose() => GC.SuppressFinalize(this);
}

/// <summary>In memory.</summary>
public sealed class MemoryStore : Store
{
    public override string Config => """
        akka.persistence.journal.plugin = "akka.persistence.journal.inmem"
        akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
        """;
}
