using System.Globalization;
using System.Security.Cryptography;
using Meditron.Torch.Distributed;

namespace Meditron.Torch.Tests.Distributed;

/// <summary>
/// A member of a process group in a process of its own: <c>SCENARIO RANK SIZE TRANSPORT HOST CHUNK TIMEOUT_MS BACKEND</c>. It writes its description, reads those of all
/// members from one line, and then writes one line for each thing that happens.
/// </summary>
internal static class MemberProgram
{
    public static int Main(string[] args)
    {
        var (rank, size) = (Number(args[1]), Number(args[2]));
        using var endpoint = ProcessGroup.Prepare(new ProcessGroupOptions
        {
            Name = "processes",
            Generation = 7,
            Rank = rank,
            Size = size,
            SharedMemory = args[3] == "shm",
            Host = args[4] == "any" ? null : args[4],
            ChunkBytes = Number(args[5]),
            Timeout = TimeSpan.FromMilliseconds(Number(args[6])),
            Backend = Enum.Parse<Backend>(args[7]),
        });
        Say($"description {Convert.ToBase64String(endpoint.Description.Span)}");
        var members = Console.ReadLine()!.Split(' ').Select(text => (ReadOnlyMemory<byte>)Convert.FromBase64String(text)).ToArray();
        using var group = endpoint.Connect(members, LocalGroup.Deadline);
        Say($"connected {string.Join(' ', Enumerable.Range(0, size).Select(group.Transport).Select(text => text.Replace(' ', '-')))}");
        try
        {
            switch (args[0])
            {
                case "digest":
                    Say($"digest {Digest(group)}");
                    break;
                case "loop":
                    Loop(group, pause: false);
                    break;
                case "pause":
                    Loop(group, pause: true);
                    break;
                case "idle":
                    Idle(group);
                    break;
            }
        }
        catch (CommunicationException e)
        {
            Say($"failed {e.Failure} {e.Peer} {e.Message}");
        }

        return 0;
    }

    /// <summary>Runs every operation on every type and hashes what comes out; the same on all ranks but for the ranks' own shares.</summary>
    internal static string Digest(ProcessGroup group, bool withAnySum = true)
    {
        using var scope = torch.NewDisposeScope();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(Tensor tensor) => hash.AppendData(tensor.bytes(0, (int)tensor.nbytes));
        foreach (var type in Values.Types)
        {
            foreach (var count in new long[] { 1, 20_011 })
            {
                foreach (var op in Enum.GetValues<ReduceOp>().Where(op => (type.IsFloatingPoint() || op != ReduceOp.Avg) && (withAnySum || op != ReduceOp.AnySum)))
                {
                    var reduced = Values.Of(type, count, group.Rank);
                    group.all_reduce(reduced, op);
                    Add(reduced);
                    var share = torch.empty([count], type);
                    group.reduce_scatter(share, Values.Of(type, count * group.Size, group.Rank), op);
                    var shares = torch.empty([count * group.Size], type);
                    group.all_gather(shares, share);
                    Add(shares);
                }

                var parts = torch.empty([count * group.Size], type);
                group.all_to_all(parts, Values.Of(type, count * group.Size, group.Rank));
                var back = torch.empty([count * group.Size], type);
                group.all_to_all(back, parts);
                Assert.True(Values.Same(Values.Of(type, count * group.Size, group.Rank), back));
                var message = torch.empty([count], type);
                using var receive = group.recv(message, (group.Rank + group.Size - 1) % group.Size, async_op: true);
                group.send(Values.Of(type, count, group.Rank), (group.Rank + 1) % group.Size);
                receive.Wait();
                group.broadcast(message, 0);
                Add(message);
            }
        }

        group.barrier();
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>Communicates for ever; with a pause, rank 0 waits in step 10 until it is told to go on, while it expects what nobody sends.</summary>
    private static void Loop(ProcessGroup group, bool pause)
    {
        using var tensor = torch.ones(100_000);
        using var message = torch.ones(50_000);
        using var awaited = torch.ones(1);
        for (var step = 0; ; step++)
        {
            tensor.fill_(1);
            if (pause && step == 10 && group.Rank == 0)
            {
                using var never = group.recv(awaited, 1, tag: 1, async_op: true);
                Say("looping");
                Console.ReadLine();
                never.Wait();
            }

            using var receive = group.recv(message, (group.Rank + group.Size - 1) % group.Size, async_op: true);
            using var send = group.send(message, (group.Rank + 1) % group.Size, async_op: true);
            group.all_reduce(tensor);
            receive.Wait();
            send.Wait();
            if (step == (pause ? 9 : 10) && !(pause && group.Rank == 0))
            {
                Say("looping");
            }
        }
    }

    private static void Idle(ProcessGroup group)
    {
        using var failed = new ManualResetEventSlim();
        group.OnFailure(e =>
        {
            Say($"failed {e.Failure} {e.Peer} {e.Message}");
            failed.Set();
        });
        group.barrier();
        Say("idle");
        failed.Wait(LocalGroup.Deadline);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static void Say(string line)
    {
        Console.WriteLine(line);
        Console.Out.Flush();
    }
}
