using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Distributed.Coordination;

/// <summary>What a stage knows of one replica.</summary>
/// <param name="Step">Steps finished.</param>
/// <param name="Samples">Steps that the mean rests on.</param>
/// <param name="ComputeSeconds">Mean time of computing in a step, the newest weighing most.</param>
/// <param name="IsSlow">Whether it was found slow.</param>
internal sealed record ReplicaHealth(int Step, int Samples, double ComputeSeconds, bool IsSlow)
{
    private const double NewestWeight = 0.2;

    public static ReplicaHealth Unknown { get; } = new(0, 0, 0, false);

    public ReplicaHealth After(StepCompleted step) => this with
    {
        Step = step.Step,
        Samples = Samples + 1,
        ComputeSeconds = Samples == 0 ? step.ComputeSeconds : ComputeSeconds + NewestWeight * (step.ComputeSeconds - ComputeSeconds),
    };
}
