using Google.Protobuf;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Recovery;

namespace Meditron.Training.Distributed.Workers;

/// <summary>Holds the memory of other processes' shards open, so that it outlives them. Used by one actor.</summary>
/// <param name="ended">Told of the end of a process whose memory is held, on a thread of its own.</param>
internal sealed class StateHolder(Action<WorkerEnded> ended) : IStateHolder
{
    private readonly Dictionary<Guid, StateArena> held = [];

    /// <summary>This operating system, as its processes see it: those that agree on it can open each other's memory.</summary>
    public static string Machine { get; } = ReadMachine();

    /// <inheritdoc/>
    public IEnumerable<StateHandle> Handles => held.Values.Select(arena => Describe(arena, isMaker: false));

    /// <summary>Describes a shard's memory as this process has it open.</summary>
    /// <param name="arena">The memory.</param>
    /// <param name="isMaker">Whether this process has made it.</param>
    public static StateHandle Describe(StateArena arena, bool isMaker)
    {
        var identity = arena.Identity;
        var handle = new StateHandle
        {
            Token = ByteString.CopyFrom(identity.Token.ToByteArray()),
            Machine = Machine,
            ProcessId = Environment.ProcessId,
            Fd = arena.Descriptor,
            Layout = new Layout { Tensor = identity.Layout.Tensor, Pipeline = identity.Layout.Pipeline, Data = identity.Layout.Data },
            Rank = identity.Rank,
            IsMaker = isMaker,
            Bytes = StateArena.BytesOf(arena.Blocks.Pieces),
        };
        handle.Steps.AddRange(arena.Steps());
        return handle;
    }

    /// <summary>The token of a handle.</summary>
    public static Guid TokenOf(StateHandle handle) => handle.Token.Length == 16 ? new Guid(handle.Token.Span) : Guid.Empty;

    /// <inheritdoc/>
    public IReadOnlyList<string> Hold(IEnumerable<StateHandle> wanted)
    {
        var problems = new List<string>();
        var here = wanted.Where(handle => handle.Machine == Machine && handle.ProcessId != Environment.ProcessId).ToDictionary(TokenOf);
        foreach (var token in held.Keys.Where(token => !here.ContainsKey(token)).ToList())
        {
            held.Remove(token, out var arena);
            arena!.Dispose();
        }

        foreach (var (token, handle) in here.Where(pair => !held.ContainsKey(pair.Key)))
        {
            try
            {
                var arena = StateArena.Open(handle.ProcessId, handle.Fd, token);
                held.Add(token, arena);
                if (handle.IsMaker)
                {
                    arena.WatchMaker(() => ended(new WorkerEnded { Machine = Machine, ProcessId = handle.ProcessId }));
                }
            }
            catch (IOException exception)
            {
                problems.Add(exception.Message);
            }
        }

        return problems;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var arena in held.Values)
        {
            arena.Dispose();
        }

        held.Clear();
    }

    private static string ReadMachine()
    {
        try
        {
            var boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
            var processes = File.ResolveLinkTarget("/proc/self/ns/pid", returnFinalTarget: false)?.Name ?? "";
            return $"{boot}/{processes}/{Environment.UserName}";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Environment.MachineName;
        }
    }
}
