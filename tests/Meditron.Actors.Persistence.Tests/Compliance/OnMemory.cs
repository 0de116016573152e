using Meditron.Actors.Persistence.Tests.Stores;

namespace Meditron.Actors.Persistence.Tests.Compliance;

public sealed class JournalOnMemory() : JournalCompliance(new MemoryStore());

public sealed class SnapshotStoreOnMemory() : SnapshotStoreCompliance(new MemoryStore());

public sealed class PersistentActorsOnMemory() : PersistentActorCompliance(new MemoryStore());
