using Meditron.Torch.Kernels;

namespace Meditron.Torch.Tests.Kernels;

public sealed class ShardedCrossEntropyTests : KernelTest
{
    [Theory]
    [MemberData(nameof(InstructionSetsAndTypes))]
    public void Shards_of_the_vocabulary_come_to_the_loss_and_gradient_of_the_whole(string isa, ScalarType type)
    {
        using var forced = Forced(isa);
        foreach (var (rows, vocabulary, width, shards) in new[] { (1, 6, 3, 2), (7, 61, 16, 4), (20, 1003, 256, 4), (5, 9, 8, 2) })
        {
            foreach (var kernels in new IKernels[] { Fused, Composed })
            {
                using var scope = torch.NewDisposeScope();
                var random = new Random(5);
                var targets = Enumerable.Range(0, rows).Select(row => row % 5 == 3 ? -100 : random.Next(vocabulary)).ToArray();
                var whole = RandomRows(1, type, rows, width * shards, 0).mul_(4);
                var parts = Enumerable.Range(0, shards).Select(shard => whole.narrow(1, shard * width, width).contiguous().clone()).ToArray();
                var local = Enumerable.Range(0, shards)
                    .Select(shard => Tokens(targets.Select(target => target < 0 ? target : target / width == shard ? target % width : -1).ToArray()))
                    .ToArray();
                var here = Enumerable.Range(0, shards).Select(shard => Math.Clamp(vocabulary - (shard * width), 0, width)).ToArray();
                var stats = torch.zeros(shards, rows, 3);
                var (loss, expected) = (torch.empty([rows]), torch.empty([rows]));
                Composed.cross_entropy(whole, Tokens(targets), vocabulary, 0.25, backward: true, expected);
                for (var shard = 0; shard < shards; shard++)
                {
                    kernels.cross_entropy_stats(parts[shard], local[shard], here[shard], stats.select(0, shard));
                }

                for (var shard = 0; shard < shards; shard++)
                {
                    var what = $"{rows} x {vocabulary} in {shards}, shard {shard}, {kernels.GetType().Name}";
                    kernels.cross_entropy_sharded(parts[shard], local[shard], here[shard], stats, 0.25, backward: true, loss);
                    AssertClose(Values(expected), Values(loss), $"loss {what}", 1e-5, 1e-5);
                    AssertClose(whole.narrow(1, shard * width, width).contiguous(), parts[shard], $"gradient {what}", 8e-6);
                }
            }
        }
    }

    [Fact]
    public void A_target_beyond_the_shard_is_named()
    {
        using var scope = torch.NewDisposeScope();
        var error = Assert.Throws<TorchException>(() => Fused.cross_entropy_stats(torch.zeros(2, 4), Tokens(1, 4), 4, torch.zeros(2, 3)));
        Assert.Equal(TorchErrorKind.Shape, error.Kind);
        Assert.Contains("target 4 at position 1", error.Message, StringComparison.Ordinal);
    }
}
