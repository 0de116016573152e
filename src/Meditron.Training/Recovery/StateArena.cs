using System.Numerics;
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

    /// <summary>What a version has of each weight: itself in fp32, its first and its second moment.</summary>
    internal const int Parts = 3;

    private const ulong Magic = 0x3252_4154_5344_454d; // "MEDSTAR2"
    private const int PieceCount = 56;
    private const int IdentityChecksum = 64;
    private const int SlotHeader = 128;
    private const int SlotHeaderBytes = 64;
    private const int PositionBytes = 56;
    private const int LifeStart = 4032;
    private const int HistoryStart = 256;
    private const int HistoryLength = StepHistory.Length;
    private const long Page = 4096;

    // The upper half of a position's first word has the steps in a row that were left out.
    private const int StepBits = 32;
    private const long StepMask = (1L << StepBits) - 1;

    private readonly SharedMemory memory;
    private readonly byte* start;
    private IDisposable? life;
    private StateBlocks blocks = new([0]);

    private StateArena(SharedMemory memory)
    {
        this.memory = memory;
        memory.Buffer.AcquirePointer(ref start);
    }

    /// <summary>Whose shard it is, as it was when the arena was made or opened.</summary>
    public ArenaIdentity Identity { get; private set; } = new(Guid.Empty, 0, ParallelLayout.Single, 0, 0);

    /// <summary>The blocks that have a checksum each.</summary>
    internal StateBlocks Blocks => blocks;

    /// <summary>The descriptor by which other processes of this machine open it.</summary>
    public int Descriptor => memory.Descriptor;

    /// <summary>Bytes that an arena takes.</summary>
    /// <param name="pieces">Elements of each run of the shard that is updated as a whole.</param>
    public static long BytesOf(IReadOnlyList<long> pieces) => BytesOf(new StateBlocks(pieces));

    /// <summary>Makes an arena without a version.</summary>
    /// <param name="identity">Whose shard it is for.</param>
    /// <param name="pieces">Elements of each run of the shard that is updated as a whole; null for one.</param>
    /// <exception cref="IOException">The system does not give the memory.</exception>
    public static StateArena Create(ArenaIdentity identity, IReadOnlyList<long>? pieces = null) => Create(identity, pieces, null);

    /// <summary>Makes an arena without a version in memory that is there.</summary>
    /// <param name="identity">Whose shard it is for.</param>
    /// <param name="pieces">Elements of each run of the shard that is updated as a whole; null for one.</param>
    /// <param name="memory">Memory that is large enough, all zero; null to have it made.</param>
    internal static StateArena Create(ArenaIdentity identity, IReadOnlyList<long>? pieces, SharedMemory? memory)
    {
        ArgumentNullException.ThrowIfNull(identity);
        var cut = new StateBlocks(pieces ?? [identity.ShardLength]);
        if (cut.Elements != identity.ShardLength)
        {
            throw new ArgumentException($"The pieces have {cut.Elements} elements and the shard {identity.ShardLength}.", nameof(pieces));
        }

        var arena = new StateArena(memory ?? SharedMemory.Create($"meditron-state-{identity.Rank}", BytesOf(cut))) { Identity = identity, blocks = cut };
        var header = arena.start;
        Unsafe.WriteUnaligned(header + 8, identity.Token);
        Unsafe.WriteUnaligned(header + 24, identity.Job);
        Unsafe.WriteUnaligned(header + 32, identity.Layout.Tensor);
        Unsafe.WriteUnaligned(header + 36, identity.Layout.Pipeline);
        Unsafe.WriteUnaligned(header + 40, identity.Layout.Data);
        Unsafe.WriteUnaligned(header + 44, identity.Rank);
        Unsafe.WriteUnaligned(header + 48, identity.ShardLength);
        Unsafe.WriteUnaligned(header + PieceCount, (long)cut.Pieces.Count);
        for (var piece = 0; piece < cut.Pieces.Count; piece++)
        {
            Unsafe.WriteUnaligned(header + Page + piece * sizeof(long), cut.Pieces[piece]);
        }

        Unsafe.WriteUnaligned(header + IdentityChecksum, arena.IdentitySum(cut.Pieces.Count));
        arena.life = ProcessLife.Hold(arena.memory.Buffer, LifeStart);
        Volatile.Write(ref Unsafe.AsRef<ulong>(header), Magic);
        return arena;
    }

    /// <summary>Opens the arena of another process of this machine.</summary>
    /// <param name="processId">A process that has it open.</param>
    /// <param name="descriptor">Its descriptor there.</param>
    /// <param name="token">The arena's token.</param>
    /// <exception cref="IOException">The process is gone, the descriptor is no longer that arena, or what the arena says of itself is damaged.</exception>
    public static StateArena Open(int processId, int descriptor, Guid token)
    {
        var arena = new StateArena(SharedMemory.Open(processId, descriptor));
        if (!arena.ReadIdentity() || arena.Identity.Token != token)
        {
            arena.Dispose();
            throw new IOException($"Descriptor {descriptor} of process {processId} is not the state {token:N}; the process was replaced meanwhile, or the memory is damaged.");
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

    /// <summary>Forgets its history and takes another over.</summary>
    public void Remember(IEnumerable<StepPosition> history)
    {
        ArgumentNullException.ThrowIfNull(history);
        for (var index = 0; index < HistoryLength; index++)
        {
            Volatile.Write(ref Unsafe.AsRef<long>(Entry(index)), 0);
        }

        foreach (var position in history)
        {
            Write(Entry(position.Step % HistoryLength), position);
        }
    }

    /// <summary>The steps that it can produce.</summary>
    public IEnumerable<int> Steps() => Enumerable.Range(0, Slots).Select(PositionOf).OfType<StepPosition>().Select(position => position.Step);

    /// <summary>Declares a version broken: before it is written, or where it is damaged.</summary>
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

    /// <summary>The checksums of a version's blocks; written by whoever writes the version.</summary>
    internal Span<ulong> Checksums(int slot) => new(start + Page + (blocks.Pieces.Count + slot * (long)blocks.Count) * sizeof(ulong), blocks.Count);

    /// <summary>The tensors of a version; they keep the memory alive until they are disposed.</summary>
    public AdamWState Tensors(int slot)
    {
        var length = Identity.ShardLength;
        var offset = Page + TableBytes(blocks) + slot * SlotBytes(length);
        return new AdamWState(Part(0), Part(1), Part(2));

        Tensor Part(int index) => torch.frombuffer(memory.Buffer, offset + index * PartBytes(length), ScalarType.Float32, length);
    }

    /// <summary>Bytes of a version: weights, first and second moments, each from a page's beginning on.</summary>
    internal long VersionBytes => SlotBytes(Identity.ShardLength);

    /// <summary>Some bytes of a version.</summary>
    /// <param name="slot">The version.</param>
    /// <param name="offset">Where they begin in it.</param>
    /// <param name="length">How many.</param>
    internal Span<byte> Bytes(int slot, long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + length, VersionBytes);
        return new Span<byte>(start + Page + TableBytes(blocks) + slot * VersionBytes + offset, length);
    }

    /// <summary>Where the weights (0), the first (1) or the second (2) moments begin in a version.</summary>
    internal long PartOffset(int part) => part * PartBytes(Identity.ShardLength);

    /// <inheritdoc/>
    public void Dispose()
    {
        life?.Dispose();
        memory.Buffer.ReleasePointer();
        memory.Dispose();
    }

    private static long BytesOf(StateBlocks blocks) => Page + TableBytes(blocks) + Slots * SlotBytes(blocks.Elements);

    /// <summary>The pieces, and each version's checksums.</summary>
    private static long TableBytes(StateBlocks blocks) => InPages((blocks.Pieces.Count + Slots * (long)blocks.Count) * sizeof(ulong));

    private static long PartBytes(long length) => InPages(length * sizeof(float));

    private static long InPages(long bytes) => (bytes + Page - 1) / Page * Page;

    private static long SlotBytes(long length) => Parts * PartBytes(length);

    /// <summary>A position; null where there is none, or it is damaged.</summary>
    private static StepPosition? Read(byte* at)
    {
        var step = Volatile.Read(ref Unsafe.AsRef<long>(at));
        Thread.MemoryBarrier();
        return step == 0 || Unsafe.Read<ulong>(at + PositionBytes) != Sum(at + 8, PositionBytes - 8, step) ? null : new StepPosition(
            (int)((step & StepMask) - 1),
            Unsafe.Read<long>(at + 8),
            Unsafe.Read<long>(at + 16),
            Unsafe.Read<long>(at + 24),
            Unsafe.Read<double>(at + 32),
            Unsafe.Read<double>(at + 40),
            Unsafe.Read<double>(at + 48),
            (int)(step >>> StepBits));
    }

    /// <summary>A checksum that no change of one bit leaves as it is.</summary>
    private static ulong Sum(byte* at, long bytes, long first)
    {
        var crc = BitOperations.Crc32C(uint.MaxValue, (ulong)first);
        for (long offset = 0; offset < bytes; offset += sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, Unsafe.ReadUnaligned<ulong>(at + offset));
        }

        return ~crc;
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
        var step = (position.Step + 1L) | ((long)position.InARow << StepBits);
        Unsafe.Write(at + PositionBytes, Sum(at + 8, PositionBytes - 8, step));
        Thread.MemoryBarrier();
        Volatile.Write(ref Unsafe.AsRef<long>(at), step);
    }

    private byte* Entry(int index) => start + HistoryStart + index * SlotHeaderBytes;

    private byte* Header(int slot) => start + SlotHeader + slot * SlotHeaderBytes;

    private ulong IdentitySum(int pieces) => Sum(start + 8, IdentityChecksum - 8, (long)Sum(start + Page, pieces * (long)sizeof(long), 0));

    /// <summary>Reads what the arena says of itself.</summary>
    /// <returns>Whether it is an arena, and undamaged.</returns>
    private bool ReadIdentity()
    {
        if (memory.Bytes < Page || Volatile.Read(ref Unsafe.AsRef<ulong>(start)) != Magic
            || Unsafe.ReadUnaligned<long>(start + PieceCount) is var count && (count < 1 || count > (memory.Bytes - Page) / sizeof(long)))
        {
            return false;
        }

        if (Unsafe.ReadUnaligned<ulong>(start + IdentityChecksum) != IdentitySum((int)count))
        {
            return false;
        }

        Identity = new ArenaIdentity(
            Unsafe.ReadUnaligned<Guid>(start + 8),
            Unsafe.ReadUnaligned<ulong>(start + 24),
            new ParallelLayout(Int(32), Int(36), Int(40)),
            Int(44),
            Unsafe.ReadUnaligned<long>(start + 48));
        blocks = new StateBlocks(new ReadOnlySpan<long>(start + Page, (int)count).ToArray());
        return memory.Bytes >= BytesOf(blocks);
    }

    private int Int(int offset) => Unsafe.ReadUnaligned<int>(start + offset);
}
