using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;

namespace Meditron.Cmd.Wire;

/// <summary>What both sides compute from the secret and the opening of one connection: HMAC-SHA256, with a label for each purpose.</summary>
internal sealed class SecretProof
{
    /// <summary>What both sides call the protocol.</summary>
    public const string Protocol = "meditron-cmd";

    /// <summary>The version of the protocol.</summary>
    public const uint Version = 1;

    /// <summary>Bytes of a nonce.</summary>
    public const int NonceSize = 32;

    private readonly byte[] _secret;
    private readonly byte[] _opening;

    public SecretProof(string secret, Hello hello, Challenge challenge)
    {
        _secret = Encoding.UTF8.GetBytes(secret);
        _opening = [.. BitConverter.GetBytes(hello.CalculateSize()), .. hello.ToByteArray(), .. challenge.ToByteArray()];
    }

    /// <summary>The client's proof that it knows the secret; it comes first, so that nobody gets one of the host for the asking.</summary>
    public byte[] OfClient => Compute("meditron cmd client");

    /// <summary>The host's proof.</summary>
    public byte[] OfHost => Compute("meditron cmd host");

    /// <summary>Seals the frames of the client.</summary>
    public FrameSeal ClientSeal() => new(Compute("meditron cmd client frames"));

    /// <summary>Seals the frames of the host.</summary>
    public FrameSeal HostSeal() => new(Compute("meditron cmd host frames"));

    /// <summary>Compares two proofs in a time that tells nothing.</summary>
    public static bool Same(ByteString given, byte[] expected) => CryptographicOperations.FixedTimeEquals(given.Span, expected);

    private byte[] Compute(string label)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _secret);
        hmac.AppendData(Encoding.ASCII.GetBytes(label));
        hmac.AppendData([0]);
        hmac.AppendData(_opening);
        return hmac.GetHashAndReset();
    }
}
