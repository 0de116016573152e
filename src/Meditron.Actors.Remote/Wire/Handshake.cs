using System.Security.Cryptography;
using System.Text;
using Meditron.Actors.Actor;

namespace Meditron.Actors.Remote.Wire;

/// <summary>The opening of the handshake: who connects, to whom, and a nonce.</summary>
internal sealed record Hello(Address From, int Uid, Address To, byte[] Nonce);

/// <summary>The server's answer: its incarnation, a nonce, and its proof of the secret where one is configured.</summary>
internal sealed record Challenge(int Uid, byte[] Nonce, byte[]? Proof);

/// <summary>Why a handshake was refused.</summary>
internal enum RejectCode : byte
{
    Malformed = 1,
    Version = 2,
    WrongTarget = 3,
    WrongSecret = 4,
    NoSecret = 5,
    Quarantined = 6,
    Busy = 7,
    ShuttingDown = 8,
}

/// <summary>A refusal with its reason in words.</summary>
internal sealed record Reject(RejectCode Code, string Reason);

/// <summary>Encodes and decodes the frames of the handshake, and computes the proofs: HMAC-SHA256 over both sides' frames, with a label for each direction.</summary>
internal static class Handshake
{
    public const uint Magic = 0x4E52_444D; // "MDRN"
    public const ushort Version = 2;
    public const int NonceSize = 32;
    public const int ProofSize = 32;
    private const int MaximumName = 1024;

    public static void Write(WireWriter writer, Hello hello)
    {
        Start(writer, FrameType.Hello);
        WriteAddress(writer, hello.From);
        writer.UInt32((uint)hello.Uid);
        WriteAddress(writer, hello.To);
        Finish(writer.Bytes(hello.Nonce));
    }

    public static void Write(WireWriter writer, Challenge challenge)
    {
        Start(writer, FrameType.Challenge);
        writer.UInt32((uint)challenge.Uid).Bytes(challenge.Nonce);
        Finish(writer.Byte(challenge.Proof is null ? (byte)0 : (byte)1).Bytes(challenge.Proof));
    }

    public static void WriteProof(WireWriter writer, byte[]? proof) =>
        Finish(Start(writer, FrameType.Proof).Byte(proof is null ? (byte)0 : (byte)1).Bytes(proof));

    public static void WriteWelcome(WireWriter writer) => Finish(Start(writer, FrameType.Welcome));

    public static void WriteReady(WireWriter writer) => Finish(Start(writer, FrameType.Ready));

    public static void Write(WireWriter writer, Reject reject) =>
        Finish(Start(writer, FrameType.Reject).Byte((byte)reject.Code).String(reject.Reason.Length > 500 ? reject.Reason[..500] : reject.Reason));

    public static Hello ReadHello(ReadOnlySpan<byte> frame)
    {
        var reader = Open(frame, FrameType.Hello);
        var from = ReadAddress(ref reader);
        var uid = (int)reader.UInt32();
        var to = ReadAddress(ref reader);
        var nonce = reader.Take(NonceSize).ToArray();
        reader.End();
        return new Hello(from, uid, to, nonce);
    }

    public static Challenge ReadChallenge(ReadOnlySpan<byte> frame)
    {
        var reader = Open(frame, FrameType.Challenge);
        var uid = (int)reader.UInt32();
        var nonce = reader.Take(NonceSize).ToArray();
        return new Challenge(uid, nonce, ReadOptionalProof(ref reader));
    }

    public static byte[]? ReadProof(ReadOnlySpan<byte> frame)
    {
        var reader = Open(frame, FrameType.Proof);
        return ReadOptionalProof(ref reader);
    }

    public static void ReadWelcome(ReadOnlySpan<byte> frame) => Open(frame, FrameType.Welcome).End();

    public static void ReadReady(ReadOnlySpan<byte> frame) => Open(frame, FrameType.Ready).End();

    public static Reject ReadReject(ReadOnlySpan<byte> frame)
    {
        var reader = Open(frame, FrameType.Reject);
        var reject = new Reject((RejectCode)reader.Byte(), reader.String(MaximumName * 2));
        reader.End();
        return reject;
    }

    /// <summary>The server's proof that it knows the secret: over the client's frame and its own nonce and uid.</summary>
    public static byte[] ServerProof(string secret, ReadOnlySpan<byte> helloFrame, int serverUid, ReadOnlySpan<byte> serverNonce) =>
        Prove(secret, "meditron remote server"u8, helloFrame, serverUid, serverNonce);

    /// <summary>The client's proof that it knows the secret.</summary>
    public static byte[] ClientProof(string secret, ReadOnlySpan<byte> helloFrame, int serverUid, ReadOnlySpan<byte> serverNonce) =>
        Prove(secret, "meditron remote client"u8, helloFrame, serverUid, serverNonce);

    /// <summary>Compares two proofs in a time that tells nothing.</summary>
    public static bool Same(byte[]? proof, byte[] expected) => proof is not null && CryptographicOperations.FixedTimeEquals(proof, expected);

    private static byte[] Prove(string secret, ReadOnlySpan<byte> label, ReadOnlySpan<byte> hello, int uid, ReadOnlySpan<byte> nonce)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hmac.AppendData(label);
        hmac.AppendData(BitConverter.GetBytes(hello.Length));
        hmac.AppendData(hello);
        hmac.AppendData(BitConverter.GetBytes(uid));
        hmac.AppendData(nonce);
        return hmac.GetHashAndReset();
    }

    private static WireWriter Start(WireWriter writer, FrameType type) => writer.Start(type).UInt32(Magic).Byte((byte)Version).Byte(Version >> 8);

    private static void Finish(WireWriter writer) => writer.UInt32(FrameChecksum.Of(writer.Written));

    private static WireReader Open(ReadOnlySpan<byte> frame, FrameType type)
    {
        var reader = new WireReader(frame);
        if (reader.Byte() != (byte)type)
        {
            throw new WireFormatException($"the handshake expects a frame of type {type}, not {frame[0]}");
        }

        if (reader.UInt32() != Magic)
        {
            throw new WireFormatException("the peer does not speak this protocol: its first bytes are not those of a Meditron.Actors.Remote handshake");
        }

        var version = reader.UInt16();
        if (version != Version)
        {
            throw new WireVersionException($"the peer speaks version {version} of the protocol, this system version {Version}: run the same release on both");
        }

        if (frame.Length < 11)
        {
            throw new WireFormatException("a frame of the handshake is truncated");
        }

        if (BitConverter.ToUInt32(frame[^4..]) != FrameChecksum.Of(frame[..^4]))
        {
            throw new WireFormatException("a frame of the handshake is damaged: its checksum does not match");
        }

        return new WireReader(frame[7..^4]);
    }

    private static byte[]? ReadOptionalProof(ref WireReader reader)
    {
        var proof = reader.Byte() switch
        {
            0 => null,
            1 => reader.Take(ProofSize).ToArray(),
            var other => throw new WireFormatException($"a proof is marked {other}; allowed are 0 and 1"),
        };
        reader.End();
        return proof;
    }

    private static void WriteAddress(WireWriter writer, Address address) =>
        writer.String(address.Protocol).String(address.System).String(address.Host ?? "").UInt32((uint)(address.Port ?? 0));

    private static Address ReadAddress(ref WireReader reader)
    {
        var protocol = reader.String(MaximumName);
        var system = reader.String(MaximumName);
        var host = reader.String(MaximumName);
        var port = reader.UInt32();
        if (protocol.Length == 0 || system.Length == 0 || host.Length == 0 || port is 0 or > 65535)
        {
            throw new WireFormatException("an address of the handshake lacks its protocol, system, host or port");
        }

        return new Address(protocol, system, host, (int)port);
    }
}
