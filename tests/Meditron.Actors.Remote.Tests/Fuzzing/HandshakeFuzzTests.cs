using System.Buffers.Binary;
using Meditron.Actors.Actor;
using Meditron.Actors.Remote.Wire;
using Meditron.Testing;

namespace Meditron.Actors.Remote.Tests.Fuzzing;

/// <summary>Whatever a stranger sends as a frame of the handshake: a frame that says the same when written again, or one documented refusal.</summary>
public class HandshakeFuzzTests
{
    private const ulong Seed = 2_000_000_011;

    [Fact]
    public void Only_frames_of_the_handshake_are_taken() => Fuzzer.Run(FuzzBudget.Suite, Seed, One);

    [Fact]
    [Trait("Category", "Soak")]
    public void Only_frames_of_the_handshake_are_taken_for_long() => Fuzzer.Run(FuzzBudget.Soak, Seed, One);

    private static bool One(FuzzRandom random)
    {
        var kind = random.Below(6);
        var frame = random.OneIn(12) ? random.Bytes(random.Below(200)) : Write(random, kind);
        if (!random.OneIn(6))
        {
            frame = Mutator.Mutate(random, frame);

            // With a right checksum again, so that what is behind it is reached as well.
            if (frame.Length >= 11 && !random.OneIn(4))
            {
                BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(frame.Length - 4), FrameChecksum.Of(frame.AsSpan(0, frame.Length - 4)));
            }
        }

        try
        {
            var writer = new WireWriter();
            switch (random.OneIn(8) ? random.Below(6) : kind)
            {
                case 0:
                    var hello = Handshake.ReadHello(frame);
                    Handshake.Write(writer, hello);
                    var again = Handshake.ReadHello(writer.Written);
                    Assert.Equal((hello.From, hello.To, hello.Uid), (again.From, again.To, again.Uid));
                    Assert.Equal(hello.Nonce, again.Nonce);
                    break;
                case 1:
                    var challenge = Handshake.ReadChallenge(frame);
                    Handshake.Write(writer, challenge);
                    Assert.True(frame.AsSpan().SequenceEqual(writer.Written));
                    break;
                case 2:
                    Handshake.WriteProof(writer, Handshake.ReadProof(frame));
                    Assert.True(frame.AsSpan().SequenceEqual(writer.Written));
                    break;
                case 3:
                    Handshake.ReadWelcome(frame);
                    break;
                case 4:
                    Handshake.ReadReady(frame);
                    break;
                default:
                    var reject = Handshake.ReadReject(frame);
                    Handshake.Write(writer, reject);
                    Assert.Equal(reject.Code, Handshake.ReadReject(writer.Written).Code);
                    break;
            }

            return true;
        }
        catch (WireFormatException)
        {
            return false;
        }
    }

    private static byte[] Write(FuzzRandom random, int kind)
    {
        var writer = new WireWriter();
        switch (kind)
        {
            case 0:
                Handshake.Write(writer, new Hello(Address(random), (int)random.Next(), Address(random), random.Bytes(Handshake.NonceSize)));
                break;
            case 1:
                Handshake.Write(writer, new Challenge((int)random.Next(), random.Bytes(Handshake.NonceSize), random.OneIn(2) ? null : random.Bytes(Handshake.ProofSize)));
                break;
            case 2:
                Handshake.WriteProof(writer, random.OneIn(2) ? null : random.Bytes(Handshake.ProofSize));
                break;
            case 3:
                Handshake.WriteWelcome(writer);
                break;
            case 4:
                Handshake.WriteReady(writer);
                break;
            default:
                Handshake.Write(writer, new Reject((RejectCode)(1 + random.Below(8)), new string('é', random.Below(40))));
                break;
        }

        return writer.Written.ToArray();
    }

    private static Address Address(FuzzRandom random) => new("akka.tcp", $"s{random.Below(100)}", random.OneIn(2) ? "127.0.0.1" : "höst", 1 + random.Below(65535));
}
