using Google.Protobuf;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Distributed.Workers;
using Meditron.Training.Parallel;

namespace Meditron.Bench;

/// <summary>Connects the process groups of one rank by way of the process that started all ranks.</summary>
internal sealed class RankMeeting : IDisposable
{
    private readonly GroupConnector connector;

    public RankMeeting(Flags flags, ParallelLayout layout, int rank, TimeSpan deadline)
    {
        connector = new GroupConnector(flags.Text("backend", "host"), "127.0.0.1", 1, layout, rank, deadline);
        var own = new RankEndpoints { Rank = rank };
        own.Endpoints.AddRange(connector.Endpoints);
        Groups = connector.Connect([.. Members.Meet(own.ToByteArray()).Select(bytes => RankEndpoints.Parser.ParseFrom(bytes))], deadline);
    }

    public RankGroups Groups { get; }

    public static ParallelLayout Layout(Flags flags) => new(flags.Int("tensor", 1), flags.Int("pipeline", 1), flags.Int("data", 1));

    public void Dispose()
    {
        Groups.Dispose();
        connector.Dispose();
    }
}
