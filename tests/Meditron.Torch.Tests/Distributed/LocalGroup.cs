using System.Runtime.ExceptionServices;
using Meditron.Torch.Distributed;

namespace Meditron.Torch.Tests.Distributed;

/// <summary>A group whose members are threads of this process, which share memory or use TCP exactly as processes do.</summary>
internal static class LocalGroup
{
    /// <summary>Only a failure takes that long.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static ProcessGroupOptions Options(int rank, int size, bool shared = true, string name = "test", long generation = 1) =>
        new() { Name = name, Generation = generation, Rank = rank, Size = size, SharedMemory = shared, Host = shared ? null : "127.0.0.1", Timeout = Deadline };

    /// <summary>Connects the members and runs the body on each; the first failure aborts the others and is thrown here.</summary>
    public static void Run(int size, bool shared, Action<ProcessGroup> body, Func<ProcessGroupOptions, ProcessGroupOptions>? change = null)
    {
        var groups = Connect(size, shared, change);
        try
        {
            RunAll(groups, body);
        }
        finally
        {
            foreach (var group in groups)
            {
                group.Dispose();
            }
        }
    }

    public static ProcessGroup[] Connect(int size, bool shared, Func<ProcessGroupOptions, ProcessGroupOptions>? change = null)
    {
        var endpoints = new ProcessGroupEndpoint[size];
        for (var rank = 0; rank < size; rank++)
        {
            var options = Options(rank, size, shared);
            endpoints[rank] = ProcessGroup.Prepare(change is null ? options : change(options));
        }

        var members = endpoints.Select(endpoint => endpoint.Description).ToArray();
        var groups = new ProcessGroup[size];
        Threads(size, rank => groups[rank] = endpoints[rank].Connect(members, Deadline), _ => endpoints[0].Abort());
        foreach (var endpoint in endpoints)
        {
            endpoint.Dispose();
        }

        return groups;
    }

    public static void RunAll(ProcessGroup[] groups, Action<ProcessGroup> body) =>
        Threads(groups.Length, rank => body(groups[rank]), rank => groups[rank].Abort($"rank {rank} failed its part of the test"));

    /// <summary>Runs the body on a thread for each rank and throws the first exception.</summary>
    public static void Threads(int size, Action<int> body, Action<int> onFailure)
    {
        Exception? first = null;
        var threads = new Thread[size];
        for (var rank = 0; rank < size; rank++)
        {
            var own = rank;
            threads[rank] = new Thread(() =>
            {
                try
                {
                    using var scope = torch.NewDisposeScope();
                    body(own);
                }
                catch (Exception e)
                {
                    Interlocked.CompareExchange(ref first, e, null);
                    onFailure(own);
                }
            });
            threads[rank].Start();
        }

        foreach (var thread in threads)
        {
            Assert.True(thread.Join(Deadline + Deadline), "A member did not end, although every operation has a deadline.");
        }

        if (first is not null)
        {
            ExceptionDispatchInfo.Throw(first);
        }
    }
}
