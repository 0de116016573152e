using System.Runtime.InteropServices;
using Meditron.Actors.Remote.Wire;
using Meditron.Testing;

namespace Meditron.Actors.Remote.Tests.Fuzzing;

/// <summary>Whatever chunks come in whatever order: the whole they were cut from, or one documented refusal.</summary>
public class ChunkAssemblerFuzzTests
{
    private const ulong Seed = 3_000_000_019;
    private const int Maximum = 2048;

    [Fact]
    public void Only_what_was_announced_is_put_together() => Fuzzer.Run(FuzzBudget.Suite, Seed, One);

    [Fact]
    [Trait("Category", "Soak")]
    public void Only_what_was_announced_is_put_together_for_long() => Fuzzer.Run(FuzzBudget.Soak, Seed, One);

    [Fact]
    public void An_announcement_alone_reserves_little()
    {
        var assembler = new ChunkAssembler(1 << 30);
        var before = GC.GetAllocatedBytesForCurrentThread();
        assembler.Begin(1 << 30, [1]);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 << 20);
    }

    private static bool One(FuzzRandom random)
    {
        var assembler = new ChunkAssembler(Maximum);
        List<byte>? model = null;
        var announced = 0;
        var wholes = 0;
        var refusal = false;
        try
        {
            for (var step = random.Below(12); step >= 0; step--)
            {
                if (model is null ? !random.OneIn(20) : random.OneIn(20))
                {
                    announced = random.OneIn(10) ? (int)random.Edge() : 2 + random.Below(300);
                    var first = random.Bytes(random.Below(Math.Max(1, Math.Min(announced, 300))));
                    refusal = model is not null || announced > Maximum || announced <= first.Length;
                    assembler.Begin(announced, first);
                    Assert.False(refusal);
                    model = [.. first];
                }
                else
                {
                    var missing = model is null ? 0 : announced - model.Count;
                    var chunk = random.Bytes(random.OneIn(10) ? random.Below(400) : Math.Min(missing, 1 + random.Below(200)));
                    refusal = model is null || chunk.Length == 0 || chunk.Length > missing;
                    var whole = assembler.Add(chunk);
                    Assert.False(refusal);
                    model!.AddRange(chunk);
                    Assert.Equal(model.Count == announced, whole is not null);
                    if (whole is not null)
                    {
                        Assert.True(CollectionsMarshal.AsSpan(model).SequenceEqual(whole));
                        model = null;
                        wholes++;
                    }
                }
            }

            return wholes > 0;
        }
        catch (WireFormatException)
        {
            Assert.True(refusal);
            return false;
        }
    }
}
