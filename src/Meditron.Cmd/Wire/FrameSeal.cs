using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Meditron.Cmd.Wire;

/// <summary>Authenticates the frames of one direction of a connection: whoever cannot prove the secret cannot put in, change, repeat or leave out any.</summary>
internal sealed class FrameSeal(byte[] key)
{
    /// <summary>Bytes of authentication before each frame.</summary>
    public const int Size = 16;

    private ulong _sequence;

    /// <summary>The authentication of the next frame.</summary>
    public byte[] Next(ReadOnlySpan<byte> body)
    {
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(number, _sequence++);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(number);
        hmac.AppendData(body);
        return hmac.GetHashAndReset()[..Size];
    }

    /// <summary>Whether a frame that arrived is the next one of the other side.</summary>
    public bool Accepts(ReadOnlySpan<byte> seal, ReadOnlySpan<byte> body) => CryptographicOperations.FixedTimeEquals(seal, Next(body));
}
