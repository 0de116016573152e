using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Distributed.Coordination;

/// <summary>
/// The health of one pipeline stage's replicas: how far each has come, how long it computes, and which of them is slow against the others. A child of the
/// training coordinator, one for each stage of a generation.
/// </summary>
internal sealed class PipelineStage : ReceiveActor
{
    private readonly SortedDictionary<int, ReplicaHealth> replicas = [];

    public PipelineStage(int stage, IReadOnlyList<int> ranks)
    {
        foreach (var rank in ranks)
        {
            replicas.Add(rank, ReplicaHealth.Unknown);
        }

        Receive<StepCompleted>(step =>
        {
            replicas[step.Rank] = replicas[step.Rank].After(step);
            foreach (var change in StageHealth.Compare(replicas))
            {
                replicas[change.Rank] = replicas[change.Rank] with { IsSlow = change.IsSlow };
                Context.Parent.Tell(change with { Stage = stage });
            }
        });
        Receive<GetStageStatus>(_ =>
        {
            var status = new StageStatus { Stage = stage };
            status.Replicas.AddRange(replicas.Select(pair => new ReplicaStatus
            {
                Rank = pair.Key,
                Step = pair.Value.Step,
                ComputeSeconds = pair.Value.ComputeSeconds,
                Slow = pair.Value.IsSlow,
            }));
            Sender.Tell(status);
        });
    }

    public static Props PropsFor(int stage, IReadOnlyList<int> ranks) => Props.Create(() => new PipelineStage(stage, ranks));
}
