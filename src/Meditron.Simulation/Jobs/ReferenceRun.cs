using Meditron.Training.Parallel;

namespace Meditron.Simulation.Jobs;

/// <summary>
/// The run without any fault: what every unit of the state is after every step. A unit's next state is a hash of its state, its place and the step's
/// gradient; the gradient is a hash of all weights and of the step's samples in order, so that whatever goes wrong anywhere shows everywhere.
/// </summary>
internal sealed class ReferenceRun
{
    private readonly JobPlan _plan;
    private readonly ulong[][] _states;
    private readonly ulong[] _gradients;

    public ReferenceRun(JobPlan plan)
    {
        _plan = plan;
        Cells = plan.Layout.Pipeline * plan.Layout.Tensor;
        _states = new ulong[plan.Steps + 1][];
        _gradients = new ulong[plan.Steps + 1];
        _states[0] = [.. Enumerable.Range(0, Cells * plan.Units).Select(static unit => Hash.Add(Hash.Start, unit))];
        for (var step = 1; step <= plan.Steps; step++)
        {
            var before = _states[step - 1];
            var gradient = Hash.Add(Hash.Start, step);
            for (var cell = 0; cell < Cells; cell++)
            {
                gradient = Hash.Add(gradient, Hash.Add(Hash.Start, before.AsSpan(cell * plan.Units, plan.Units)));
            }

            for (var sample = 0; sample < plan.MicroBatches; sample++)
            {
                gradient = Hash.Add(gradient, (long)(step - 1) * plan.MicroBatches + sample);
            }

            _gradients[step] = gradient;
            _states[step] = plan.IsSkipped(step) ? before : [.. before.Select((unit, index) => Next(unit, index, gradient))];
        }
    }

    /// <summary>Shares of the state that ranks of different stages or tensor-parallel ranks have.</summary>
    public int Cells { get; }

    /// <summary>The gradient of a step.</summary>
    public ulong GradientOf(int step) => _gradients[step];

    /// <summary>The loss of a step.</summary>
    public double LossOf(int step) => LossOf(step, _gradients[step]);

    /// <summary>What is told of a step's gradient as the loss: another gradient has another one, and a step that diverges has none that is finite.</summary>
    public double LossOf(int step, ulong gradient) => _plan.IsSkipped(step) ? double.PositiveInfinity : gradient >> 12;

    /// <summary>A unit's state after a step.</summary>
    public static ulong Next(ulong unit, int index, ulong gradient) => Hash.Add(Hash.Add(unit, index), gradient);

    /// <summary>The state of a run of units of a cell after a step.</summary>
    public ReadOnlySpan<ulong> StateOf(int step, int cell, int first, int count) => _states[step].AsSpan(cell * _plan.Units + first, count);

    /// <summary>Which of a cell's units a data-parallel rank has.</summary>
    public (int First, int Count) UnitsOf(ParallelLayout layout, int rank)
    {
        var shares = new MicroBatchShares(_plan.Units, layout.Data);
        var data = layout.At(rank).Data;
        return (shares.FirstOf(data), shares.CountOf(data));
    }

    /// <summary>The cell of a rank.</summary>
    public static int CellOf(ParallelLayout layout, int rank)
    {
        var at = layout.At(rank);
        return at.Stage * layout.Tensor + at.Tensor;
    }
}
