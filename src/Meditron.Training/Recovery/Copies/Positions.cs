using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Recovery.Copies;

/// <summary>Turns positions of training into messages and back.</summary>
internal static class Positions
{
    public static VersionPosition Message(StepPosition position) => new()
    {
        Step = position.Step,
        SamplesConsumed = position.SamplesConsumed,
        Updates = position.Updates,
        SkippedSteps = position.SkippedSteps,
        Loss = position.Loss,
        GradientNorm = position.GradientNorm,
        LearningRate = position.LearningRate,
        InARow = position.InARow,
    };

    public static StepPosition Of(VersionPosition message) => new(
        message.Step, message.SamplesConsumed, message.Updates, message.SkippedSteps, message.Loss, message.GradientNorm, message.LearningRate, message.InARow);
}
