using System.Buffers.Binary;
using Google.Protobuf;
using Meditron.Training.Distributed.Protocol;

namespace Meditron.Simulation.Jobs;

/// <summary>The connections between all devices of a world.</summary>
internal sealed class Wires(TrainingSite site)
{
    private const string Group = "world";

    private readonly Dictionary<long, GroupMember> _offers = [];
    private readonly Dictionary<string, GenerationGroup> _groups = new(StringComparer.Ordinal);
    private long _numbers;

    public SeededRandom Random { get; } = site.World.Random("wires");

    /// <summary>A device offers an endpoint.</summary>
    public (GroupMember Member, GroupEndpoint Endpoint) Offer(NodeProcess process)
    {
        var member = new GroupMember(process, ++_numbers);
        _offers[member.Number] = member;
        var description = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(description, member.Number);
        return (member, new GroupEndpoint { Group = Group, Description = ByteString.CopyFrom(description) });
    }

    /// <summary>The group of a generation's endpoints.</summary>
    public GenerationGroup Find(long generation, IReadOnlyList<RankEndpoints> ranks)
    {
        var numbers = ranks.OrderBy(static rank => rank.Rank).Select(static rank => BinaryPrimitives.ReadInt64LittleEndian(rank.Endpoints[0].Description.Span)).ToArray();
        var key = $"{generation}/{string.Join(',', numbers)}";
        if (!_groups.TryGetValue(key, out var group))
        {
            _groups[key] = group = new GenerationGroup(site, generation, [.. numbers.Select(number => _offers[number])]);
        }

        return group;
    }

    /// <summary>A process has ended.</summary>
    public void Ended(NodeProcess process)
    {
        foreach (var group in _groups.Values.ToList())
        {
            foreach (var member in group.Members.Where(member => member.Process == process))
            {
                group.Leave(member);
            }
        }

        foreach (var member in _offers.Values.Where(member => member.Process == process))
        {
            member.HasLeft = true;
        }
    }
}
