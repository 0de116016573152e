using System.Net;
using System.Net.Sockets;
using Meditron.Torch.Distributed;

namespace Meditron.Torch.Tests.Distributed;

public sealed class RendezvousTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(300);

    [Fact]
    public void Members_of_one_machine_share_memory_unless_one_does_not_want_to()
    {
        LocalGroup.Run(3, shared: true, group =>
        {
            for (var rank = 0; rank < 3; rank++)
            {
                var expected = rank == group.Rank ? "own" : rank == 2 || group.Rank == 2 ? "tcp" : "shared memory";
                Assert.Equal(expected, group.Transport(rank));
            }

            using var scope = torch.NewDisposeScope();
            foreach (var count in new long[] { 5, 100_000 })
            {
                var tensor = Values.Of(torch.float32, count, group.Rank);
                group.all_reduce(tensor);
                Assert.True(Values.Same(Values.Reduced(torch.float32, count, 3, ReduceOp.Sum), tensor));
            }
        }, options => options with { SharedMemory = options.Rank != 2, ChunkBytes = options.Rank == 1 ? 4096 : 1 << 20 });
    }

    [Fact]
    public void A_description_of_an_older_generation_is_refused_with_both_numbers()
    {
        using var old = ProcessGroup.Prepare(LocalGroup.Options(0, 2, generation: 3));
        using var current = ProcessGroup.Prepare(LocalGroup.Options(1, 2, generation: 4));
        var e = Assert.Throws<CommunicationException>(() => current.Connect([old.Description, current.Description], Soon));
        Assert.Equal((CommunicationFailure.Refused, 0), (e.Failure, e.Peer));
        Assert.Contains("rank 0 is of generation 3 and this group of generation 4", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_member_of_an_older_generation_that_connects_is_refused_by_name_and_disturbs_nobody(bool shared)
    {
        // The straggler believes in generation 3: it is given rank 0's address under that number, as a stale or forged description would.
        using var zero = ProcessGroup.Prepare(LocalGroup.Options(0, 2, shared, generation: 4));
        using var one = ProcessGroup.Prepare(LocalGroup.Options(1, 2, shared, generation: 4));
        using var straggler = ProcessGroup.Prepare(LocalGroup.Options(1, 2, shared, generation: 3));
        var forged = zero.Description.ToArray();
        var generation = forged.AsSpan().IndexOf((ReadOnlySpan<byte>)[4, 0, 0, 0, 0, 0, 0, 0]);
        forged[generation] = 3;
        ProcessGroup[] groups = [null!, null!];
        ReadOnlyMemory<byte>[] members = [zero.Description, one.Description];
        CommunicationException? refused = null;
        LocalGroup.Threads(
            2,
            rank =>
            {
                if (rank == 0)
                {
                    groups[0] = zero.Connect(members, LocalGroup.Deadline);
                    return;
                }

                refused = Assert.Throws<CommunicationException>(() => straggler.Connect([forged, straggler.Description], LocalGroup.Deadline));
                groups[1] = one.Connect(members, LocalGroup.Deadline);
            },
            _ => zero.Abort());
        var e = refused!;
        Assert.Equal((CommunicationFailure.Refused, 0), (e.Failure, e.Peer));
        Assert.Contains("rank 0 refuses this member: it is of generation 3 and this group is of generation 4", e.Message, StringComparison.Ordinal);
        LocalGroup.RunAll(groups, group => group.barrier());
        groups[0].Dispose();
        groups[1].Dispose();
    }

    [Fact]
    public void A_member_that_lost_its_state_is_not_taken_for_the_one_that_was_announced()
    {
        // The same rank and generation, prepared twice: only the announced one knows its nonce.
        using var zero = ProcessGroup.Prepare(LocalGroup.Options(0, 2, shared: false));
        using var announced = ProcessGroup.Prepare(LocalGroup.Options(1, 2, shared: false));
        using var restarted = ProcessGroup.Prepare(LocalGroup.Options(1, 2, shared: false));
        var e = Assert.Throws<CommunicationException>(() => restarted.Connect([zero.Description, announced.Description], Soon));
        Assert.Contains("the description given for this rank is another's, or an earlier one of its own", e.Message, StringComparison.Ordinal);
        CommunicationException? refused = null;
        LocalGroup.Threads(
            2,
            rank =>
            {
                if (rank == 0)
                {
                    Assert.Equal(CommunicationFailure.Aborted, Assert.Throws<CommunicationException>(() => zero.Connect([zero.Description, announced.Description], LocalGroup.Deadline)).Failure);
                }
                else
                {
                    using var other = ProcessGroup.Prepare(LocalGroup.Options(1, 2, shared: false));
                    refused = Assert.Throws<CommunicationException>(() => other.Connect([zero.Description, other.Description], LocalGroup.Deadline));
                    zero.Abort();
                }
            },
            _ => zero.Abort());
        Assert.Contains("it is not the rank 1 that was announced (the nonce differs)", refused!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Strangers_at_the_door_keep_nobody_out()
    {
        using var zero = ProcessGroup.Prepare(LocalGroup.Options(0, 2, shared: false));
        using var one = ProcessGroup.Prepare(LocalGroup.Options(1, 2, shared: false));
        // One stranger says nothing, another talks of something else.
        using var silent = new TcpClient();
        silent.Connect(IPAddress.Loopback, Port(zero));
        using var loud = new TcpClient();
        loud.Connect(IPAddress.Loopback, Port(zero));
        loud.GetStream().Write(new byte[200]);
        ProcessGroup[] groups = [null!, null!];
        ReadOnlyMemory<byte>[] members = [zero.Description, one.Description];
        LocalGroup.Threads(2, rank => groups[rank] = (rank == 0 ? zero : one).Connect(members, LocalGroup.Deadline), _ => zero.Abort());
        LocalGroup.RunAll(groups, group => group.barrier());
        groups[0].Dispose();
        groups[1].Dispose();
    }

    [Fact]
    public void A_member_that_never_comes_is_named_at_the_deadline()
    {
        using var zero = ProcessGroup.Prepare(LocalGroup.Options(0, 3));
        using var one = ProcessGroup.Prepare(LocalGroup.Options(1, 3));
        using var two = ProcessGroup.Prepare(LocalGroup.Options(2, 3));
        var e = Assert.Throws<CommunicationException>(() => zero.Connect([zero.Description, one.Description, two.Description], Soon));
        Assert.Equal(CommunicationFailure.Deadline, e.Failure);
        Assert.Contains("rank(s) 1, 2 had not connected to rank 0 in time", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_member_that_has_ended_is_named_at_once(bool shared)
    {
        var zero = ProcessGroup.Prepare(LocalGroup.Options(0, 2, shared));
        using var one = ProcessGroup.Prepare(LocalGroup.Options(1, 2, shared));
        zero.Dispose();
        var e = Assert.Throws<CommunicationException>(() => one.Connect([zero.Description, one.Description], LocalGroup.Deadline));
        Assert.Equal((CommunicationFailure.PeerLost, 0), (e.Failure, e.Peer));
    }

    [Fact]
    public void Damaged_or_foreign_descriptions_are_refused()
    {
        void Refused(Func<byte[], byte[]> damage, string why)
        {
            using var endpoint = ProcessGroup.Prepare(LocalGroup.Options(0, 1));
            var e = Assert.Throws<CommunicationException>(() => endpoint.Connect([damage(endpoint.Description.ToArray())], Soon));
            Assert.Equal(CommunicationFailure.Refused, e.Failure);
            Assert.Contains(why, e.Message, StringComparison.Ordinal);
        }

        Refused(bytes => [], "cut short");
        Refused(bytes => bytes[..^1], "cut short");
        Refused(bytes => [.. bytes, 0], "bytes after its end");
        Refused(bytes => [0, .. bytes[1..]], "no description");
        Refused(bytes => [.. bytes[..4], 99, .. bytes[5..]], "speaks version 99 of the protocol and this one 2");
        using var other = ProcessGroup.Prepare(LocalGroup.Options(0, 1, name: "other"));
        var foreign = other.Description.ToArray();
        Refused(_ => foreign, "is of group 'other' and this one of 'test'");
    }

    [Fact]
    public void Impossible_options_are_refused()
    {
        foreach (var options in new[]
        {
            LocalGroup.Options(2, 2), LocalGroup.Options(-1, 2), LocalGroup.Options(0, 0), LocalGroup.Options(0, 1, name: string.Empty), LocalGroup.Options(0, 1, name: new string('x', 64)),
            LocalGroup.Options(0, 1) with { ChunkBytes = 100 }, LocalGroup.Options(0, 1) with { Host = "203.0.113.1" }, LocalGroup.Options(0, 1) with { Host = "no host" },
        })
        {
            Assert.Throws<CommunicationException>(() => ProcessGroup.Prepare(options));
        }
    }

    // The port stands behind the machine's identity, which is empty without shared memory, and before the one address.
    private static int Port(ProcessGroupEndpoint endpoint)
    {
        var bytes = endpoint.Description.Span;
        var at = bytes.Length - "127.0.0.1".Length - 1 - 1 - 4;
        return bytes[at] | (bytes[at + 1] << 8);
    }
}
