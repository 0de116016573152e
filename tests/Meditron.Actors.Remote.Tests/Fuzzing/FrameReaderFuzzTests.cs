using System.Buffers.Binary;
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
                Assert.InRange(free.Length + reader.Pending, 1, FrameReader.HeaderSize + MaximumFrameSize + BufferSize);
                var piece = Math.Min(Math.Min(free.Length, stream.Length - fed), 1 + random.Below(random.OneIn(4) ? 3 : 2000));
                stream.AsSpan(fed, piece).CopyTo(free);
                reader.Advance(piece);
                fed += piece;
                while (reader.TryRead(out var frame))
                {
                    // What comes out is what went in, with nothing lost, added or moved.
                    Assert.Equal((uint)frame.Length, BinaryPrimitives.ReadUInt32LittleEndian(stream.AsSpan(taken)));
                    Assert.True(frame.SequenceEqual(stream.AsSpan(taken + FrameReader.HeaderSize, frame.Length)));
                    taken += FrameReader.HeaderSize + frame.Length;
                }

                Assert.Equal(fed - taken, reader.Pending);
            }

            return reader.Pending == 0;
        }
        catch (WireFormatException)
        {
            var announced = BinaryPrimitives.ReadUInt32LittleEndian(stream.AsSpan(taken));
            Assert.False(announced is > 0 and <= MaximumFrameSize);
            return false;
        }
    }

    private static byte[] Frames(FuzzRandom random)
    {
        using var stream = new MemoryStream();
        Span<byte> header = stackalloc byte[FrameReader.HeaderSize];
        for (var i = 1 + random.Below(5); i > 0; i--)
        {
            var frame = random.Bytes(1 + random.Below(random.OneIn(8) ? MaximumFrameSize : 100));
            BinaryPrimitives.WriteInt32LittleEndian(header, frame.Length);
            stream.Write(header);
            stream.Write(frame);
        }

        return stream.ToArray();
    }
}
