using System.Buffers.Binary;
using System.Runtime.Serialization;
using System.Text;
using Meditron.Actors.Actor;

namespace Meditron.Actors.Serialization;

/// <summary>Serializes strings, numbers and truth values.</summary>
internal sealed class PrimitiveSerializers(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public override string Manifest(object o) => o switch
    {
        string => "S",
        int => "I",
        long => "L",
        bool => "B",
        double => "D",
        _ => throw Foreign(o),
    };

    public override byte[] ToBinary(object obj)
    {
        byte[] bytes;
        switch (obj)
        {
            case string text:
                return Utf8.GetBytes(text);
            case bool truth:
                return [truth ? (byte)1 : (byte)0];
            case int number:
                bytes = new byte[sizeof(int)];
                BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
                return bytes;
            case long number:
                bytes = new byte[sizeof(long)];
                BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
                return bytes;
            case double number:
                bytes = new byte[sizeof(double)];
                BinaryPrimitives.WriteDoubleLittleEndian(bytes, number);
                return bytes;
            default:
                throw Foreign(obj);
        }
    }

    public override object FromBinary(byte[] bytes, string manifest) => (manifest, bytes.Length) switch
    {
        ("S", _) => Utf8.GetString(bytes),
        ("I", sizeof(int)) => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        ("L", sizeof(long)) => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        ("D", sizeof(double)) => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        ("B", 1) when bytes[0] is 0 or 1 => bytes[0] == 1,
        _ => throw new SerializationException($"Refused a primitive value (serializer {Identifier}): manifest [{manifest}] with {bytes.Length} bytes."),
    };

    private static SerializationException Foreign(object o) => new($"The serializer of primitives was given a {o?.GetType().FullName ?? "null"}; it handles string, int, long, bool and double.");
}
