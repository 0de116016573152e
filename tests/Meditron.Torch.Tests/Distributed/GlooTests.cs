using Meditron.Torch.Distributed;

namespace Meditron.Torch.Tests.Distributed;

/// <summary>The gloo backend gives the bits of the host backend, and fails as it does.</summary>
public sealed class GlooTests : IDisposable
{
    private readonly DisposeScope scope = torch.NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Every_operation_gives_the_bits_of_the_host_backend(int size)
    {
        string? host = null;
        LocalGroup.Run(size, shared: true, group => host = MemberProgram.Digest(group, withAnySum: false));
        LocalGroup.Run(size, shared: true, group =>
        {
            Assert.Equal("gloo", group.Transport((group.Rank + 1) % size));
            Assert.Equal(host, MemberProgram.Digest(group, withAnySum: false));
        }, Gloo);
    }

    [Fact]
    public void Empty_and_uneven_tensors_pass() => LocalGroup.Run(3, shared: true, group =>
    {
        var empty = torch.empty(0);
        group.all_reduce(empty);
        group.all_gather(empty, empty);
        group.broadcast(empty, 1);
        long[] splits = [4, 0, 7];
        var own = Values.Of(torch.float32, splits[group.Rank], group.Rank);
        var whole = torch.zeros(11);
        group.all_gather(whole, own, splits: splits);
        Assert.True(Values.Same(torch.cat([Values.Of(torch.float32, 4, 0), Values.Of(torch.float32, 7, 2)], 0), whole));
        var share = torch.zeros(splits[group.Rank]);
        group.reduce_scatter(share, Values.Of(torch.float32, 11, group.Rank), splits: splits);
        Assert.True(Values.Same(Values.Reduced(torch.float32, 11, 3, ReduceOp.Sum).narrow(0, group.Rank == 0 ? 0 : 4, splits[group.Rank]), share));
    }, Gloo);

    [Fact]
    public void The_sum_in_any_order_is_a_sum() => LocalGroup.Run(3, shared: true, group =>
    {
        foreach (var type in new[] { torch.float32, torch.bfloat16, torch.int64 })
        {
            var tensor = torch.full([1000], group.Rank + 1, type);
            group.all_reduce(tensor, ReduceOp.AnySum);
            Assert.True(Values.Same(torch.full([1000], 6, type), tensor));
        }
    }, Gloo);

    [Fact]
    public void Transfers_are_found_by_tag_and_overlap_with_collectives() => LocalGroup.Run(2, shared: true, group =>
    {
        var (first, second) = (torch.zeros(5), torch.zeros(50_000));
        using var late = group.recv(second, 1 - group.Rank, tag: 2, async_op: true);
        using var early = group.recv(first, 1 - group.Rank, tag: 1, async_op: true);
        var sum = torch.ones(100);
        group.all_reduce(sum);
        Assert.False(early.IsCompleted);
        group.barrier();
        group.send(torch.full([5], 1), 1 - group.Rank, tag: 1);
        group.send(torch.full([50_000], 2), 1 - group.Rank, tag: 2);
        early.Wait();
        late.Wait();
        Assert.Equal((1f, 2f, 2f), (first.data<float>()[4], second.data<float>()[49_999], sum.data<float>()[0]));
    }, Gloo);

    [Fact]
    public void Abort_ends_pending_operations_on_every_member()
    {
        var groups = LocalGroup.Connect(2, shared: true, Gloo);
        using var started = new CountdownEvent(2);
        LocalGroup.Threads(
            3,
            i =>
            {
                if (i == 2)
                {
                    Assert.True(started.Wait(LocalGroup.Deadline));
                    groups[0].Abort("generation 2 begins");
                    return;
                }

                // One member is inside Gloo, with bytes that nobody takes; the other waits for a message that nobody sends.
                using var work = i == 0
                    ? groups[0].send(torch.zeros(1_000_000), 1, async_op: true)
                    : groups[1].recv(torch.zeros(4), 0, tag: 9, async_op: true);
                started.Signal();
                var e = Assert.Throws<CommunicationException>(() => work.Wait());
                Assert.Equal((CommunicationFailure.Aborted, 0), (e.Failure, e.Peer));
                Assert.Contains("generation 2 begins", e.Message, StringComparison.Ordinal);
            },
            _ => groups[0].Abort("the test failed"));
        groups[0].Dispose();
        groups[1].Dispose();
    }

    [Fact]
    public void A_member_that_does_not_come_costs_a_deadline_and_is_named()
    {
        var groups = LocalGroup.Connect(2, shared: true, Gloo);
        var e = Assert.Throws<CommunicationException>(() => groups[0].all_reduce(torch.ones(10), timeout: TimeSpan.FromMilliseconds(200)));
        Assert.Equal((CommunicationFailure.Deadline, 1), (e.Failure, e.Peer));
        Assert.Throws<CommunicationException>(() => groups[1].barrier());
        groups[0].Dispose();
        groups[1].Dispose();
    }

    [Theory]
    [InlineData("type")]
    [InlineData("size")]
    [InlineData("kind")]
    [InlineData("parts")]
    [InlineData("message")]
    public void What_does_not_match_is_refused_at_both_ends(string what)
    {
        var groups = LocalGroup.Connect(2, shared: true, Gloo);
        LocalGroup.RunAll(groups, group =>
        {
            var zero = group.Rank == 0;
            var e = Assert.Throws<CommunicationException>(() =>
            {
                _ = what switch
                {
                    "type" => group.all_reduce(torch.ones([10], zero ? torch.float32 : torch.int32)),
                    "size" => group.all_reduce(torch.ones(zero ? 10 : 12)),
                    "kind" => zero ? group.all_reduce(torch.ones(10)) : group.broadcast(torch.ones(10), 0),
                    "parts" => group.all_to_all(torch.ones(4), torch.ones(4), zero ? [1, 3] : [2, 2], zero ? [1, 3] : [2, 2]),
                    _ => zero ? group.recv(torch.ones(10), 1) : group.send(torch.ones(11), 0),
                };
                group.barrier();
            });
            Assert.True(e.Kind == (what == "type" ? TorchErrorKind.Type : TorchErrorKind.Shape), e.Message);
        });
        groups[0].Dispose();
        groups[1].Dispose();
    }

    [Fact]
    public void The_death_of_a_member_ends_the_operations_of_the_others()
    {
        using var processes = new MemberProcesses("loop", 3, shared: true, backend: Backend.Gloo);
        for (var rank = 0; rank < 3; rank++)
        {
            processes.Expect(rank, "looping");
        }

        processes.Signal(1, "-KILL");
        Assert.StartsWith("PeerLost 1 ", processes.Expect(0, "failed"), StringComparison.Ordinal);
        Assert.StartsWith("PeerLost 1 ", processes.Expect(2, "failed"), StringComparison.Ordinal);
    }

    [Fact]
    public void Members_with_different_backends_refuse_each_other()
    {
        using var zero = ProcessGroup.Prepare(LocalGroup.Options(0, 2));
        using var one = ProcessGroup.Prepare(Gloo(LocalGroup.Options(1, 2)));
        var e = Assert.Throws<CommunicationException>(() => zero.Connect([zero.Description, one.Description], LocalGroup.Deadline));
        Assert.Equal((CommunicationFailure.Refused, 1), (e.Failure, e.Peer));
    }

    [SkippableFact]
    public void Nccl_without_cuda_says_what_to_build()
    {
        Skip.If(torch.cuda.is_available(), "This libtorch has CUDA.");
        var e = Assert.Throws<CommunicationException>(() => ProcessGroup.Prepare(LocalGroup.Options(0, 1) with { Backend = Backend.Nccl }));
        Assert.Contains("LIBTORCH=DIR of a CUDA libtorch", e.Message, StringComparison.Ordinal);
    }

    private static ProcessGroupOptions Gloo(ProcessGroupOptions options) => options with { Backend = Backend.Gloo, Host = "127.0.0.1" };
}
