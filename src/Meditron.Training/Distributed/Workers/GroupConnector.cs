using Google.Protobuf;
using Meditron.Torch.Distributed;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Parallel;

namespace Meditron.Training.Distributed.Workers;

/// <summary>Brings up the process groups of one rank: offers an endpoint for each, and connects them once everybody's endpoints are known.</summary>
internal sealed class GroupConnector : IDisposable
{
    private readonly Lock gate = new();
    private readonly ParallelLayout layout;
    private readonly int rank;
    private readonly List<(string Group, IReadOnlyList<int> Members, ProcessGroupEndpoint Endpoint)> endpoints = [];
    private readonly List<ProcessGroup> connected = [];
    private string? aborted;

    /// <summary>Starts to listen for the other members of each group.</summary>
    /// <param name="backend">What carries the bytes.</param>
    /// <param name="host">The address to be reached at, or empty for all of this machine's.</param>
    /// <param name="generation">The generation; members of another are refused.</param>
    /// <param name="layout">The layout.</param>
    /// <param name="rank">This rank.</param>
    /// <param name="timeout">How long an operation may take.</param>
    /// <exception cref="CommunicationException">An address cannot be listened on.</exception>
    public GroupConnector(string backend, string host, long generation, ParallelLayout layout, int rank, TimeSpan timeout)
    {
        this.layout = layout;
        this.rank = rank;
        foreach (var (group, members) in Groups())
        {
            if (members.Count > 1)
            {
                endpoints.Add((group, members, ProcessGroup.Prepare(new ProcessGroupOptions
                {
                    Name = $"{group}.{members[0]}",
                    Generation = generation,
                    Rank = members.ToList().IndexOf(rank),
                    Size = members.Count,
                    Backend = Enum.Parse<Backend>(backend, ignoreCase: true),
                    Host = host.Length > 0 ? host : null,
                    Timeout = timeout,
                })));
            }
        }

        Endpoints = [.. endpoints.Select(entry => new GroupEndpoint { Group = entry.Group, Description = ByteString.CopyFrom(entry.Endpoint.Description.Span) })];
    }

    /// <summary>What the other members need to connect to this rank.</summary>
    public IReadOnlyList<GroupEndpoint> Endpoints { get; }

    /// <summary>Connects every group.</summary>
    /// <param name="ranks">Everybody's endpoints.</param>
    /// <param name="timeout">How long one group may take.</param>
    /// <exception cref="CommunicationException">A member did not answer, is of another generation, or it was aborted.</exception>
    public RankGroups Connect(IReadOnlyList<RankEndpoints> ranks, TimeSpan timeout)
    {
        var byRank = ranks.ToDictionary(entry => entry.Rank);
        var groups = new Dictionary<string, ProcessGroup>(StringComparer.Ordinal);
        foreach (var (group, members, endpoint) in endpoints)
        {
            var made = endpoint.Connect(
                [.. members.Select(member => byRank[member].Endpoints.First(entry => entry.Group == group).Description.Memory)], timeout);
            groups.Add(group, made);
            lock (gate)
            {
                connected.Add(made);
                if (aborted is not null)
                {
                    made.Abort(aborted);
                }
            }
        }

        return new RankGroups(groups.GetValueOrDefault("world"), groups.GetValueOrDefault("data"), groups.GetValueOrDefault("pipeline"), groups.GetValueOrDefault("tensor"));
    }

    /// <summary>Ends a connect that is under way, from another thread.</summary>
    public void Abort(string reason)
    {
        lock (gate)
        {
            aborted = reason;
            endpoints.ForEach(entry => entry.Endpoint.Abort());
            connected.ForEach(group => group.Abort(reason));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => endpoints.ForEach(entry => entry.Endpoint.Dispose());

    private IEnumerable<(string Group, IReadOnlyList<int> Members)> Groups() =>
    [
        ("world", [.. Enumerable.Range(0, layout.World)]),
        ("data", layout.DataGroup(rank)),
        ("pipeline", layout.PipelineGroup(rank)),
        ("tensor", layout.TensorGroup(rank)),
    ];
}
