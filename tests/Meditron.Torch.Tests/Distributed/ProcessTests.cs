using System.Diagnostics;

namespace Meditron.Torch.Tests.Distributed;

/// <summary>Process groups between real processes: the same bits over every transport, and members that die, stop or sit elsewhere.</summary>
public sealed class ProcessTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Every_transport_and_chunk_size_and_run_gives_the_same_bits(int size)
    {
        string? threads = null;
        LocalGroup.Run(size, shared: true, group =>
        {
            var digest = MemberProgram.Digest(group);
            Assert.Equal(digest, Interlocked.CompareExchange(ref threads, digest, null) ?? digest);
        });
        foreach (var (shared, chunk) in new[] { (true, 4096), (false, 1 << 20) })
        {
            using var processes = new MemberProcesses("digest", size, shared, chunk);
            for (var rank = 0; rank < size; rank++)
            {
                var transports = processes.Expect(rank, "connected").Split(' ');
                Assert.Equal(shared ? "shared-memory" : "tcp", transports[(rank + 1) % size]);
                Assert.Equal(threads, processes.Expect(rank, "digest"));
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_death_of_a_member_in_the_middle_ends_the_operations_of_the_others(bool shared)
    {
        using var processes = new MemberProcesses("loop", 3, shared);
        for (var rank = 0; rank < 3; rank++)
        {
            processes.Expect(rank, "looping");
        }

        processes.Signal(1, "-KILL");
        foreach (var rank in new[] { 0, 2 })
        {
            var failure = processes.Expect(rank, "failed");
            Assert.StartsWith("PeerLost 1 ", failure, StringComparison.Ordinal);
            Assert.Contains("rank 1", failure, StringComparison.Ordinal);
            Assert.Contains($"in group 'processes' of generation 7 on rank {rank} of 3", failure, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_death_of_a_member_is_noticed_while_nothing_is_pending(bool shared)
    {
        using var processes = new MemberProcesses("idle", 3, shared);
        for (var rank = 0; rank < 3; rank++)
        {
            processes.Expect(rank, "idle");
        }

        processes.Signal(2, "-KILL");
        Assert.StartsWith("PeerLost 2 ", processes.Expect(0, "failed"), StringComparison.Ordinal);
        Assert.StartsWith("PeerLost 2 ", processes.Expect(1, "failed"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_stopped_member_costs_a_deadline_and_learns_of_it_when_it_goes_on(bool shared)
    {
        using var processes = new MemberProcesses("pause", 3, shared, timeout: 6000);
        for (var rank = 0; rank < 3; rank++)
        {
            processes.Expect(rank, "looping");
        }

        // It goes on to find that the deadline of what it waits for itself, from rank 1, has passed too.
        processes.Signal(0, "-STOP");
        processes.Say(0, "go on");
        Assert.StartsWith("Deadline 0 ", processes.Expect(1, "failed"), StringComparison.Ordinal);
        Assert.StartsWith("Deadline 0 ", processes.Expect(2, "failed"), StringComparison.Ordinal);
        processes.Signal(0, "-CONT");
        Assert.StartsWith("Deadline 0 ", processes.Expect(0, "failed"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Members_in_different_network_namespaces_talk_over_tcp()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "Network namespaces need root.");
        // Two namespaces joined by a pair of virtual interfaces.
        var (a, b) = ($"mta{Environment.ProcessId}", $"mtb{Environment.ProcessId}");
        try
        {
            Ip("netns", "add", a);
            Ip("netns", "add", b);
            Ip("link", "add", a, "netns", a, "type", "veth", "peer", "name", b, "netns", b);
            foreach (var (space, address) in new[] { (a, "10.77.0.1/24"), (b, "10.77.0.2/24") })
            {
                Ip("-n", space, "address", "add", address, "dev", space);
                Ip("-n", space, "link", "set", space, "up");
                Ip("-n", space, "link", "set", "lo", "up");
            }

            string? expected = null;
            LocalGroup.Run(3, shared: true, group => expected = MemberProgram.Digest(group));
            // Ranks 0 and 1 share a namespace and memory; rank 2 sits in the other. Nobody is told which address to use.
            using var processes = new MemberProcesses("digest", 3, shared: true, place: rank => (["ip", "netns", "exec", rank < 2 ? a : b], "any"));
            Assert.Equal("own shared-memory tcp", processes.Expect(0, "connected"));
            Assert.Equal("shared-memory own tcp", processes.Expect(1, "connected"));
            Assert.Equal("tcp tcp own", processes.Expect(2, "connected"));
            for (var rank = 0; rank < 3; rank++)
            {
                Assert.Equal(expected, processes.Expect(rank, "digest"));
            }
        }
        finally
        {
            Ip("netns", "delete", a);
            Ip("netns", "delete", b);
        }
    }

    private static void Ip(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"ip {string.Join(' ', arguments)}: {error}");
    }
}
