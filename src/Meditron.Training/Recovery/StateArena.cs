using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Meditron.Torch;
using Meditron.Torch.Kernels;
using Meditron.Training.Parallel;

namespace Meditron.Training.Recovery;

/// <summary>
/// Two versions of one rank's shard (fp32 weights and both moments) in memory that outlives the process: an update reads the one and writes the other, so
/// that at any moment of it, and after its sudden end, the state of a whole step is there for whoever holds the memory.
/// </summary>
public sealed unsafe class StateArena : IDisposable
{
    /// <summary>Versions of the state.</summary>
    public const int Slots = 2;

    private const ulong Magic = 0x3152_4154_5344_454d; // "MEDSTAR1"
    private const int SlotHeader = 128;
    private const int SlotHeaderBytes = 64;
    private const int LifeStart = 4032;
    private const int HistoryStart = 256;
    private const int HistoryLength = 56;
    private const long Page = 4096;

    private readonly SharedMemory memory;
    private IDisposable? life;
    private readonly byte* start;

    private StateArena(SharedMemory memory)
    {
        this.memory = memory;
        memory.Buffer.AcquirePointer(ref start);
    }

    /// <summary>Whose shard it is.</summary>
    public ArenaIdentity Identity => new(
        Unsafe.ReadUnaligned<Guid>(start + 8),
        Unsafe.ReadUnaligned<ulong>(start + 24),
        new ParallelLayout(Int(32), Int(36), Int(40)),
        Int(44),
        Unsafe.ReadUnaligned<long>(start + 48));

    /// <summary>The descriptor by which other processes of this machine open it.</summary>
    public int Descriptor => memory.Descriptor;

    /// <summary>Bytes that an arena takes.</summary>
    public static long BytesOf(long shardLength) => Page + Slots * SlotBytes(shardLength);

    /// <summary>Makes an arena without a version.</summary>
    /// <exception cref="IOException">The system does not give the memory.</exception>
    public static StateArena Create(ArenaIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        var arena = new StateArena(SharedMemory.Create($"meditron-state-{identity.Rank}", BytesOf(identity.ShardLength)));
        var header = arena.start;
        Unsafe.WriteUnaligned(header + 8, identity.Token);
        Unsafe.WriteUnaligned(header + 24, identity.Job);
        Unsafe.WriteUnaligned(header + 32, identity.Layout.Tensor);
        Unsafe.WriteUnaligned(header + 36, identity.Layout.Pipeline);
        Unsafe.WriteUnaligned(header + 40, identity.Layout.Data);
        Unsafe.WriteUnaligned(header + 44, identity.Rank);
        Unsafe.WriteUnaligned(header + 48, identity.ShardLength);
        arena.life = ProcessLife.Hold(arena.memory.Buffer, LifeStart);
        Volatile.Write(ref Unsafe.AsRef<ulong>(header), Magic);
        return arena;
    }

    /// <summary>Opens the arena of another process of this machine.</summary>
    /// <param name="processId">A process that has it open.</param>
    /// <param name="descriptor">Its descriptor there.</param>
    /// <param name="token">The arena's token.</param>
    /// <exception cref="IOException">The process is gone, or the descriptor is no longer that arena.</exception>
    public static StateArena Open(int processId, int descriptor, Guid token)
    {
        var arena = new StateArena(SharedMemory.Open(processId, descriptor));
        if (arena.memory.Bytes < Page || Volatile.Read(ref Unsafe.AsRef<ulong>(arena.start)) != Magic || arena.Identity is var identity && identity.Token != token
            || arena.memory.Bytes != BytesOf(identity.ShardLength))
        {
            arena.Dispose();
            throw new IOException($"Descriptor {descriptor} of process {processId} is not the state {token:N}; the process was replaced meanwhile.");
        }

        return arena;
    }

    /// <summary>Has the end of the process that made the arena told, once; until this arena is disposed.</summary>
    public void WatchMaker(Action ended)
    {
        life?.Dispose();
        life = ProcessLife.Watch(memory.Buffer, LifeStart, ended);
    }

    /// <summary>The step of a version, or null where it is not whole.</summary>
    public StepPosition? PositionOf(int slot) => Read(Header(slot));

    /// <summary>What the newest steps came to, oldest first: those who take over know of steps that nobody was told of.</summary>
    public IReadOnlyList<StepPosition> History() => [.. Enumerable.Range(0, HistoryLength).Select(index => Read(Entry(index))).OfType<StepPosition>().OrderBy(position => position.Step)];

    /// <summary>Takes another arena's history over.</summary>
    public void Remember(IEnumerable<StepPosition> history)
    {
        ArgumentNullException.ThrowIfNull(history);
        foreach (var position in history)
        {
            Write(Entry(position.Step % HistoryLength), position);
        }
    }

    /// <summary>The steps that it can produce.</summary>
    public IEnumerable<int> Steps() => Enumerable.Range(0, Slots).Select(PositionOf).OfType<StepPosition>().Select(position => position.Step);

    /// <summary>Declares a version broken, before it is written.</summary>
    public void Invalidate(int slot)
    {
        Volatile.Write(ref Unsafe.AsRef<long>(Header(slot)), 0);
        Thread.MemoryBarrier();
    }

    /// <summary>Declares a version whole, after it was written.</summary>
    public void Publish(int slot, StepPosition position)
    {
        ArgumentNullException.ThrowIfNull(position);
        Write(Entry(position.Step % HistoryLength), position);
        Write(Header(slot), position);
    }

    /// <summary>The tensors of a version; they keep the memory alive until they are disposed.</summary>
    public AdamWState Tensors(int slot)
    {
        var length = Identity.ShardLength;
        var offset = Page + slot * SlotBytes(length);
        return new AdamWState(Part(0), Part(1), Part(2));

        Tensor Part(int index) => torch.frombuffer(memory.Buffer, offset + index * PartBytes(length), ScalarType.Float32, length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        life?.Dispose();
        memory.Buffer.ReleasePointer();
        memory.Dispose();
    }

    private static long PartBytes(long length) => (length * sizeof(float) + Page - 1) / Page * Page;

    private static long SlotBytes(long length) => 3 * PartBytes(length);

    private static StepPosition? Read(byte* at)
    {
        var step = Volatile.Read(ref Unsafe.AsRef<long>(at));
        return step == 0 ? null : new StepPosition(
            (int)(step - 1),
            Unsafe.Read<long>(at + 8),
            Unsafe.Read<long>(at + 16),
            Unsafe.Read<long>(at + 24),
            Unsafe.Read<double>(at + 32),
            Unsafe.Read<double>(at + 40),
            Unsafe.Read<double>(at + 48));
    }

    /// <summary>Writes a position; its step, which makes it valid, comes last.</summary>
    private static void Write(byte* at, StepPosition position)
    {
        Volatile.Write(ref Unsafe.AsRef<long>(at), 0);
        Thread.MemoryBarrier();
        Unsafe.Write(at + 8, position.SamplesConsumed);
        Unsafe.Write(at + 16, position.Updates);
        Unsafe.Write(at + 24, position.SkippedSteps);
        Unsafe.Write(at + 32, position.Loss);
        Unsafe.Write(at + 40, position.GradientNorm);
        Unsafe.Write(at + 48, position.LearningRate);
        Thread.MemoryBarrier();
        Volatile.Write(ref Unsafe.AsRef<long>(at), position.Step + 1L);
    }

    private byte* Entry(int index) => start + HistoryStart + index * SlotHeaderBytes;

    private byte* Header(int slot) => start + SlotHeader + slot * SlotHeaderBytes;

    private int Int(int offset) => Unsafe.ReadUnaligned<int>(start + offset);
}
