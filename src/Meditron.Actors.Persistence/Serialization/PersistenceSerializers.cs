using Meditron.Actors.Actor;

namespace Meditron.Actors.Persistence.Serialization;

/// <summary>Binds what persistence stores of its own to its serializers, also where the configuration was read before persistence was used.</summary>
internal static class PersistenceSerializers
{
    public static void Register(ExtendedActorSystem system)
    {
        var messages = new PersistenceMessageSerializer(system);
        var snapshots = new PersistenceSnapshotSerializer(system);
        var serialization = system.Serialization;
        serialization.AddSerializer("akka-persistence-message", messages);
        serialization.AddSerializer("akka-persistence-snapshot", snapshots);
        serialization.AddSerializationMap(typeof(IPersistentRepresentation), messages);
        serialization.AddSerializationMap(typeof(AtomicWrite), messages);
        serialization.AddSerializationMap(typeof(AtLeastOnceDeliverySnapshot), messages);
        serialization.AddSerializationMap(typeof(Snapshot), snapshots);
    }
}
