using System.Runtime.Serialization;
using Meditron.Actors.Actor;
using Meditron.Actors.Remote.Wire;
using Meditron.Actors.Serialization;

namespace Meditron.Actors.Remote;

/// <summary>Writes messages on their way along a selection's path: the steps, then the message as its own serializer writes it.</summary>
internal sealed class MessageContainerSerializer(ExtendedActorSystem system) : Serializer(system)
{
    private const int MaximumSteps = 256;
    private const int MaximumText = 4096;

    private enum Step : byte
    {
        Parent = 0,
        Name = 1,
        Pattern = 2,
        Recursive = 3,
    }

    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object obj)
    {
        if (obj is not ActorSelectionMessage selection)
        {
            throw new SerializationException($"The serializer of selections was given a {obj?.GetType()}.");
        }

        var writer = new WireWriter();
        writer.Byte(selection.WildCardFanOut ? (byte)1 : (byte)0).Varint((ulong)selection.Elements.Length);
        foreach (var element in selection.Elements)
        {
            switch (element)
            {
                case SelectParent:
                    writer.Byte((byte)Step.Parent);
                    break;
                case SelectChildName child:
                    writer.Byte((byte)Step.Name).String(child.Name);
                    break;
                case SelectChildPattern pattern:
                    writer.Byte((byte)Step.Pattern).String(pattern.PatternStr);
                    break;
                case SelectChildRecursive:
                    writer.Byte((byte)Step.Recursive);
                    break;
            }
        }

        var serializer = system.Serialization.FindSerializerFor(selection.Message);
        writer.Zigzag(serializer.Identifier)
            .String(Serialization.Serialization.ManifestFor(serializer, selection.Message))
            .Bytes(serializer.ToBinary(selection.Message));
        return writer.Written.ToArray();
    }

    public override object FromBinary(byte[] bytes, Type type)
    {
        var reader = new WireReader(bytes);
        var fanOut = reader.Byte() switch
        {
            0 => false,
            1 => true,
            var other => throw new WireFormatException($"a selection is marked {other}; allowed are 0 and 1"),
        };
        var elements = new SelectionPathElement[reader.Int(MaximumSteps)];
        for (var i = 0; i < elements.Length; i++)
        {
            elements[i] = (Step)reader.Byte() switch
            {
                Step.Parent => new SelectParent(),
                Step.Name => new SelectChildName(reader.String(MaximumText)),
                Step.Pattern => new SelectChildPattern(reader.String(MaximumText)),
                Step.Recursive => new SelectChildRecursive(),
                var other => throw new WireFormatException($"a step of a selection is of kind {(byte)other}; known are 0 to 3"),
            };
        }

        var serializer = reader.Zigzag();
        if (serializer is < int.MinValue or > int.MaxValue)
        {
            throw new WireFormatException($"a selection names serializer {serializer}, which is no 32-bit number");
        }

        var manifest = reader.String(MaximumText);
        return new ActorSelectionMessage(system.Serialization.Deserialize(reader.Rest.ToArray(), (int)serializer, manifest), elements, fanOut);
    }
}
