using System.Text;
using Meditron.Torch.Native;
using static Meditron.Torch.Native.NativeMethods;

namespace Meditron.Torch.Distributed;

/// <summary>A member before its group exists: it listens, has a description for the other members, and connects once it has theirs.</summary>
/// <remarks>The descriptions hold a secret each; whoever carries them should be trusted with the group.</remarks>
public sealed unsafe class ProcessGroupEndpoint : IDisposable
{
    private readonly EndpointHandle handle;
    private readonly ProcessGroupOptions options;

    internal ProcessGroupEndpoint(ProcessGroupOptions options)
    {
        this.options = options;
        var name = Encoding.UTF8.GetBytes(options.Name + '\0');
        var host = Encoding.UTF8.GetBytes((options.Host ?? string.Empty) + '\0');
        fixed (byte* nameStart = name, hostStart = host)
        {
            var native = new GroupOptions
            {
                Name = nameStart,
                Host = hostStart,
                Generation = (ulong)options.Generation,
                Rank = options.Rank,
                Size = options.Size,
                ChunkBytes = options.ChunkBytes,
                SharedMemory = options.SharedMemory ? 1 : 0,
                Spin = options.Spin is { } spin ? ProcessGroup.Nanoseconds(spin) : -1,
            };
            GroupStatus.Check(mt_group_prepare((int)options.Backend, &native, out handle));
        }

        GroupStatus.Check(mt_endpoint_description(handle, out var data, out var bytes));
        Description = new ReadOnlySpan<byte>(data, (int)bytes).ToArray();
    }

    /// <summary>What the other members need to connect to this one: a few hundred opaque bytes.</summary>
    public ReadOnlyMemory<byte> Description { get; }

    /// <summary>Connects to all other members, who do the same. Once; the endpoint is of no more use then.</summary>
    /// <param name="members">The descriptions of all members by rank, this one's own included.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <exception cref="CommunicationException">
    /// A description is of another generation, group or rank (<see cref="CommunicationFailure.Refused"/>), a member refused this one, none answered in time,
    /// or <see cref="Abort"/> was called.
    /// </exception>
    public ProcessGroup Connect(IReadOnlyList<ReadOnlyMemory<byte>> members, TimeSpan timeout)
    {
        ArgumentNullException.ThrowIfNull(members);
        var lengths = new long[members.Count];
        var all = new byte[members.Sum(member => member.Length)];
        var offset = 0;
        for (var rank = 0; rank < members.Count; rank++)
        {
            members[rank].CopyTo(all.AsMemory(offset));
            lengths[rank] = members[rank].Length;
            offset += members[rank].Length;
        }

        GroupStatus.Check(mt_endpoint_connect(handle, all, lengths, lengths.Length, ProcessGroup.Nanoseconds(timeout), out var group));
        return new ProcessGroup(group, options);
    }

    /// <summary>Ends a <see cref="Connect"/> that is under way in another thread.</summary>
    public void Abort() => mt_endpoint_cancel(handle);

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();
}
