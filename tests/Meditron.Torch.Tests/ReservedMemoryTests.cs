namespace Meditron.Torch.Tests;

public sealed class ReservedMemoryTests
{
    private const long MiB = 1L << 20;

    [Fact]
    public void Tensors_in_reserved_memory_keep_what_they_hold_while_others_come_and_go()
    {
        torch.reserve_memory(32 * MiB);
        var random = new Random(3);
        var live = new List<(Tensor Tensor, float Value)>();
        try
        {
            for (var turn = 0; turn < 400; turn++)
            {
                if (live.Count > 12 || (live.Count > 0 && random.Next(3) == 0))
                {
                    var index = random.Next(live.Count);
                    var (tensor, value) = live[index];
                    AssertAll(value, tensor);
                    tensor.Dispose();
                    live.RemoveAt(index);
                }
                else
                {
                    // 64 KiB, where malloc ends, to 6 MiB.
                    var tensor = torch.zeros([random.Next(1 << 14, 3 << 19)]);
                    AssertAll(0, tensor);
                    tensor.fill_(turn);
                    live.Add((tensor, turn));
                }

                torch.populate_memory(MiB);
            }

            live.ForEach(entry => AssertAll(entry.Value, entry.Tensor));
        }
        finally
        {
            live.ForEach(entry => entry.Tensor.Dispose());
        }
    }

    [Fact]
    public void What_is_touched_and_held_by_no_tensor_is_told_and_taken_by_the_next_one()
    {
        torch.reserve_memory(48 * MiB);
        while (torch.populate_memory(16 * MiB) > 0)
        {
        }

        var before = torch.memory_statistics();
        Assert.True(before.CachedBytes >= 48 * MiB, $"{before.CachedBytes} bytes are kept");
        using (torch.zeros([5 * MiB]))
        {
            var during = torch.memory_statistics();
            Assert.InRange(before.CachedBytes - during.CachedBytes, 20 * MiB, 21 * MiB);
            Assert.Equal(20 * MiB, during.AllocatedBytes - before.AllocatedBytes);
        }

        Assert.Equal(before.CachedBytes, torch.memory_statistics().CachedBytes);
    }

    [Fact]
    public void More_than_is_reserved_can_be_had()
    {
        torch.reserve_memory(MiB);
        using var large = torch.zeros([64 * MiB]);
        large.fill_(2);
        Assert.Equal(2, large.max().item<float>());
    }

    private static void AssertAll(float value, Tensor tensor)
    {
        using var least = tensor.min();
        using var most = tensor.max();
        Assert.Equal((value, value), (least.item<float>(), most.item<float>()));
    }
}
