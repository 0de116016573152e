using System.Buffers.Binary;
using Meditron.Actors.Remote.Tests.Systems;
using Meditron.Actors.Remote.Wire;
using Meditron.Testing;

namespace Meditron.Actors.Remote.Tests.Fuzzing;

/// <summary>Whatever bytes a stream brings, and in whatever pieces: whole frames, or one documented refusal.</summary>
public class FrameReaderFuzzTests
{
    private const ulong Seed = 1_000_000_007;
    private const int BufferSize = 512;
    private const int MaximumFrameSize = 4096;

    [Fact]
    public void Only_whole_frames_come_out_of_any_stream() => Fuzzer.Run(FuzzBudget.Suite, Seed, One);

    [Fact]
    [Trait("Category", "Soak")]
    public void Only_whole_frames_come_out_of_any_stream_for_long() => Fuzzer.Run(FuzzBudget.Soak, Seed, One);

    [Fact]
    public void No_bit_of_a_frame_can_change_unnoticed()
    {
        var random = new FuzzRandom(Seed);
        foreach (var length in new[] { 1, 2, 7, 8, 9, 300 })
        {
            var frame = random.Bytes(length);
            frame[0] = (byte)FrameType.Message;
            var whole = RawPeer.Framed(frame);
            for (var bit = 0; bit < whole.Length * 8; bit++)
            {
                whole[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.False(ComesThrough(whole, frame), $"bit {bit} of a frame of {length} bytes");
                whole[bit / 8] ^= (byte)(1 << (bit % 8));
            }

            Assert.True(ComesThrough(whole, frame));
        }
    }

    [Theory]
    [InlineData(300)]
    public void Random_bits_of_frames_are_noticed(int flips) => FlipBits(flips, new FuzzRandom(Seed + 1));

    [Theory]
    [InlineData(2000)]
    [Trait("Category", "Soak")]
    public void Bit_flips_in_frames(int flips) => FlipBits(flips, new FuzzRandom(Seed + 2));

    private static void FlipBits(int flips, FuzzRandom random)
    {
        for (var flip = 0; flip < flips; flip++)
        {
            var frame = random.Bytes(1 + random.Below(400));
            frame[0] = (byte)FrameType.Message;
            var whole = RawPeer.Framed(frame);
            var bit = random.Below(whole.Length * 8);
            whole[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(ComesThrough(whole, frame), $"bit {bit} of a frame of {frame.Length} bytes");
        }
    }

    /// <summary>Whether a message comes out of a stream with the damaged frame and a good one after it; a frame of the handshake has no place there.</summary>
    private static bool ComesThrough(byte[] whole, byte[] next)
    {
        byte[] stream = [.. whole, .. RawPeer.Framed(next)];
        var reader = new FrameReader(4 * BufferSize, MaximumFrameSize);
        stream.CopyTo(reader.Free());
        reader.Advance(stream.Length);
        try
        {
            return reader.TryRead(out var frame) && FrameChecksum.Has(frame[0]);
        }
        catch (WireFormatException)
        {
            return false;
        }
    }

    private static bool One(FuzzRandom random)
    {
        var stream = random.OneIn(8) ? random.Bytes(random.Below(400)) : Frames(random);
        if (!random.OneIn(6))
        {
            stream = Mutator.Mutate(random, stream);
        }

        var reader = new FrameReader(BufferSize, MaximumFrameSize);
        var taken = 0;
        try
        {
            for (var fed = 0; fed < stream.Length;)
            {
                var free = reader.Free();
                Assert.InRange(free.Length + reader.Pending, 1, FrameReader.HeaderSize + MaximumFrameSize + FrameChecksum.Size + BufferSize);
                var piece = Math.Min(Math.Min(free.Length, stream.Length - fed), 1 + random.Below(random.OneIn(4) ? 3 : 2000));
                stream.AsSpan(fed, piece).CopyTo(free);
                reader.Advance(piece);
                fed += piece;
                while (reader.TryRead(out var frame))
                {
                    // What comes out is what went in, with nothing lost, added or moved.
                    var whole = stream.AsSpan(taken, FrameReader.HeaderSize + BinaryPrimitives.ReadInt32LittleEndian(stream.AsSpan(taken)));
                    Assert.True(whole.SequenceEqual(RawPeer.Framed(frame.ToArray())));
                    taken += whole.Length;
                }

                Assert.Equal(fed - taken, reader.Pending);
            }

            return reader.Pending == 0;
        }
        catch (WireFormatException)
        {
            var announced = BinaryPrimitives.ReadUInt32LittleEndian(stream.AsSpan(taken));
            if (announced is > 0 and <= MaximumFrameSize + FrameChecksum.Size)
            {
                var whole = stream.AsSpan(taken, FrameReader.HeaderSize + (int)announced);
                Assert.True(FrameChecksum.Has(whole[FrameReader.HeaderSize]));
                Assert.False(announced > FrameChecksum.Size && whole.SequenceEqual(RawPeer.Framed(whole[FrameReader.HeaderSize..^FrameChecksum.Size].ToArray())));
            }

            return false;
        }
    }

    private static byte[] Frames(FuzzRandom random)
    {
        using var stream = new MemoryStream();
        for (var i = 1 + random.Below(5); i > 0; i--)
        {
            var frame = random.Bytes(1 + random.Below(random.OneIn(8) ? MaximumFrameSize : 100));
            stream.Write(RawPeer.Framed(frame));
        }

        return stream.ToArray();
    }
}
