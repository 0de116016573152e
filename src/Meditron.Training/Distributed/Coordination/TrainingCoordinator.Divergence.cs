using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Divergence;

namespace Meditron.Training.Distributed.Coordination;

/// <content>Steps that diverged: the ranks have judged them, the coordinator carries out what they cannot do by themselves.</content>
public sealed partial class TrainingCoordinator
{
    /// <summary>What a rank says that has judged a step to be rolled back.</summary>
    private const string RollbackKind = "rollback";

    private IReadOnlyList<Rollback> rollbacks = [];

    /// <summary>The first step of which no state may be started from, while a rollback is being carried out.</summary>
    private int? startBelow;

    private void Divergences() => Recover<RolledBack>(Know);

    private void Know(RolledBack record) => rollbacks = RollbackPlan.Add(rollbacks, DivergenceMessages.Rollback(record));

    /// <summary>Goes back: whatever checkpoint there is up to the target is started from, and the ranks go through the rollback once they stand at the target.</summary>
    private void RollBack(GenerationFailed failed)
    {
        var diverged = failed.Step + 1;
        var target = RollbackPlan.TargetOf(diverged, options.Divergence, options.CheckpointInterval, rollbacks);
        Persist(new RolledBack { From = target, To = diverged, InARow = failed.InARow, Loss = failed.Loss, GradientNorm = failed.GradientNorm }, record =>
        {
            Know(record);
            log.Event("rollback", target, $"in step {diverged} {failed.Error}; training goes on after step {diverged} with the weights of step {target}, and the batches between are left out");
            Tell(new AbortGeneration { Generation = generation!.Number, Reason = $"step {diverged} is rolled back" });
            startBelow = target + 1;
            Enter(CoordinatorPhase.WaitingForWorkers, $"step {diverged} is rolled back to step {target}");
            TryBegin();
        });
    }

    /// <summary>Asks again where a checkpoint is of a part of the run that does not count, and gives up where none is old enough.</summary>
    /// <returns>Whether it can be started from.</returns>
    private bool IsStart(NewestCheckpoint start)
    {
        if (startBelow is { } limit && start.Step >= limit)
        {
            GiveUp($"step {rollbacks[^1].To} is to be rolled back to step {limit - 1}, but the run began with the checkpoint of step {start.Step}. Lower meditron.recovery.loss-spike.rollback-steps, or name an older one as meditron.checkpoint.resume");
            return false;
        }

        if (RollbackPlan.Outside(start.Step, rollbacks) is var outside && outside == start.Step)
        {
            return true;
        }

        Expect(ChoosingTimeout);
        checkpoints.Tell(new GetNewestCheckpoint { Correlation = ++correlation, Below = outside + 1 });
        return false;
    }
}
