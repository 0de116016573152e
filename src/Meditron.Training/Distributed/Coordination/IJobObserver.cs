using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Runs;

namespace Meditron.Training.Distributed.Coordination;

/// <summary>Is told what a job does, on the coordinator's thread; a live view, or plain lines.</summary>
public interface IJobObserver
{
    /// <summary>A generation begins to train.</summary>
    void Began(TrainingStatus status);

    /// <summary>A step is finished.</summary>
    void Stepped(StepReport report);

    /// <summary>One rank's account of a step.</summary>
    void Ranked(StepCompleted step);

    /// <summary>Something else happened.</summary>
    void Happened(RunEvent happened);

    /// <summary>The job is over.</summary>
    void Ended(JobOutcome outcome);
}
