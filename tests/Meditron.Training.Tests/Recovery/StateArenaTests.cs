using Meditron.Training.Parallel;
using Meditron.Training.Recovery;

namespace Meditron.Training.Tests.Recovery;

public sealed class StateArenaTests
{
    private const int Length = 1000;

    [Fact]
    public void Who_opens_an_arena_sees_its_identity_its_versions_and_their_content()
    {
        using var arena = Create();
        using var other = StateArena.Open(Environment.ProcessId, arena.Descriptor, arena.Identity.Token);
        Assert.Equal(arena.Identity, other.Identity);
        Assert.Empty(other.Steps());

        Fill(arena, 1, 2.5);
        arena.Publish(1, new StepPosition(7, 56, 6, 1));

        Assert.Equal([7], other.Steps());
        Assert.Equal(new StepPosition(7, 56, 6, 1), other.PositionOf(1));
        var state = other.Tensors(1);
        using var master = state.master;
        using var first = state.exp_avg;
        using var second = state.exp_avg_sq;
        Assert.All(master.data<float>().ToArray(), value => Assert.Equal(2.5f, value));
        Assert.All(second.data<float>().ToArray(), value => Assert.Equal(4.5f, value));
    }

    [Fact]
    public void A_version_that_is_being_written_can_not_be_produced_and_the_other_can()
    {
        using var arena = Create();
        arena.Publish(0, new StepPosition(3, 24, 3, 0));
        arena.Publish(1, new StepPosition(4, 32, 4, 0));
        arena.Invalidate(0);
        Assert.Equal([4], arena.Steps());
        Assert.Null(arena.PositionOf(0));
    }

    [Fact]
    public void What_the_newest_steps_came_to_is_remembered_in_their_order()
    {
        using var arena = Create();
        for (var step = 1; step <= 100; step++)
        {
            arena.Publish(step % 2, new StepPosition(step, 8L * step, step, 0, 1.0 / step, 0.5, 1e-3));
        }

        var history = arena.History();
        Assert.Equal(Enumerable.Range(45, 56), history.Select(position => position.Step));
        Assert.Equal(new StepPosition(77, 616, 77, 0, 1.0 / 77, 0.5, 1e-3), history.Single(position => position.Step == 77));
        using var heir = Create();
        heir.Remember(history.Where(position => position.Step <= 99));
        Assert.Equal(99, heir.History()[^1].Step);
        Assert.Empty(heir.Steps());
    }

    [Fact]
    public unsafe void No_bit_of_what_an_arena_says_of_itself_and_of_its_versions_can_change_unnoticed()
    {
        var identity = new ArenaIdentity(Guid.NewGuid(), 42, new ParallelLayout(1, 2, 4), 5, Length);
        using var arena = StateArena.Create(identity, [400, 0, 600]);
        arena.Publish(0, new StepPosition(3, 24, 3, 0, 2.5, 1.5, 1e-3));
        arena.Publish(1, new StepPosition(4, 32, 4, 0, 2.4, 1.4, 1e-3));
        using var memory = SharedMemory.Open(Environment.ProcessId, arena.Descriptor);
        byte* start = null;
        memory.Buffer.AcquirePointer(ref start);
        foreach (var (first, last) in new[] { (0, 72), (4096, 4096 + 3 * 8) })
        {
            for (var bit = first * 8; bit < last * 8; bit++)
            {
                start[bit / 8] ^= (byte)(1 << bit % 8);
                Assert.Contains("is not the state", Assert.Throws<IOException>(() => StateArena.Open(Environment.ProcessId, arena.Descriptor, identity.Token)).Message, StringComparison.Ordinal);
                start[bit / 8] ^= (byte)(1 << bit % 8);
            }
        }

        var position = arena.PositionOf(1);
        for (var bit = 192 * 8; bit < 256 * 8; bit++)
        {
            start[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.Equal([3], arena.Steps());
            start[bit / 8] ^= (byte)(1 << bit % 8);
        }

        Assert.Equal(position, arena.PositionOf(1));
        memory.Buffer.ReleasePointer();
    }

    [Fact]
    public void A_maker_that_lets_its_memory_go_in_order_has_not_ended()
    {
        var arena = Create();
        using var told = new ManualResetEventSlim();
        using var holder = StateArena.Open(Environment.ProcessId, arena.Descriptor, arena.Identity.Token);
        holder.WatchMaker(told.Set);
        arena.Dispose();
        using var second = Create();
        Assert.False(told.IsSet);
    }

    [Fact]
    public void The_memory_lives_on_in_whoever_has_opened_it()
    {
        var arena = Create();
        arena.Publish(0, new StepPosition(9, 72, 9, 0));
        using var holder = StateArena.Open(Environment.ProcessId, arena.Descriptor, arena.Identity.Token);
        var token = arena.Identity.Token;
        arena.Dispose();
        Assert.Equal([9], holder.Steps());
        using var third = StateArena.Open(Environment.ProcessId, holder.Descriptor, token);
        Assert.Equal([9], third.Steps());
    }

    [Fact]
    public void Memory_with_another_token_or_no_memory_at_all_is_refused()
    {
        using var arena = Create();
        Assert.Contains("is not the state", Assert.Throws<IOException>(() => StateArena.Open(Environment.ProcessId, arena.Descriptor, Guid.NewGuid())).Message, StringComparison.Ordinal);
        Assert.ThrowsAny<IOException>(() => StateArena.Open(Environment.ProcessId, int.MaxValue, arena.Identity.Token));
        using var file = new Testing.TemporaryFolder();
        using var other = File.Create(file.File("other"));
        other.Write(new byte[10000]);
        other.Flush();
        Assert.ThrowsAny<IOException>(() => StateArena.Open(Environment.ProcessId, (int)other.SafeFileHandle.DangerousGetHandle(), arena.Identity.Token));
    }

    private static StateArena Create() => StateArena.Create(new ArenaIdentity(Guid.NewGuid(), 42, new ParallelLayout(1, 2, 4), 5, Length));

    private static void Fill(StateArena arena, int slot, double value)
    {
        var state = arena.Tensors(slot);
        using var master = state.master;
        using var first = state.exp_avg;
        using var second = state.exp_avg_sq;
        master.fill_(value);
        first.fill_(value + 1);
        second.fill_(value + 2);
    }
}
