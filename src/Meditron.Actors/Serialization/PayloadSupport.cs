using Google.Protobuf;
using Meditron.Actors.Actor;
using Meditron.Actors.Serialization.Protocol;

namespace Meditron.Actors.Serialization;

/// <summary>Puts any serializable object, references and addresses into protobuf messages and takes them out again.</summary>
internal static class PayloadSupport
{
    internal static Payload ToPayload(this Serialization serialization, object? value)
    {
        Serializer serializer = serialization.FindSerializerFor(value!);
        byte[] bytes = Serialization.WithTransport(serialization.System, (serializer, value), static s => s.serializer.ToBinary(s.value!));
        return new Payload
        {
            SerializerId = serializer.Identifier,
            Manifest = value is null ? string.Empty : Serialization.ManifestFor(serializer, value),
            Message = UnsafeByteOperations.UnsafeWrap(bytes),
        };
    }

    internal static object? FromPayload(this Serialization serialization, Payload? payload) =>
        payload is null ? null : serialization.Deserialize(payload.Message.ToByteArray(), payload.SerializerId, payload.Manifest);

    internal static ActorRefData ToData(IActorRef? actor) => new() { Path = Serialization.SerializedActorPath(actor) };

    internal static IActorRef? FromData(this Serialization serialization, ActorRefData? data) =>
        data is null || data.Path.Length == 0 ? null : serialization.DeserializeActorRef(data.Path);

    internal static AddressData ToData(Address address)
    {
        AddressData data = new() { Protocol = address.Protocol, System = address.System };
        if (address.Host is not null)
        {
            data.Host = address.Host;
        }

        if (address.Port is { } port)
        {
            data.Port = (uint)port;
        }

        return data;
    }

    internal static Address FromData(AddressData data) => new(
        data.Protocol,
        data.System,
        data.HasHost ? data.Host : null,
        data.HasPort ? checked((int)data.Port) : null);
}
