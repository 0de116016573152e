using Meditron.Actors.Persistence.Tests.Stores;

namespace Meditron.Actors.Persistence.Tests.Compliance;

public sealed class JournalOnSqlite() : SqlJournalCompliance(new SqliteStore());

public sealed class SnapshotStoreOnSqlite() : SqlSnapshotStoreCompliance(new SqliteStore());

public sealed class PersistentActorsOnSqlite() : SqlPersistentActorCompliance(new SqliteStore());
