using Meditron.Actors.Actor;
using Meditron.Actors.Actor.Setup;
using Meditron.Actors.Event;
using Meditron.Actors.Persistence.Leases;
using Meditron.Actors.Persistence.Sql.Journal;
using Meditron.Actors.Persistence.Sql.Snapshot;

namespace Meditron.Actors.Persistence.Sql;

/// <summary>Opens the stores behind the SQL plugins.</summary>
internal interface ISqlStores
{
    IJournalStore OpenJournal(ActorSystem system, SqlJournalSettings settings, ILoggingAdapter log);

    ISnapshotRows OpenSnapshots(ActorSystem system, SqlSnapshotSettings settings, ILoggingAdapter log);

    ILeaseRows OpenLeases(ActorSystem system, SqlLeaseSettings settings, ILoggingAdapter log);
}

/// <summary>Gives an actor system other stores than databases, as a simulation does.</summary>
internal sealed class SqlStoresSetup(ISqlStores stores) : Setup
{
    public ISqlStores Stores { get; } = stores;
}

/// <summary>The stores on real databases.</summary>
internal sealed class SqlStores : ISqlStores
{
    private static readonly SqlStores _databases = new();

    /// <summary>The stores of an actor system: those of its setup, else databases.</summary>
    public static ISqlStores Of(ActorSystem system) => system.Settings.Setup.Get<SqlStoresSetup>() is { HasValue: true } setup ? setup.Value.Stores : _databases;

    public IJournalStore OpenJournal(ActorSystem system, SqlJournalSettings settings, ILoggingAdapter log) => new SqlJournalStore(system, settings, log);

    public ISnapshotRows OpenSnapshots(ActorSystem system, SqlSnapshotSettings settings, ILoggingAdapter log) => new SqlSnapshotRows(system, settings, log);

    public ILeaseRows OpenLeases(ActorSystem system, SqlLeaseSettings settings, ILoggingAdapter log) => new SqlLeaseRows(system, settings, log);
}
