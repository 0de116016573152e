using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Distributed.Coordination;

/// <content>Ranks that hold or compute other bits than they must.</content>
public sealed partial class TrainingCoordinator
{
    /// <summary>The newest generation that ended because ranks were found wrong.</summary>
    private long blamed;
    private bool expelsBlamed;

    /// <summary>
    /// Expels who computed other bits than it must, and who holds other weights than its replicas twice without a step between. Every rank reports the same, and one
    /// that saw only others end may be heard first: what is in memory is not decided on before all that live have reported.
    /// </summary>
    private void Blame(GenerationFailed failed)
    {
        if (failed.Generation != generation?.Number || phase is CoordinatorPhase.Finished or CoordinatorPhase.Failed)
        {
            return;
        }

        var isNew = blamed != failed.Generation && failed.Culprits.Count > 0;
        if (isNew)
        {
            blamed = failed.Generation;
            log.Event(failed.Kind == "miscomputed" ? "miscomputed" : "replica-damaged", failed.Step, failed.Error);
            expelsBlamed = failed.Kind == "miscomputed" || failuresInARow > 0;
        }

        foreach (var rank in failed.Culprits.Where(rank => rank >= 0 && rank < generation.Members.Count && expelsBlamed))
        {
            if (workers.TryGetValue(generation.Members[rank].Id, out var worker))
            {
                Expel(worker, failed.Kind == "miscomputed" ? $"computed other bits than it must: {failed.Error}" : $"holds other weights than its replicas again: {failed.Error}");
            }
        }

        if (isNew)
        {
            DecideIfAllReported();
        }
    }
}
