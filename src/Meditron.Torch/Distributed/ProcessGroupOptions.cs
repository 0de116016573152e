namespace Meditron.Torch.Distributed;

/// <summary>What a member says of the process group it wants to be in.</summary>
public sealed record ProcessGroupOptions
{
    /// <summary>The group's name, the same for all members, 1 to 63 bytes: "dp", "pp.3".</summary>
    public required string Name { get; init; }

    /// <summary>The number of the layout the group belongs to; members of another one are refused.</summary>
    public required long Generation { get; init; }

    /// <summary>This member's rank, from 0.</summary>
    public required int Rank { get; init; }

    /// <summary>The number of members.</summary>
    public required int Size { get; init; }

    /// <summary>What carries the bytes.</summary>
    public Backend Backend { get; init; } = Backend.Host;

    /// <summary>The address of this machine to listen on and to be reached at; null for all of them.</summary>
    public string? Host { get; init; }

    /// <summary>Whether members of the same machine and network namespace share memory; where either does not want to, they use TCP.</summary>
    public bool SharedMemory { get; init; } = true;

    /// <summary>How long an operation may take where its call names no time of its own.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The bytes that go at once, 4 KiB to 16 MiB in multiples of 64; the smallest wish among the members counts.</summary>
    public int ChunkBytes { get; init; } = 256 << 10;

    /// <summary>How long a waiting thread looks for bytes before it sleeps; null to choose from the number of processors and members.</summary>
    public TimeSpan? Spin { get; init; }
}
