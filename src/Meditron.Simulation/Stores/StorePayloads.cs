namespace Meditron.Simulation.Stores;

/// <summary>Puts objects through the production serializers, as a journal on a database does.</summary>
internal static class StorePayloads
{
    public static StoredPayload Write(ExtendedActorSystem system, object value)
    {
        var serializer = system.Serialization.FindSerializerFor(value);
        return new StoredPayload(serializer.Identifier, Serialization.ManifestFor(serializer, value), Serialization.WithTransport(system, () => serializer.ToBinary(value)));
    }

    public static object Read(ExtendedActorSystem system, StoredPayload payload) =>
        system.Serialization.Deserialize(payload.Bytes, payload.SerializerId, payload.Manifest);
}
