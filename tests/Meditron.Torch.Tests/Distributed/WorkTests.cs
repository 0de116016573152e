using Meditron.Torch.Distributed;

namespace Meditron.Torch.Tests.Distributed;

public sealed class WorkTests : IDisposable
{
    private readonly DisposeScope scope = torch.NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void A_finished_work_is_complete_and_calls_back_at_once() => LocalGroup.Run(2, shared: true, group =>
    {
        var tensor = torch.ones(10);
        using var work = group.all_reduce(tensor, async_op: true);
        work.Wait();
        Assert.True(work.IsCompleted);
        Assert.True(work.Wait(TimeSpan.Zero));
        var calls = 0;
        work.OnCompleted(failure => calls += failure is null ? 1 : 100);
        Assert.Equal(1, calls);
        Assert.True(work.ToTask().Wait(LocalGroup.Deadline));
        default(Work).Wait();
        Assert.True(default(Work).IsCompleted);
    });

    [Fact]
    public void A_pending_work_calls_back_when_it_ends_without_anybody_waiting() => LocalGroup.Run(2, shared: true, group =>
    {
        var received = torch.zeros(10);
        using var work = group.recv(received, 1 - group.Rank, async_op: true);
        var task = work.ToTask();
        group.barrier();
        Assert.False(task.IsCompleted);
        group.barrier();
        group.send(torch.full([10], group.Rank + 1), 1 - group.Rank);
        Assert.True(task.Wait(LocalGroup.Deadline));
        Assert.Equal(2 - group.Rank, received.data<float>()[0]);
    });

    [Fact]
    public void A_callback_may_start_operations_but_not_wait() => LocalGroup.Run(2, shared: true, group =>
    {
        var (first, second) = (torch.ones(10), torch.ones(10));
        var done = new TaskCompletionSource<Work>();
        using var work = group.all_reduce(first, async_op: true);
        work.OnCompleted(_ =>
        {
            var next = group.all_reduce(second, async_op: true);
            try
            {
                // It ends with an error where it ran on the thread that drives the group, and well where the first had ended before.
                next.Wait();
            }
            catch (CommunicationException e) when (e.Message.Contains("callback may not wait", StringComparison.Ordinal))
            {
            }

            done.SetResult(next);
        });
        work.Wait();
        Assert.True(done.Task.Wait(LocalGroup.Deadline));
        done.Task.Result.Wait();
        Assert.Equal(2f, second.data<float>()[0]);
    });

    [Fact]
    public void A_disposed_work_cannot_be_used_and_ends_all_the_same() => LocalGroup.Run(2, shared: true, group =>
    {
        var received = torch.zeros(10);
        var work = group.recv(received, 1 - group.Rank, async_op: true);
        work.Dispose();
        work.Dispose();
        Assert.Throws<ObjectDisposedException>(() => work.Wait());
        var other = group.recv(torch.zeros(1), 1 - group.Rank, tag: 3, async_op: true);
        Assert.Throws<ObjectDisposedException>(() => work.IsCompleted);
        work.Dispose();
        Assert.False(other.IsCompleted);
        group.barrier();
        group.send(torch.full([10], 5), 1 - group.Rank);
        group.send(torch.full([1], 5), 1 - group.Rank, tag: 3);
        other.Wait();
        Assert.Equal(5f, received.data<float>()[0]);
    });

    [Fact]
    public void The_memory_of_a_pending_operation_lives_until_it_ends() => LocalGroup.Run(2, shared: true, group =>
    {
        var work = default(Work);
        var sum = torch.zeros(100_000);
        {
            var tensor = torch.ones(100_000);
            work = group.reduce_scatter(sum.narrow(0, 0, 50_000), tensor, async_op: true);
            tensor.Dispose();
        }

        group.barrier();
        work.Wait();
        Assert.Equal(2f, sum.data<float>()[0]);
    });

    [Fact]
    public void A_steady_state_allocates_no_managed_memory() => LocalGroup.Run(2, shared: true, group =>
    {
        var (tensor, message) = (torch.ones(20_000), torch.ones(100));
        long before = 0;
        for (var round = 0; round < 200; round++)
        {
            // The first rounds fill the pools.
            if (round == 100)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            using var receive = group.recv(message, 1 - group.Rank, async_op: true);
            using var reduction = group.all_reduce(tensor, async_op: true);
            group.barrier();
            reduction.Wait();
            group.send(message, 1 - group.Rank);
            receive.Wait();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    });
}
