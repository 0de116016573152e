using Meditron.Actors.Actor;

namespace Meditron.Actors.Serialization;

/// <summary>Sends byte arrays as they are.</summary>
public class ByteArraySerializer : Serializer
{
    /// <summary>Creates the serializer of an actor system.</summary>
    public ByteArraySerializer(ExtendedActorSystem system)
        : base(system)
    {
    }

    /// <inheritdoc/>
    public override bool IncludeManifest => false;

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => obj switch
    {
        null => [],
        byte[] bytes => bytes,
        _ => throw new NotSupportedException($"The byte array serializer was given a {obj.GetType()}; it serializes byte arrays only."),
    };

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, Type type) => bytes;
}

/// <summary>Serializes null, and only null.</summary>
public class NullSerializer : Serializer
{
    /// <summary>Creates the serializer of an actor system.</summary>
    public NullSerializer(ExtendedActorSystem system)
        : base(system)
    {
    }

    /// <inheritdoc/>
    public override int Identifier => 0;

    /// <inheritdoc/>
    public override bool IncludeManifest => false;

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => [];

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, Type type) => null!;
}
