using Meditron.Training.Chaos;
using Meditron.Training.Parallel;

namespace Meditron.Training.Tests.Integrity;

/// <summary>Damages one rank at one point of one step.</summary>
internal sealed record ScriptedFault(FaultPoint Point, int Step, int Rank, Action<IFaultTarget> Damage) : IFaultPoints
{
    public void Reached(FaultPoint point, int step, int rank, RankGroups? groups, IFaultTarget? target = null)
    {
        if (point == Point && step == Step && rank == Rank)
        {
            Damage(target!);
        }
    }
}
