using Meditron.Torch.Distributed;

namespace Meditron.Torch.Tests.Distributed;

public sealed class PointToPointTests : IDisposable
{
    private static readonly long[] Sizes = [0, 1, 5, 1001, 700_001];

    private readonly DisposeScope scope = torch.NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, true)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    public void Messages_arrive_whole_and_in_order_in_both_directions_at_once(int size, bool shared) => LocalGroup.Run(size, shared, group =>
    {
        foreach (var type in Values.Types)
        {
            var sends = new List<Work>();
            var receives = new List<Work>();
            var buffers = new List<(int Peer, long Count, Tensor Tensor)>();
            for (var peer = 0; peer < size; peer++)
            {
                foreach (var count in peer == group.Rank ? [] : Sizes)
                {
                    sends.Add(group.send(Values.Of(type, count, group.Rank, peer), peer, async_op: true));
                    var buffer = torch.empty([count], type);
                    buffers.Add((peer, count, buffer));
                    receives.Add(group.recv(buffer, peer, async_op: true));
                }
            }

            sends.ForEach(work => work.Wait());
            receives.ForEach(work => work.Wait());
            buffers.ForEach(item => Assert.True(Values.Same(Values.Of(type, item.Count, item.Peer, group.Rank), item.Tensor), $"{item.Count} {type} from {item.Peer}"));
            sends.ForEach(work => work.Dispose());
            receives.ForEach(work => work.Dispose());
        }
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_receive_takes_the_oldest_message_of_its_tag(bool shared) => LocalGroup.Run(2, shared, group =>
    {
        if (group.Rank == 0)
        {
            foreach (var tag in new[] { 7, 8, 7, 9 })
            {
                group.send(torch.tensor([tag * 10f]), 1, tag);
            }

            return;
        }

        var tensors = Enumerable.Range(0, 4).Select(_ => torch.zeros(1)).ToArray();
        var works = new[] { 9, 7, 8, 7 }.Select((tag, i) => group.recv(tensors[i], 0, tag, async_op: true)).ToArray();
        foreach (var work in works)
        {
            work.Wait();
        }

        Assert.Equal([90f, 70f, 80f, 70f], tensors.Select(tensor => tensor.item<float>()));
    });

    [Fact]
    public void A_receive_of_a_tag_behind_one_nobody_asked_for_says_so_at_its_deadline()
    {
        using var sent = new ManualResetEventSlim();
        LocalGroup.Run(2, shared: true, group => ReceiveOutOfOrder(group, sent));
    }

    private static void ReceiveOutOfOrder(ProcessGroup group, ManualResetEventSlim sent)
    {
        if (group.Rank == 0)
        {
            group.send(torch.zeros(3), 1, tag: 5);
            group.send(torch.zeros(3), 1, tag: 6);
            sent.Set();
            Assert.Throws<CommunicationException>(() => group.barrier());
            return;
        }

        Assert.True(sent.Wait(LocalGroup.Deadline));
        var e = Assert.Throws<CommunicationException>(() => group.recv(torch.zeros(3), 0, tag: 6, timeout: TimeSpan.FromSeconds(1)));
        Assert.Equal(CommunicationFailure.Deadline, e.Failure);
        Assert.Contains("the next message from rank 0 has the tag 5, for which no receive was started", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Transfers_overlap_with_collectives_and_with_each_other(bool shared) => LocalGroup.Run(3, shared, group =>
    {
        // The receive is pending from before the first collective until after the last; the sender runs them in between, too.
        const long Count = 100_003;
        var received = torch.zeros(Count);
        using var late = group.recv(received, (group.Rank + 2) % 3, tag: 1, async_op: true);
        var expected = Values.Reduced(torch.float32, Count, 3, ReduceOp.Sum);
        var works = Enumerable.Range(0, 4).Select(_ => (Tensor: Values.Of(torch.float32, Count, group.Rank), Other: torch.zeros(10)))
            .Select(item => (item.Tensor, Reduction: group.all_reduce(item.Tensor, async_op: true), Receive: group.recv(item.Other, (group.Rank + 1) % 3, tag: 2, async_op: true)))
            .ToArray();
        for (var i = 0; i < works.Length; i++)
        {
            group.send(torch.full([10], i), (group.Rank + 2) % 3, tag: 2);
        }

        foreach (var (tensor, reduction, receive) in works)
        {
            reduction.Wait();
            receive.Wait();
            Assert.True(Values.Same(expected, tensor));
        }

        Assert.False(late.IsCompleted);
        Assert.False(late.Wait(TimeSpan.Zero));
        group.barrier();
        group.send(Values.Of(torch.float32, Count, group.Rank, 9), (group.Rank + 1) % 3, tag: 1);
        late.Wait();
        Assert.True(late.IsCompleted);
        Assert.True(Values.Same(Values.Of(torch.float32, Count, (group.Rank + 2) % 3, 9), received));
    });

    [Fact]
    public void Several_groups_over_the_same_members_do_not_disturb_each_other()
    {
        var first = LocalGroup.Connect(2, shared: true, options => options with { Name = "dp" });
        var second = LocalGroup.Connect(2, shared: false, options => options with { Name = "pp" });
        try
        {
            LocalGroup.Threads(
                2,
                rank =>
                {
                    // The two ranks start the operations of the two groups in opposite orders.
                    var (a, b) = (Values.Of(torch.float32, 50_001, rank), Values.Of(torch.float32, 50_001, rank, 1));
                    for (var round = 0; round < 20; round++)
                    {
                        using var one = (rank == 0 ? first : second)[rank].all_reduce(rank == 0 ? a : b, async_op: true);
                        using var two = (rank == 0 ? second : first)[rank].all_reduce(rank == 0 ? b : a, async_op: true);
                        two.Wait();
                        one.Wait();
                        if (round == 0)
                        {
                            Assert.True(Values.Same(Values.Reduced(torch.float32, 50_001, 2, ReduceOp.Sum), a));
                            Assert.True(Values.Same(Values.Reduced(torch.float32, 50_001, 2, ReduceOp.Sum, 1), b));
                        }
                    }
                },
                rank =>
                {
                    first[rank].Abort("the test failed");
                    second[rank].Abort("the test failed");
                });
        }
        finally
        {
            foreach (var group in first.Concat(second))
            {
                group.Dispose();
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_was_sent_before_leaving_still_arrives(bool shared)
    {
        var groups = LocalGroup.Connect(2, shared);
        using var message = Values.Of(torch.float32, 10_000, 0);
        groups[0].send(message, 1);
        groups[0].Dispose();
        using var received = torch.zeros(10_000);
        groups[1].recv(received, 0);
        Assert.True(Values.Same(message, received));
        var e = Assert.Throws<CommunicationException>(() => groups[1].recv(received, 0));
        Assert.Equal((CommunicationFailure.Closed, 0), (e.Failure, e.Peer));
        groups[1].Dispose();
    }
}
