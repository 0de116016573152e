using Meditron.Training.Checkpoints;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Divergence;

namespace Meditron.Training.Distributed;

/// <summary>Turns what is known of steps that diverged into messages and back.</summary>
internal static class DivergenceMessages
{
    public static RolledBack Message(Rollback rollback) =>
        new() { From = rollback.From, To = rollback.To, InARow = rollback.InARow, Loss = rollback.Loss, GradientNorm = rollback.GradientNorm };

    public static Rollback Rollback(RolledBack message) => new(message.From, message.To, message.InARow, message.Loss, message.GradientNorm);

    public static StepSummary Message(CheckpointStep step) => new()
    {
        Step = step.Step,
        Loss = step.Loss,
        GradientNorm = step.GradientNorm,
        InARow = step.InARow,
        SamplesConsumed = step.SamplesConsumed,
        Updates = step.Updates,
        SkippedSteps = step.SkippedSteps,
        LearningRate = step.LearningRate,
    };

    public static CheckpointStep Step(StepSummary message) =>
        new(message.Step, message.Loss, message.GradientNorm, message.InARow, message.SamplesConsumed, message.Updates, message.SkippedSteps, message.LearningRate);
}
