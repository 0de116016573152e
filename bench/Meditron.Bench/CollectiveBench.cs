using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Meditron.Torch;
using Meditron.Torch.Distributed;

namespace Meditron.Bench;

/// <summary>Times the operations of a process group between processes of this machine; the parent starts the members and passes their descriptions on.</summary>
internal static class CollectiveBench
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>Starts the members, lets them measure, and prints what rank 0 says.</summary>
    public static int Run(string[] args)
    {
        var flags = new Flags(args);
        var size = flags.Int("ranks", 2);
        return Members.Run("collectives", size, args, texts => Console.Write(texts[0]));
    }

    /// <summary>One member: connects by way of its parent and measures.</summary>
    public static int Member(string[] args)
    {
        var flags = new Flags(args);
        int rank = flags.Int("rank", 0), size = flags.Int("ranks", 2);
        torch.set_num_threads(1);
        using var endpoint = ProcessGroup.Prepare(new ProcessGroupOptions
        {
            Name = "bench",
            Generation = 1,
            Rank = rank,
            Size = size,
            Host = "127.0.0.1",
            SharedMemory = flags.Text("transport", "shm") == "shm",
            ChunkBytes = flags.Int("chunk", 256 << 10),
            Timeout = Deadline,
            Backend = Enum.Parse<Backend>(flags.Text("backend", "Host")),
        });
        var members = Members.Meet(endpoint.Description.Span).Select(bytes => (ReadOnlyMemory<byte>)bytes).ToArray();
        using var group = endpoint.Connect(members, Deadline);
        foreach (var bytes in flags.Text("sizes", "4096,1048576,33554432").Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture)))
        {
            var count = Math.Clamp((int)(4e8 / bytes), 20, flags.Int("most", 3000));
            Report(group, "all_reduce", bytes, AllReduce(group, bytes, count));
            if (flags.Text("only", "all") == "all" && size == 2)
            {
                Report(group, "send and recv", bytes, PingPong(group, bytes, count));
            }
        }

        if (flags.Text("only", "all") == "all")
        {
            Report(group, "abort", 0, Abort(group));
        }

        return 0;
    }

    private static void Report(ProcessGroup group, string operation, int bytes, double[] seconds)
    {
        if (group.Rank == 0)
        {
            Array.Sort(seconds);
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                operation,
                bytes,
                transport = group.Transport(1),
                median_us = Math.Round(seconds[seconds.Length / 2] * 1e6, 2),
                p10_us = Math.Round(seconds[seconds.Length / 10] * 1e6, 2),
                p90_us = Math.Round(seconds[seconds.Length * 9 / 10] * 1e6, 2),
                count = seconds.Length,
            }));
        }
    }

    private static double[] AllReduce(ProcessGroup group, int bytes, int count)
    {
        using var tensor = torch.ones([bytes / 4], ScalarType.Float32);
        var times = new double[count];
        for (var i = -5; i < count; i++)
        {
            tensor.fill_(1);
            group.barrier();
            var start = Stopwatch.GetTimestamp();
            group.all_reduce(tensor);
            if (i >= 0)
            {
                times[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
        }

        return times;
    }

    // Half of a round trip: a message one way.
    private static double[] PingPong(ProcessGroup group, int bytes, int count)
    {
        using var tensor = torch.ones([bytes / 4], ScalarType.Float32);
        var times = new double[count];
        for (var i = -5; i < count; i++)
        {
            group.barrier();
            var start = Stopwatch.GetTimestamp();
            if (group.Rank == 0)
            {
                group.send(tensor, 1);
                group.recv(tensor, 1);
            }
            else
            {
                group.recv(tensor, 0);
                group.send(tensor, 0);
            }

            if (i >= 0)
            {
                times[i] = Stopwatch.GetElapsedTime(start).TotalSeconds / 2;
            }
        }

        return times;
    }

    // From the call of Abort on rank 0 to the end of its own wait in another thread.
    private static double[] Abort(ProcessGroup group)
    {
        using var tensor = torch.ones(8);
        using var work = group.recv(tensor, (group.Rank + 1) % group.Size, async_op: true);
        group.barrier();
        var aborted = 0L;
        if (group.Rank == 0)
        {
            // Not before the waiting thread sleeps.
            new Thread(() =>
            {
                Thread.Sleep(200);
                aborted = Stopwatch.GetTimestamp();
                group.Abort("the bench ends");
            }).Start();
        }

        try
        {
            work.Wait();
        }
        catch (CommunicationException)
        {
        }

        return [group.Rank == 0 ? Stopwatch.GetElapsedTime(aborted).TotalSeconds : 0];
    }
}
