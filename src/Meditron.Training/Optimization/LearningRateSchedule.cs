using Meditron.Training.Settings;

namespace Meditron.Training.Optimization;

/// <summary>Linear warm-up to the peak, then decay to a minimum: the learning rate as a pure function of the step.</summary>
/// <param name="Peak">Learning rate at the end of warm-up.</param>
/// <param name="Minimum">Learning rate after decay.</param>
/// <param name="WarmupSteps">Steps of linear warm-up from zero; the first step already has 1/WarmupSteps of the peak.</param>
/// <param name="DecaySteps">Step, counted from the start of the run, at which decay ends.</param>
/// <param name="Style">Shape of the decay.</param>
public sealed record LearningRateSchedule(double Peak, double Minimum, int WarmupSteps, int DecaySteps, DecayStyle Style)
{
    /// <summary>The learning rate of a step.</summary>
    /// <param name="step">The step about to be taken, 1 for the first.</param>
    public double At(int step)
    {
        if (step <= WarmupSteps)
        {
            return Peak * step / WarmupSteps;
        }

        if (Style == DecayStyle.Constant)
        {
            return Peak;
        }

        if (step >= DecaySteps)
        {
            return Minimum;
        }

        var progress = (double)(step - WarmupSteps) / (DecaySteps - WarmupSteps);
        var share = Style == DecayStyle.Cosine ? 0.5 * (1 + Math.Cos(Math.PI * progress)) : 1 - progress;
        return Minimum + (Peak - Minimum) * share;
    }
}
