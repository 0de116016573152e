using Meditron.Actors.Persistence.Tests.Stores;

namespace Meditron.Actors.Persistence.Tests.Compliance;

[Collection(PostgresCollection.Name)]
public sealed class JournalOnPostgres(PostgresFixture postgres) : SqlJournalCompliance(new PostgresStore(postgres.Server));

[Collection(PostgresCollection.Name)]
public sealed class SnapshotStoreOnPostgres(PostgresFixture postgres) : SqlSnapshotStoreCompliance(new PostgresStore(postgres.Server));

[Collection(PostgresCollection.Name)]
public sealed class PersistentActorsOnPostgres(PostgresFixture postgres) : SqlPersistentActorCompliance(new PostgresStore(postgres.Server));
