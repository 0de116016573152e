using Meditron.Training.Parallel;

namespace Meditron.Simulation.Jobs;

/// <summary>What a rank brings to the exchange that commits a step.</summary>
/// <param name="Asks">What it asks all ranks to do after the step.</param>
/// <param name="Weights">Over the weights that it computed with.</param>
/// <param name="FirstSample">The first sample that it computed with.</param>
/// <param name="Samples">How many.</param>
internal sealed record StepPart(StepControl Asks, ulong Weights, long FirstSample, int Samples)
{
    /// <summary>The step's gradient, of all ranks' parts: that of the run without faults only where all weights and samples are.</summary>
    public static ulong Gradient(ParallelLayout layout, int step, object[] parts)
    {
        var gradient = Hash.Add(Hash.Start, step);
        for (var cell = 0; cell < layout.Pipeline * layout.Tensor; cell++)
        {
            var (stage, tensor) = (cell / layout.Tensor, cell % layout.Tensor);
            var first = PartOf(parts, layout, stage, 0, tensor);
            gradient = Hash.Add(gradient, first.Weights);
            for (var data = 1; data < layout.Data; data++)
            {
                if (PartOf(parts, layout, stage, data, tensor) is var other && other.Weights != first.Weights)
                {
                    gradient = Hash.Add(gradient, other.Weights);
                }
            }
        }

        for (var data = 0; data < layout.Data; data++)
        {
            var first = PartOf(parts, layout, 0, data, 0);
            for (var sample = 0; sample < first.Samples; sample++)
            {
                gradient = Hash.Add(gradient, first.FirstSample + sample);
            }

            for (var rank = 0; rank < layout.World; rank++)
            {
                if (layout.At(rank).Data == data && (StepPart)parts[rank] is var other && (other.FirstSample, other.Samples) != (first.FirstSample, first.Samples))
                {
                    gradient = Hash.Add(gradient, other.FirstSample);
                }
            }
        }

        return gradient;
    }

    private static StepPart PartOf(object[] parts, ParallelLayout layout, int stage, int data, int tensor) =>
        (StepPart)parts[layout.RankOf(new RankCoordinates(tensor, data, stage))];
}
