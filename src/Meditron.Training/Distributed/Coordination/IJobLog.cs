using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Distributed.Coordination;

/// <summary>Keeps the record of a job: metrics, events, and whoever watches. Called by the coordinator alone.</summary>
public interface IJobLog
{
    /// <summary>The newest step on record, by whatever incarnation of the coordinator; 0 for none.</summary>
    int Recorded { get; }

    /// <summary>Something happened.</summary>
    /// <param name="name">What, as in <c>events.jsonl</c>.</param>
    /// <param name="step">Steps finished.</param>
    /// <param name="detail">In words.</param>
    void Event(string name, int step, string detail);

    /// <summary>A generation begins to train after a step; what was recorded of later steps is taken again.</summary>
    void Begin(TrainingStatus status);

    /// <summary>A step was taken: the last of the ranks has reported it.</summary>
    void Step(StepCompleted step);

    /// <summary>A rank has reported a step.</summary>
    void Rank(StepCompleted step);

    /// <summary>The job is over.</summary>
    void End(JobOutcome outcome);
}
